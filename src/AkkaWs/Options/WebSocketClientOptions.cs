using AkkaWs.Primitives;

namespace AkkaWs.Options;

/// <summary>
/// Everything that can be set of one connection. Change it by <c>with</c>; <c>OptionsValidator</c> names every value out of range.
/// </summary>
/// <example><code>
/// var options = new WebSocketClientOptions { Name = "bybit-linear", Url = new Uri("wss://stream.bybit.com/v5/public/linear") };
/// </code></example>
public sealed record WebSocketClientOptions
{
    /// <summary>The connection's name: unique per actor system, an actor's name (<c>/user/akkaws/NAME</c>), in every log, error and metric.</summary>
    public required string Name { get; init; }

    /// <summary>Where to connect: <c>ws</c> or <c>wss</c>, without user info or fragment. Its query and what may be a key in its path, such as a listen key, are shown nowhere.</summary>
    public required Uri Url { get; init; }

    /// <summary>Request headers of the upgrade, in printable ASCII. Their values are shown nowhere. Default: none.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Headers { get; init; } = [];

    /// <summary>Sub-protocols to offer, in order of preference (RFC 6455 section 1.9). Shown nowhere, since a venue may take a token for one. Default: none.</summary>
    public IReadOnlyList<string> SubProtocols { get; init; } = [];

    /// <summary>Allows <c>ws</c>, which anyone on the way can read and change, to a host other than loopback. Default: false.</summary>
    public bool AllowInsecure { get; init; }

    /// <summary>How long DNS, TCP, TLS and the upgrade may take together. Default: 10 s.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long the closing handshake may take before the socket is dropped. Default: 2 s.</summary>
    public TimeSpan CloseTimeout { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>Whether to log in right after connecting, if the protocol handler can. False leaves it to the caller. Default: true.</summary>
    public bool AuthenticateOnConnect { get; init; } = true;

    /// <summary>
    /// How long a login may take, from asking the handler for it to the server's answer; where it waits for its turn by the rates, from its write.
    /// Default: 10 s.
    /// </summary>
    public TimeSpan AuthenticationTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// The largest message in bytes, in both directions. A larger one that is received, assembled and inflated, ends the physical connection with 1009; a larger one
    /// that is to be sent is refused before the write by <see cref="Errors.MessageTooLargeException"/>. Default: 16 MiB.
    /// </summary>
    public int MaxMessageSize { get; init; } = 16 * 1024 * 1024;

    /// <summary>
    /// The dispatcher that runs the actors of the connection (itself, its transports, topics and requests): a path in the actor system's configuration.
    /// Empty: the one that <c>akka-ws.dispatcher</c> names for all connections, or else Akka's default dispatcher. Default: empty.
    /// </summary>
    public string Dispatcher { get; init; } = "";

    /// <summary>
    /// Whether up to five redirects of the upgrade are followed. Never from <c>wss</c> to <c>ws</c>, and never to another origin where the request carries
    /// headers, sub-protocols or client certificates. HOCON: <c>follow-redirects</c>. Default: false.
    /// </summary>
    public bool FollowRedirects { get; init; }

    /// <summary>
    /// Idle time after which TCP probes the peer, and the interval of the probes, in whole seconds, rounded up; null: TCP does not. HOCON:
    /// <c>tcp-keep-alive</c>. Default: 30 s.
    /// </summary>
    public TimeSpan? TcpKeepAlive { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>What is demanded of the server's certificate. Default: what the operating system demands.</summary>
    public TlsOptions Tls { get; init; } = new();

    /// <summary>Which HTTP proxy the connection goes through. Default: the system's.</summary>
    public ProxyOptions Proxy { get; init; } = new();

    /// <summary>Compression of messages. Default: off.</summary>
    public DeflateOptions Deflate { get; init; } = new();

    /// <summary>When and how often to connect again.</summary>
    public ReconnectOptions Reconnect { get; init; } = new();

    /// <summary>How a dead connection is noticed.</summary>
    public HeartbeatOptions Heartbeat { get; init; } = new();

    /// <summary>Bounds and deadlines of requests.</summary>
    public RequestOptions Requests { get; init; } = new();

    /// <summary>Bounds and deadlines of subscriptions.</summary>
    public SubscriptionOptions Subscriptions { get; init; } = new();

    /// <summary>What is kept while the connection is down.</summary>
    public QueueOptions Queue { get; init; } = new();

    /// <summary>What the venue limits. Default: nothing.</summary>
    public RateLimitOptions Rates { get; init; } = new();

    /// <summary>When the physical connection is replaced before the venue drops it. Default: never.</summary>
    public RotationOptions Rotation { get; init; } = new();

    /// <summary>What is measured, traced and logged.</summary>
    public TelemetryOptions Telemetry { get; init; } = new();

    /// <summary>Name, scheme, host, port, and the path without what may be a key.</summary>
    public override string ToString() => $"{Name} → {Redactor.Url(Url)}";
}
