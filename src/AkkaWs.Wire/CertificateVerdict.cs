using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace AkkaWs.Wire;

/// <summary>
/// Decides on the server's certificate and remembers a refusal. The framework throws the same exception for a refused certificate, an alert of the
/// server and bytes that are no TLS, so that only the decision itself tells them apart. One instance serves one attempt.
/// </summary>
internal sealed class CertificateVerdict(RemoteCertificateValidationCallback? validation)
{
    // What public issuers may certify, and what OpenSSL wants at its level 2, which the framework's own validation does not ask it about.
    private const int LeastRsaBits = 2_048;

    /// <summary>Why the certificate was refused; null when it was not, or none came.</summary>
    public string? Refusal { get; private set; }

    public bool Decide(object sender, X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        var isNamed = certificate is not X509Certificate2 whole || HasAlternativeName(whole);
        var isStrong = !HasShortKey(certificate, chain);
        if (!isNamed)
            errors |= SslPolicyErrors.RemoteCertificateNameMismatch;
        if (!isStrong)
            errors |= SslPolicyErrors.RemoteCertificateChainErrors;
        Refusal = Refuse(sender, certificate, chain, errors);
        if (Refusal is not null && !isNamed)
            Refusal += "; it has no alternative name that is a host's, and a common name does not count";
        if (Refusal is not null && !isStrong)
            Refusal += $"; an RSA key of it or of its issuers has fewer than {LeastRsaBits} bits";
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

    // RFC 9110, section 4.3.4: a common name is nobody's. Some systems still take it where there is nothing else.
    private static bool HasAlternativeName(X509Certificate2 certificate)
    {
        try
        {
            return certificate.Extensions.OfType<X509SubjectAlternativeNameExtension>()
                .Any(names => names.EnumerateDnsNames().Any() || names.EnumerateIPAddresses().Any());
        }
        catch (CryptographicException)
        {
            return false; // malformed
        }
    }

    private static bool HasShortKey(X509Certificate? certificate, X509Chain? chain) =>
        IsShort(certificate as X509Certificate2) || (chain?.ChainElements.Any(element => IsShort(element.Certificate)) ?? false);

    private static bool IsShort(X509Certificate2? certificate)
    {
        using var rsa = certificate?.GetRSAPublicKey();
        return rsa?.KeySize < LeastRsaBits;
    }

    private static string Describe(X509Chain? chain, SslPolicyErrors errors)
    {
        var statuses = chain?.ChainStatus.Select(status => status.Status).Distinct().ToArray() ?? [];
        return errors == SslPolicyErrors.None ? "by the caller's validation"
            : statuses.Length == 0 ? $"{errors}"
            : $"{errors} ({string.Join(", ", statuses)})";
    }
}
