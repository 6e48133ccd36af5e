using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace AkkaWs.Wire.Tests.Support;

/// <summary>A TLS server that sends its certificate alone, as misconfigured ones do, or with its issuer's, and upgrades who accepts it.</summary>
internal static class TlsServer
{
    public static RawServer Start(X509Certificate2 certificate, Func<SslStream, Task>? then = null, SslProtocols protocols = SslProtocols.None, X509Certificate2? issuer = null, bool asksForCertificate = false, bool takesShortKeys = false) => new(async (_, stream) =>
    {
        await using var tls = new SslStream(stream);
        try
        {
            await tls.AuthenticateAsServerAsync(new SslServerAuthenticationOptions
            {
                ServerCertificateContext = SslStreamCertificateContext.Create(certificate, issuer is null ? null : [issuer], offline: true),
                EnabledSslProtocols = protocols,
                AllowRenegotiation = true,
                ClientCertificateRequired = asksForCertificate,
#pragma warning disable SYSLIB0040 // OpenSSL, which would not serve a key of 1,024 bits, is told so by this alone.
                EncryptionPolicy = takesShortKeys ? EncryptionPolicy.AllowNoEncryption : EncryptionPolicy.RequireEncryption,
#pragma warning restore SYSLIB0040
                CertificateChainPolicy = new X509ChainPolicy { DisableCertificateDownloads = true, RevocationMode = X509RevocationMode.NoCheck },
#pragma warning disable CA5359 // whichever certificate the client has, or none
                RemoteCertificateValidationCallback = (_, _, _, _) => true,
#pragma warning restore CA5359
            });
        }
        catch (AuthenticationException)
        {
            return; // the client left
        }

        var request = await RawServer.ReadRequestAsync(tls);
        await tls.WriteAsync(Encoding.ASCII.GetBytes(
            $"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: {RawServer.Accept(request)}\r\n\r\n"));
        await (then is null ? RawServer.ReadToEndAsync(tls) : then(tls));
    });

    public static Uri UrlOf(RawServer server) => new($"wss://localhost:{server.Port}/");
}
