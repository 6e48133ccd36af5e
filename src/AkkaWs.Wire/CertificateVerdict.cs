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
        Refusal = Refuse(sender, certificate, chain, errors);
        return Refusal is null;
    }

    private string? Refuse(object sender, X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        try
        {
            var isAccepted = validation is null ? errors == SslPolicyErrors.None : validation(sender, certificate, chain, errors);
            return isAccepted ? null : Describe(chain, errors);
        }
        catch (Exception thrown)
        {
            // Left to the framework it would look like a handshake that was cut, which passes.
            return $"the validation threw {thrown.GetType().Name}: {thrown.Message}";
        }
    }

    private static string Describe(X509Chain? chain, SslPolicyErrors errors)
    {
        var statuses = chain?.ChainStatus.Select(status => status.Status).Distinct().ToArray() ?? [];
        return errors == SslPolicyErrors.None ? "by the caller's validation"
            : statuses.Length == 0 ? $"{errors}"
            : $"{errors} ({string.Join(", ", statuses)})";
    }
}
