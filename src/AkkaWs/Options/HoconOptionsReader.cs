using Akka.Configuration;
using Akka.Configuration.Hocon;
using AkkaWs.Errors;
using AkkaWs.Primitives;

namespace AkkaWs.Options;

/// <summary>Reads options from the section <c>akka-ws</c> of an actor system's configuration. Defaults are those of <c>reference.conf</c>.</summary>
public static class HoconOptionsReader
{
    private const string Root = "akka-ws";
    private const string Connections = "akka-ws.connections";
    private const string Defaults = "akka-ws.connection-defaults";

    private static readonly Lazy<Config> LazyReference = new(LoadReference);

    /// <summary>The defaults: <c>reference.conf</c> as it is built into this assembly.</summary>
    public static Config Reference => LazyReference.Value;

    /// <summary>Reads <c>akka-ws.connections.NAME</c> over <c>akka-ws.connection-defaults</c> over the defaults.</summary>
    /// <param name="config">An actor system's <c>Settings.Config</c>, or any configuration with the section <c>akka-ws</c>.</param>
    /// <param name="name">The connection's name.</param>
    /// <returns>Valid options.</returns>
    /// <exception cref="InvalidOptionsException">There is no such connection; a key is unknown; a value cannot be read or is out of range.</exception>
    public static WebSocketClientOptions Read(Config config, string name) => Read(config, name, []);

    /// <param name="config">As for the other.</param>
    /// <param name="name">The connection's name.</param>
    /// <param name="readElsewhere">Keys of the connection that another reader takes: what a mistyped one may have been meant to be.</param>
    internal static WebSocketClientOptions Read(Config config, string name, IReadOnlyList<string> readElsewhere)
    {
        ArgumentNullException.ThrowIfNull(config);
        ArgumentException.ThrowIfNullOrEmpty(name);
        var errors = new List<OptionError>();
        RejectUnknownSections(config, errors);
        var root = new HoconSection(SectionOf(config, name), "", errors);
        var url = ReadUrl(root, errors);
        var options = ReadOptions(root, name, url);
        root.RejectUnknownKeys(readElsewhere);
        if (errors.Count == 0)
            errors.AddRange(OptionsValidator.Validate(options));
        return errors.Count == 0 ? options : throw new InvalidOptionsException(name, errors);
    }

    private static HoconObject? SectionOf(Config config, string name)
    {
        var all = config.WithFallback(Reference);
        var connections = all.GetValue(Connections) is { } value && value.IsObject() ? value.GetObject().Items : [];
        if (!connections.TryGetValue(name, out var own) || !own.IsObject())
        {
            var known = connections.Count == 0 ? "none is" : string.Join(", ", connections.Keys) + " are";
            throw new InvalidOptionsException(name, [new OptionError($"{Connections}.{name}", own is null ? "missing" : "not a section", $"a section with the key url ({known} configured)")]);
        }

        if (!all.GetValue(Defaults).IsObject())
            throw new InvalidOptionsException(name, [new OptionError(Defaults, "not a section", "a section")]);
        return new Config(new HoconRoot(own)).WithFallback(all.GetConfig(Defaults)).Root.GetObject();
    }

    // A misspelt section would otherwise be none.
    private static void RejectUnknownSections(Config config, List<OptionError> errors)
    {
        if (config.GetValue(Root) is not { } value || !value.IsObject())
            return;
        string[] known = [.. Reference.GetValue(Root).GetObject().Items.Keys, Connections[(Root.Length + 1)..]];
        foreach (var key in value.GetObject().Items.Keys.Where(key => !known.Contains(key)))
            errors.Add(new OptionError($"{Root}.{key}", NearestKey.Describe(key, known), "one of " + string.Join(", ", known)));
    }

    private static Uri ReadUrl(HoconSection root, List<OptionError> errors)
    {
        var text = root.Text("url");
        if (Uri.TryCreate(text, UriKind.Absolute, out var url))
            return url;
        errors.Add(new OptionError("url", text.Length == 0 ? "missing" : $"\"{Redactor.Url(text)}\"", "an absolute URL that begins with ws:// or wss://, quoted"));
        return new Uri("wss://unset");
    }

    private static WebSocketClientOptions ReadOptions(HoconSection root, string name, Uri url)
    {
        return new WebSocketClientOptions
        {
            Name = name,
            Url = url,
            Headers = root.Pairs("headers"),
            SubProtocols = root.Texts("sub-protocols"),
            AllowInsecure = root.Switch("allow-insecure"),
            ConnectTimeout = root.Duration("connect-timeout"),
            CloseTimeout = root.Duration("close-timeout"),
            AuthenticateOnConnect = root.Switch("authenticate-on-connect"),
            AuthenticationTimeout = root.Duration("authentication-timeout"),
            MaxMessageSize = (int)root.Size("max-message-size", int.MaxValue),
            Dispatcher = root.Text("dispatcher"),
            FollowRedirects = root.Switch("follow-redirects"),
            TcpKeepAlive = root.DurationOrOff("tcp-keep-alive"),
            Tls = HoconTransportReader.ReadTls(root.Section("tls")),
            Proxy = HoconTransportReader.ReadProxy(root.Section("proxy")),
            Deflate = HoconTransportReader.ReadDeflate(root.Section("deflate")),
            Reconnect = HoconReconnectReader.Read(root.Section("reconnect")),
            Heartbeat = ReadHeartbeat(root.Section("heartbeat")),
            Requests = ReadRequests(root.Section("requests")),
            Subscriptions = ReadSubscriptions(root.Section("subscriptions")),
            Queue = ReadQueue(root.Section("queue")),
            Rates = ReadRates(root.Section("rates")),
            Rotation = ReadRotation(root.Section("rotation")),
            Telemetry = ReadTelemetry(root.Section("telemetry")),
        };
    }

