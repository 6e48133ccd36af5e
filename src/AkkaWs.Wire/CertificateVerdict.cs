using System.Net.Security;
using System.Security.Cryptography.X509Certificates;

namespace AkkaWs.Wire;

/// <summary>
/// Decides on the server's certificate and remembers a refusal. The framework throws the same exception for a refused certificate, an alert of the
/// server and bytes that are no TLS, so that only the decision itself tells them apart. One instance serves one attempt.
/// </summary>
internal sealed class CertificateVerdict(RemoteCertificateValidationCallback? validation)
{
    /// <summary>Why the certificate was refused; null when it was not, or none came.</summary>
    public string? Refusal { get; private set; }

    public bool Decide(object sender, X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        var isAccepted = validation is null ? errors == SslPolicyErrors.None : validation(sender, certificate, chain, errors);
        Refusal = isAccepted ? null : Describe(chain, errors);
        return isAccepted;
    }

    private static string Describe(X509Chain? chain, SslPolicyErrors errors)
    {
        var statuses = chain?.ChainStatus.Select(status => status.Status).Distinct().ToArray() ?? [];
        return errors == SslPolicyErrors.None ? "by the caller's validation"
            : statuses.Length == 0 ? $"{errors}"
            : $"{errors} ({string.Join(", ", statuses)})";
    }
}
