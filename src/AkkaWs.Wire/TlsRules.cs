using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace AkkaWs.Wire;

/// <summary>How TLS is spoken. A handshake opens no connection but its own, save for the questions about revocation where they are asked for.</summary>
internal static class TlsRules
{
    private const string ServerAuthentication = "1.3.6.1.5.5.7.3.1";
    private static readonly TimeSpan LongestRetrieval = TimeSpan.FromSeconds(15);

    /// <param name="checkRevocation">Whether the issuers are asked if a certificate was revoked.</param>
    /// <param name="connectTimeout">The time that connecting may take: no single question about revocation waits longer.</param>
    /// <param name="clientCertificates">What is offered to the server; null: nothing.</param>
    /// <param name="decide">Decides on the server's certificate.</param>
    public static SslClientAuthenticationOptions Create(
        bool checkRevocation, TimeSpan connectTimeout, X509CertificateCollection? clientCertificates, RemoteCertificateValidationCallback decide)
    {
        var context = ContextOf(clientCertificates);
        return new SslClientAuthenticationOptions
        {
            ClientCertificates = context is null ? clientCertificates : null,
            ClientCertificateContext = context,
            RemoteCertificateValidationCallback = decide,
            CertificateChainPolicy = ChainPolicy(checkRevocation, connectTimeout),
            // A server that asks anew in the middle of TLS 1.2 could make another certificate of ours the sender of what was sent before.
            AllowRenegotiation = false,
#pragma warning disable CA5398 // A floor, not a pin: 1.0 and 1.1 stay off where the operating system would still allow them.
            EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
#pragma warning restore CA5398
        };
    }

    // In place of the framework's own policy, of which nothing may get lost: hence the usage.
    private static X509ChainPolicy ChainPolicy(bool checkRevocation, TimeSpan connectTimeout) => new()
    {
        // Whoever shows us a certificate would else choose what we fetch, and how long the handshake holds its thread.
        DisableCertificateDownloads = true,
        RevocationMode = checkRevocation ? X509RevocationMode.Online : X509RevocationMode.NoCheck,
        RevocationFlag = X509RevocationFlag.ExcludeRoot,
        UrlRetrievalTimeout = connectTimeout < LongestRetrieval ? connectTimeout : LongestRetrieval,
        ApplicationPolicy = { new Oid(ServerAuthentication) },
    };

    // A collection makes the framework fetch what it misses of our own certificate's issuers. Which of several with a key fits a server, it alone can tell.
    private static SslStreamCertificateContext? ContextOf(X509CertificateCollection? certificates)
    {
        if (certificates is null || certificates.Count == 0)
            return null;
        var all = certificates.OfType<X509Certificate2>().ToArray();
        if (all.Where(certificate => certificate.HasPrivateKey).ToArray() is not [var own])
            return null;
        return SslStreamCertificateContext.Create(own, [.. all.Where(certificate => certificate != own)], offline: true);
    }
}
