using System.Net.Security;
using System.Security.Cryptography.X509Certificates;

namespace AkkaWs.Wire;

/// <summary>
/// How a connection is opened and which limits hold on it. Change one with <c>with</c>. Values outside their range make
/// <see cref="WireConnection.ConnectAsync"/> and <see cref="WireConnection.FromStream"/> throw <see cref="WireArgumentException"/>.
/// </summary>
public sealed record WireOptions
{
    /// <summary>Headers of the upgrade request, in this order. Default none. Values are printable ASCII; the headers of the upgrade itself (<c>Upgrade</c>, <c>Connection</c>, <c>Sec-WebSocket-*</c>) are refused. A <c>Host</c> header, one host and port, replaces the URL's host as the name in SNI and in the certificate as well.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Headers { get; init; } = [];

    /// <summary>Sub-protocols offered, the preferred first (RFC 6455, section 1.9). Default none.</summary>
    public IReadOnlyList<string> SubProtocols { get; init; } = [];

    /// <summary>Time for DNS, TCP, TLS and HTTP together. Default 10 s.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Time for the peer to answer a close frame, and for ours to leave; afterwards the connection is aborted. Default 5 s.</summary>
    public TimeSpan CloseTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Largest message accepted, in bytes, assembled and inflated. Default 16 MiB. A larger one fails the connection with 1009.</summary>
    public int MaxMessageSize { get; init; } = 16 * 1024 * 1024;

    /// <summary>Largest frame accepted, in bytes of payload. Default 16 MiB. A larger one fails the connection with 1009.</summary>
    public int MaxFrameSize { get; init; } = 16 * 1024 * 1024;

    /// <summary>Most fragments of one message. Default 131,072. More fail the connection with 1009.</summary>
    public int MaxFragments { get; init; } = 131_072;

    /// <summary>Most pings and pongs accepted within one second. Default 1,000. More fail the connection with 1008.</summary>
    public int MaxControlFramesPerSecond { get; init; } = 1_000;

    /// <summary>Size of a read buffer in bytes, 256 B to 16 MiB, to which room for frame headers is added. Default 64 KiB. Messages that fit are delivered in place, larger ones are assembled.</summary>
    public int SlabSize { get; init; } = 64 * 1024;

    /// <summary>Most writes that wait or are under way. Default 4,096. Those of <see cref="WireLane.Urgent"/> have as many places of their own. When full, <see cref="WireConnection.TryPost(WireWrite)"/> refuses and <c>SendAsync</c> waits.</summary>
    public int MaxQueuedWrites { get; init; } = 4_096;

    /// <summary>Most payload bytes that wait or are under way. Default 4 MiB. Writes of <see cref="WireLane.Urgent"/> have as much room of their own. A single larger message is taken when nothing else waits.</summary>
    public long MaxQueuedBytes { get; init; } = 4 * 1024 * 1024;

    /// <summary>Messages larger than this many bytes are sent in fragments of it, with pongs between them. Default null: never.</summary>
    public int? FragmentSize { get; init; }

    /// <summary>The proxy. Default <see cref="WireProxy.System"/>.</summary>
    public WireProxy Proxy { get; init; } = WireProxy.System;

    /// <summary>Client certificates offered in the TLS handshake, with those of their issuers, which need no private key. Where several have one, the framework chooses by the issuers that the server accepts, and may fetch what it misses of them; one alone makes it fetch nothing. Default none.</summary>
    public X509CertificateCollection? ClientCertificates { get; init; }

    /// <summary>Decides on the server's certificate instead of the operating system's rules. Default null: the operating system's rules. A certificate that names its host only as a common name, without alternative names, counts as one of another host (RFC 9110, section 4.3.4). Missing certificates of issuers are never fetched.</summary>
    public RemoteCertificateValidationCallback? CertificateValidation { get; init; }

    /// <summary>Whether the issuers of the server's certificate are asked, in the handshake, if it was revoked. Holds a thread of the pool for up to <see cref="ConnectTimeout"/>, at most 15 s, a certificate; an issuer who does not answer makes the certificate refused. Default false.</summary>
    public bool CheckRevocation { get; init; }

    /// <summary>Opens the byte stream to host and port (of the proxy, when there is one) in place of TCP; TLS and HTTP run over it. Default null: TCP, up to eight addresses of the host tried beside each other (RFC 8305), resolved anew on each attempt; where DNS fails, the address at which an upgrade succeeded last.</summary>
    public Func<System.Net.DnsEndPoint, CancellationToken, ValueTask<Stream>>? ConnectCallback { get; init; }

    /// <summary>Whether up to five redirects are followed. Default false. Never from <c>wss</c> to <c>ws</c>, nor to another host when the request carries headers, sub-protocols or certificates of the caller.</summary>
    public bool FollowRedirects { get; init; }

    /// <summary>Idle time after which TCP probes the peer, and the interval of the probes. Default 30 s; null turns probing off. Whole seconds.</summary>
    public TimeSpan? TcpKeepAlive { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Offers permessage-deflate (RFC 7692). Default null: off.</summary>
    public WireDeflateOptions? Deflate { get; init; }

    /// <summary>The clock of all timeouts and of <see cref="MessageBatch.ReceivedAtTimestamp"/>. Default the system's.</summary>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;
}
