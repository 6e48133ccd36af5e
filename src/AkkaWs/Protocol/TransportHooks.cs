using System.Net;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using AkkaWs.Options;

namespace AkkaWs.Protocol;

/// <summary>
/// What a connection's transport takes that cannot be written in a configuration: certificates and code. Given to the builder
/// (<c>Transport(…)</c>) or registered among a host's services, for one connection under its name as the key, or for all without a key.
/// </summary>
/// <example><code>
/// ws.Transport(new TransportHooks { ClientCertificates = [X509CertificateLoader.LoadPkcs12FromFile("client.pfx", password)] })
/// </code></example>
public sealed record TransportHooks
{
    /// <summary>
    /// Client certificates offered in the TLS handshake, with those of their issuers, which need no private key. Where several have one, the framework
    /// chooses by the issuers that the server accepts, and may fetch what it misses of them; one alone makes it fetch nothing. Never sent to another
    /// origin by a redirect. Default: none.
    /// </summary>
    public X509CertificateCollection? ClientCertificates { get; init; }

    /// <summary>
    /// Decides on the server's certificate in place of the operating system's rules; <see cref="TlsOptions.PinnedSha256"/> holds beside it. Each connect
    /// on which it accepts a certificate that would be refused is logged as a warning, with what is wrong: a common name without alternative names is a name
    /// mismatch. Called on the thread pool. Default: the
    /// operating system's rules.
    /// </summary>
    public RemoteCertificateValidationCallback? CertificateValidation { get; init; }

    /// <summary>
    /// Opens the byte stream to host and port (of the proxy, where there is one) in place of TCP; TLS and HTTP run over it, and
    /// <c>tcp-keep-alive</c> is its own affair. Called for each attempt; the token ends with <c>connect-timeout</c>. Default: TCP.
    /// </summary>
    public Func<DnsEndPoint, CancellationToken, ValueTask<Stream>>? ConnectCallback { get; init; }

    /// <summary>Which of them are set; nothing of what they hold.</summary>
    public override string ToString() =>
        $"{nameof(TransportHooks)} ({string.Join(", ", new[] { ClientCertificates is null ? null : nameof(ClientCertificates), CertificateValidation is null ? null : nameof(CertificateValidation), ConnectCallback is null ? null : nameof(ConnectCallback) }.OfType<string>())})";
}