    private static HeartbeatOptions ReadHeartbeat(HoconSection section)
    {
        var options = new HeartbeatOptions
        {
            PingInterval = section.Duration("ping-interval"),
            PongTimeout = section.Duration("pong-timeout"),
            MaxExtension = section.DurationOrAuto("max-extension"),
            MissedPongsAllowed = section.Count("missed-pongs-allowed"),
            UseFramePing = section.Switch("use-frame-ping"),
            IdleTimeout = section.DurationOrOff("idle-timeout"),
        };
        section.RejectUnknownKeys();
        return options;
    }

    private static RequestOptions ReadRequests(HoconSection section)
    {
        var options = new RequestOptions
        {
            Timeout = section.Duration("timeout"),
            MaxPending = section.Count("max-pending"),
            CleanupInterval = section.Duration("cleanup-interval"),
        };
        section.RejectUnknownKeys();
        return options;
    }

    private static SubscriptionOptions ReadSubscriptions(HoconSection section)
    {
        var options = new SubscriptionOptions
        {
            BufferCapacity = section.Count("buffer-capacity"),
            BufferBytes = section.Size("buffer-bytes", long.MaxValue),
            MaxBufferedBytes = section.Size("max-buffered-bytes", long.MaxValue),
            ConfirmTimeout = section.Duration("confirm-timeout"),
            BatchCredits = section.Count("batch-credits"),
            UnsubscribeLinger = section.Duration("unsubscribe-linger"),
            MaxStall = section.DurationOrOff("max-stall"),
            CallbackTimeout = section.DurationOrOff("callback-timeout"),
            MaxAge = section.Is("max-age", "by-handler") ? null : section.IsOff("max-age") ? TimeSpan.Zero : section.Duration("max-age", ", by-handler or off"),
            MaxTopics = section.Count("max-topics"),
            MaxSubscribeBytes = section.IsOff("max-subscribe-bytes") ? null : (int)section.Size("max-subscribe-bytes", int.MaxValue, orOff: true),
        };
        section.RejectUnknownKeys();
        return options;
    }

    private static QueueOptions ReadQueue(HoconSection section)
    {
        var options = new QueueOptions
        {
            Capacity = section.Count("capacity"),
            MaxBytes = section.Size("max-bytes", long.MaxValue),
            DefaultTtl = section.Duration("default-ttl"),
            Overflow = section.Choice("overflow", ("reject", QueueOverflow.Reject), ("drop-oldest", QueueOverflow.DropOldest)),
            OnClose = section.Choice("on-close", ("fail", QueueOnClose.Fail), ("flush", QueueOnClose.Flush)),
        };
        section.RejectUnknownKeys();
        return options;
    }

    private static RateLimitOptions ReadRates(HoconSection section)
    {
        var options = new RateLimitOptions
        {
            Outgoing = ReadRate(section.Section("outgoing")),
            Subscriptions = ReadRate(section.Section("subscriptions")),
            SubscriptionsPerConnection = section.Switch("subscriptions-per-connection"),
            Orders = ReadRate(section.Section("orders")),
            ConnectionAttempts = ReadRate(section.Section("connection-attempts")),
        };
        section.RejectUnknownKeys();
        return options;
    }

    private static RateOptions ReadRate(HoconSection section)
    {
        var options = new RateOptions
        {
            Limit = section.CountOrOff("limit"),
            Interval = section.Duration("interval"),
            Burst = section.Count("burst"),
            Reserve = section.Count("reserve"),
            MaxWaiting = section.Count("max-waiting"),
        };
        section.RejectUnknownKeys();
        return options;
    }

    private static RotationOptions ReadRotation(HoconSection section)
    {
        var options = new RotationOptions
        {
            Interval = section.DurationOrOff("interval"),
            Jitter = section.Real("jitter"),
            DailyAt = section.TimeOfDayOrOff("daily-at"),
            DailyWindow = section.Duration("daily-window"),
            Overlap = section.Duration("overlap"),
            Skew = section.DurationOrOff("skew"),
            MaxHeldUpdates = section.Count("max-held-updates"),
            MaxHeldBytes = section.Size("max-held-bytes", long.MaxValue),
        };
        section.RejectUnknownKeys();
        return options;
    }

    private static TelemetryOptions ReadTelemetry(HoconSection section)
    {
        var options = new TelemetryOptions
        {
            Metrics = section.Switch("metrics"),
            Traces = section.Switch("traces"),
            LatencyBudget = section.DurationOrOff("latency-budget"),
            ReportInterval = section.Duration("report-interval"),
            MetricsInterval = section.DurationOrOff("metrics-interval"),
            LogPayloads = section.Switch("log-payloads"),
        };
        section.RejectUnknownKeys();
        return options;
    }

    private static Config LoadReference()
    {
        using var stream = typeof(HoconOptionsReader).Assembly.GetManifestResourceStream("AkkaWs.reference.conf")
            ?? throw new InvalidOperationException("The assembly was built without its resource AkkaWs.reference.conf.");
        using var reader = new StreamReader(stream);
        return ConfigurationFactory.ParseString(reader.ReadToEnd());
    }
}
