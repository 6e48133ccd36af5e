using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using AkkaWs.Options;

namespace AkkaWs.Transport;

/// <summary>Decides on the server's certificate where pins or a validation of the user's are set, and remembers what there is to say. One a connect.</summary>
internal sealed class ServerCertificateCheck(TlsOptions options, RemoteCertificateValidationCallback? validation)
{
    /// <summary>For the transport; null: the operating system's rules alone.</summary>
    public RemoteCertificateValidationCallback? Callback => validation is null && options.PinnedSha256.Count == 0 ? null : Decide;

    /// <summary>What is wrong with the first certificate that the user's validation accepted, redirects included; null: nothing.</summary>
    public string? AcceptedDespite { get; private set; }

    /// <summary>Why the pins refused it; null: they did not.</summary>
    public string? PinRefusal { get; private set; }

    private bool Decide(object sender, X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        PinRefusal = null;
        if (validation is null ? errors != SslPolicyErrors.None : !validation(sender, certificate, chain, errors))
            return false;
        if (errors != SslPolicyErrors.None)
            AcceptedDespite ??= Describe(chain, errors);
        return options.PinnedSha256.Count == 0 || IsPinned(certificate, chain, errors);
    }

    private bool IsPinned(X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        using var own = certificate is null ? null : new X509Certificate2(certificate);
        // What stands above the server's certificate is vouched for by a trusted chain alone.
        var above = errors == SslPolicyErrors.None ? chain?.ChainElements.Select(element => HashOf(element.Certificate)) : null;
        var hash = own is null ? null : HashOf(own);
        if ((hash is not null && options.PinnedSha256.Contains(hash)) || above?.Any(options.PinnedSha256.Contains) == true)
            return true;
        PinRefusal = hash is null ? "the server has no certificate" : $"no pinned key is in its chain; that of the server is {hash}";
        return false;
    }

    private static string HashOf(X509Certificate2 certificate) => Convert.ToBase64String(SHA256.HashData(certificate.PublicKey.ExportSubjectPublicKeyInfo()));

    private static string Describe(X509Chain? chain, SslPolicyErrors errors)
    {
        var statuses = chain?.ChainStatus.Select(status => status.Status).Distinct().ToList() ?? [];
        return statuses.Count == 0 ? $"{errors}" : $"{errors} ({string.Join(", ", statuses)})";
    }
}
