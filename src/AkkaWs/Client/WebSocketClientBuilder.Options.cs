using AkkaWs.Options;

namespace AkkaWs.Client;

public sealed partial class WebSocketClientBuilder
{
    /// <summary>Adds a request header of the upgrade. Its value is never logged.</summary>
    public WebSocketClientBuilder Header(string name, string value) => With(options => options with { Headers = [.. options.Headers, new(name, value)] });

    /// <summary>Offers these sub-protocols, in order of preference, in place of those before.</summary>
    public WebSocketClientBuilder SubProtocols(params string[] protocols) => With(options => options with { SubProtocols = protocols });

    /// <summary>Allows <c>ws</c>, which anyone on the way can read and change, to a host other than loopback.</summary>
    public WebSocketClientBuilder AllowInsecure() => With(options => options with { AllowInsecure = true });

    /// <summary>Runs the connection's actors on this dispatcher, by its path in the actor system's configuration.</summary>
    public WebSocketClientBuilder Dispatcher(string path) => With(options => options with { Dispatcher = path });

    /// <summary>Changes what is demanded of the server's certificate.</summary>
    public WebSocketClientBuilder Tls(Func<TlsOptions, TlsOptions> change) => With(options => options with { Tls = change(options.Tls) });

    /// <summary>Changes which proxy the connection goes through.</summary>
    public WebSocketClientBuilder Proxy(Func<ProxyOptions, ProxyOptions> change) => With(options => options with { Proxy = change(options.Proxy) });

    /// <summary>Changes the compression of messages; without a change it is switched on.</summary>
    public WebSocketClientBuilder Deflate(Func<DeflateOptions, DeflateOptions>? change = null) =>
        With(options => options with { Deflate = (change ?? (deflate => deflate))(options.Deflate with { Enabled = true }) });

    /// <summary>Changes when and how often to connect again.</summary>
    public WebSocketClientBuilder Reconnect(Func<ReconnectOptions, ReconnectOptions> change) => With(options => options with { Reconnect = change(options.Reconnect) });

    /// <summary>Changes how a dead connection is noticed.</summary>
    public WebSocketClientBuilder Heartbeat(Func<HeartbeatOptions, HeartbeatOptions> change) => With(options => options with { Heartbeat = change(options.Heartbeat) });

    /// <summary>Changes bounds and deadlines of requests.</summary>
    public WebSocketClientBuilder Requests(Func<RequestOptions, RequestOptions> change) => With(options => options with { Requests = change(options.Requests) });

    /// <summary>Changes bounds and deadlines of subscriptions.</summary>
    public WebSocketClientBuilder Subscriptions(Func<SubscriptionOptions, SubscriptionOptions> change) =>
        With(options => options with { Subscriptions = change(options.Subscriptions) });

    /// <summary>Changes what is kept while the connection is down.</summary>
    public WebSocketClientBuilder Queue(Func<QueueOptions, QueueOptions> change) => With(options => options with { Queue = change(options.Queue) });

    /// <summary>Changes what the venue limits.</summary>
    public WebSocketClientBuilder Rates(Func<RateLimitOptions, RateLimitOptions> change) => With(options => options with { Rates = change(options.Rates) });

    /// <summary>Changes when the physical connection is replaced before the venue drops it.</summary>
    public WebSocketClientBuilder Rotation(Func<RotationOptions, RotationOptions> change) => With(options => options with { Rotation = change(options.Rotation) });
}
