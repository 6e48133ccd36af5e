using System.Globalization;
using AkkaWs.Errors;
using AkkaWs.Options;

namespace AkkaWs.Tests.Options;

public sealed class OptionsValidatorTests
{
    private const string Secret = "s3cr3t-sentinel";

    private static readonly WebSocketClientOptions Valid = new() { Name = "bybit-linear", Url = new Uri("wss://stream.bybit.com/v5/public/linear") };

    public static TheoryData<string, WebSocketClientOptions> Wrong => new()
    {
        { "name", Valid with { Name = "" } },
        { "name", Valid with { Name = "a/b" } },
        { "name", Valid with { Name = "$a" } },
        { "name", Valid with { Name = new string('a', 129) } },
        { "url", Valid with { Url = null! } },
        { "url", Valid with { Url = new Uri("/relative", UriKind.Relative) } },
        { "url", Valid with { Url = new Uri("https://example.com") } },
        { "url", Valid with { Url = new Uri("wss://user:" + Secret + "@example.com/") } },
        { "url", Valid with { Url = new Uri("wss://example.com/#" + Secret) } },
        { "url", Valid with { Url = new Uri("ws://example.com/?token=" + Secret) } },
        { "headers", Valid with { Headers = null! } },
        { "headers[1]", Valid with { Headers = [new("X-A", "1"), new("X B\r\n", Secret)] } },
        { "headers.X-Key", Valid with { Headers = [new("X-Key", Secret + "\r\nX-Evil: 1")] } },
        { "headers.X-Key", Valid with { Headers = [new("X-Key", null!)] } },
        { "headers.X-Key", Valid with { Headers = [new("X-Key", Secret + "é")] } },
        { "headers.Host", Valid with { Headers = [new("Host", "a, " + Secret)] } },
        { "headers.Host", Valid with { Headers = [new("Host", "")] } },
        { "headers.host", Valid with { Headers = [new("Host", "a.example"), new("host", "b.example")] } },
        { "headers.Sec-WebSocket-Key", Valid with { Headers = [new("Sec-WebSocket-Key", Secret)] } },
        { "sub-protocols", Valid with { SubProtocols = ["a " + Secret] } },
        { "sub-protocols", Valid with { SubProtocols = [Secret, Secret] } },
        { "sub-protocols", Valid with { SubProtocols = [Secret, null!] } },
        { "url", Valid with { Url = new Uri("wss://example.com/token/" + Secret + "#f") } },
        { "connect-timeout", Valid with { ConnectTimeout = TimeSpan.Zero } },
        { "close-timeout", Valid with { CloseTimeout = Timeout.InfiniteTimeSpan } },
        { "authentication-timeout", Valid with { AuthenticationTimeout = TimeSpan.FromDays(2) } },
        { "max-message-size", Valid with { MaxMessageSize = 0 } },
        { "dispatcher", Valid with { Dispatcher = null! } },
        { "tcp-keep-alive", Valid with { TcpKeepAlive = TimeSpan.Zero } },
        { "tls", Valid with { Tls = null! } },
        { "tls.pinned-sha256", Valid with { Tls = new() { PinnedSha256 = null! } } },
        { "tls.pinned-sha256", Valid with { Tls = new() { PinnedSha256 = [null!] } } },
        { "tls.pinned-sha256", Valid with { Tls = new() { PinnedSha256 = ["c2hvcnQ="] } } },
        { "tls.pinned-sha256", Valid with { Tls = new() { PinnedSha256 = [Convert.ToBase64String(new byte[32]) + "\n"] } } },
        { "tls.pinned-sha256", Valid with { Url = new Uri("ws://127.0.0.1"), Tls = new() { PinnedSha256 = [Convert.ToBase64String(new byte[32])] } } },
        { "tls.revocation", Valid with { Tls = new() { Revocation = (TlsRevocation)2 } } },
        { "tls.revocation", Valid with { Url = new Uri("ws://127.0.0.1"), Tls = new() { Revocation = TlsRevocation.Online } } },
        { "proxy", Valid with { Proxy = null! } },
        { "proxy.address", Valid with { Proxy = new() { Address = null! } } },
        { "proxy.address", Valid with { Proxy = new() { Address = "none" } } },
        { "proxy.address", Valid with { Proxy = new() { Address = "socks5://127.0.0.1:1080" } } },
        { "proxy.address", Valid with { Proxy = new() { Address = $"http://user:{Secret}@proxy.example" } } },
        { "proxy.address", Valid with { Proxy = new() { Address = $"http://proxy.example?key={Secret}" } } },
        { "proxy.address", Valid with { Proxy = new() { Address = $"http://user:{Secret}#{Secret}?{Secret}@proxy.example:3128" } } },
        { "proxy.address", Valid with { Url = new Uri("ws://127.0.0.1"), Proxy = new() { Address = "http://proxy.example:3128" } } },
        { "proxy.user", Valid with { Proxy = new() { User = Secret } } },
        { "proxy.user", Valid with { Proxy = new() { User = null! } } },
        { "proxy.password", Valid with { Proxy = new() { Address = "http://proxy.example", Password = Secret } } },
        { "deflate", Valid with { Deflate = null! } },
        { "deflate.client-max-window-bits", Valid with { Deflate = new() { ClientMaxWindowBits = 8 } } },
        { "deflate.server-max-window-bits", Valid with { Deflate = new() { ServerMaxWindowBits = 16 } } },
        { "deflate.minimum-size", Valid with { Deflate = new() { MinimumSize = -1 } } },
        { "heartbeat.idle-timeout", Valid with { Heartbeat = new() { PingInterval = TimeSpan.FromSeconds(20), IdleTimeout = TimeSpan.FromSeconds(19) } } },
        { "reconnect.jitter", Valid with { Reconnect = new() { Jitter = 1, Factor = 1 } } },
        { "reconnect", Valid with { Reconnect = null! } },
        { "reconnect.initial-delay", Valid with { Reconnect = new() { InitialDelay = TimeSpan.FromTicks(-1) } } },
        { "reconnect.initial-delay", Valid with { Reconnect = new() { InitialDelay = TimeSpan.FromSeconds(31) } } },
        { "reconnect.max-delay", Valid with { Reconnect = new() { InitialDelay = TimeSpan.Zero, MaxDelay = TimeSpan.Zero } } },
        { "reconnect.factor", Valid with { Reconnect = new() { Factor = 0.9 } } },
        { "reconnect.factor", Valid with { Reconnect = new() { Factor = double.NaN } } },
        { "reconnect.jitter", Valid with { Reconnect = new() { Jitter = 1.1 } } },
        { "reconnect.jitter", Valid with { Reconnect = new() { Jitter = -0.1 } } },
        { "reconnect.max-attempts", Valid with { Reconnect = new() { MaxAttempts = -1 } } },
        { "reconnect.stable-after", Valid with { Reconnect = new() { StableAfter = TimeSpan.FromSeconds(-1) } } },
        { "reconnect.max-rejections", Valid with { Reconnect = new() { MaxRejections = -1 } } },
        { "reconnect.fail-fast", Valid with { Reconnect = new() { FailFast = (FailFast)9 } } },
        { "reconnect.slow", Valid with { Reconnect = new() { Slow = null! } } },
        { "reconnect.slow.initial", Valid with { Reconnect = new() { Slow = new() { Initial = TimeSpan.FromMinutes(6) } } } },
        { "reconnect.slow.initial", Valid with { Reconnect = new() { Slow = new() { Initial = TimeSpan.Zero } } } },
        { "reconnect.slow.max", Valid with { Reconnect = new() { Slow = new() { Max = TimeSpan.FromDays(2) } } } },
        { "heartbeat.max-extension", Valid with { Heartbeat = new() { MaxExtension = TimeSpan.Zero } } },
        { "reconnect.jitter-kind", Valid with { Reconnect = new() { JitterKind = (JitterKind)9 } } },
        { "reconnect.max-retry-after", Valid with { Reconnect = new() { MaxRetryAfter = TimeSpan.FromTicks(-1) } } },
        { "reconnect.classes", Valid with { Reconnect = new() { Classes = null! } } },
        { "reconnect.classes", Valid with { Reconnect = Class((ErrorClass)99, new()) } },
        { "reconnect.classes.dns", Valid with { Reconnect = Class(ErrorClass.Dns, null!) } },
        { "reconnect.classes.dns.initial-delay", Valid with { Reconnect = Class(ErrorClass.Dns, new() { InitialDelay = TimeSpan.FromSeconds(-1) }) } },
        { "reconnect.classes.dns.initial-delay", Valid with { Reconnect = Class(ErrorClass.Dns, new() { MaxDelay = TimeSpan.FromMilliseconds(99) }) } },
        { "reconnect.classes.rate-limited.max-delay", Valid with { Reconnect = Class(ErrorClass.RateLimited, new() { MaxDelay = TimeSpan.FromDays(2) }) } },
        { "reconnect.classes.tls.initial-delay", Valid with { Reconnect = Class(ErrorClass.Tls, new() { InitialDelay = TimeSpan.Zero }) } },
        { "reconnect.classes.tls.initial-delay", Valid with { Reconnect = Class(ErrorClass.Tls, new() { InitialDelay = TimeSpan.FromMinutes(6) }) } },
        { "reconnect.classes.authentication-rejected.initial-delay", Valid with { Reconnect = Class(ErrorClass.AuthenticationRejected, new() { MaxDelay = TimeSpan.FromMilliseconds(500) }) } },
        { "reconnect.classes.dns.factor", Valid with { Reconnect = Class(ErrorClass.Dns, new() { Factor = 0.5 }) } },
        { "reconnect.classes.dns.max-attempts", Valid with { Reconnect = Class(ErrorClass.Dns, new() { MaxAttempts = -1 }) } },
        { "reconnect.circuit", Valid with { Reconnect = new() { Circuit = null! } } },
        { "reconnect.circuit.failures", Valid with { Reconnect = new() { Circuit = new() { Failures = 0 } } } },
        { "reconnect.circuit.window", Valid with { Reconnect = new() { Circuit = new() { Window = TimeSpan.Zero } } } },
        { "reconnect.circuit.open-for", Valid with { Reconnect = new() { Circuit = new() { OpenFor = TimeSpan.Zero } } } },
        { "reconnect.circuit.max-opens", Valid with { Reconnect = new() { Circuit = new() { MaxOpens = -1 } } } },
        { "heartbeat.missed-pongs-allowed", Valid with { Heartbeat = new() { MissedPongsAllowed = -1 } } },
        { "subscriptions.max-subscribe-bytes", Valid with { Subscriptions = new() { MaxSubscribeBytes = 0 } } },
        { "rates", Valid with { Rates = null! } },
        { "rates.outgoing", Valid with { Rates = new() { Outgoing = null! } } },
        { "rates.outgoing.limit", Valid with { Rates = new() { Outgoing = new() { Limit = 0 } } } },
        { "rates.outgoing.interval", Valid with { Rates = new() { Outgoing = new() { Interval = TimeSpan.Zero } } } },
        { "rates.outgoing.burst", Valid with { Rates = new() { Outgoing = new() { Burst = 0 } } } },
        { "rates.outgoing.reserve", Valid with { Rates = new() { Outgoing = new() { Burst = 3, Reserve = 3 } } } },
        { "rates.subscriptions", Valid with { Rates = new() { Subscriptions = null! } } },
        { "rates.subscriptions.limit", Valid with { Rates = new() { Subscriptions = new() { Limit = 0 } } } },
        { "rates.orders", Valid with { Rates = new() { Orders = null! } } },
        { "rates.orders.reserve", Valid with { Rates = new() { Orders = new() { Burst = 3, Reserve = 3 } } } },
        { "rates.connection-attempts", Valid with { Rates = new() { ConnectionAttempts = null! } } },
        { "rates.connection-attempts.max-waiting", Valid with { Rates = new() { ConnectionAttempts = new() { MaxWaiting = 0 } } } },
        { "rotation", Valid with { Rotation = null! } },
        { "rotation.interval", Valid with { Rotation = new() { Interval = TimeSpan.FromSeconds(-1) } } },
        { "rotation.jitter", Valid with { Rotation = new() { Jitter = 2 } } },
        { "rotation.daily-window", Valid with { Rotation = new() { DailyWindow = TimeSpan.Zero } } },
        { "rotation.overlap", Valid with { Rotation = new() { Overlap = TimeSpan.Zero } } },
        { "rotation.overlap", Valid with { Rotation = new() { Interval = TimeSpan.FromSeconds(5) } } },
        { "telemetry", Valid with { Telemetry = null! } },
        { "telemetry.latency-budget", Valid with { Telemetry = new() { LatencyBudget = TimeSpan.Zero } } },
        { "telemetry.metrics-interval", Valid with { Telemetry = new() { MetricsInterval = TimeSpan.FromDays(2) } } },
        { "telemetry.report-interval", Valid with { Telemetry = new() { ReportInterval = TimeSpan.FromDays(2) } } },
        { "heartbeat.ping-interval", Valid with { Heartbeat = new() { PingInterval = TimeSpan.FromSeconds(-1) } } },
        { "heartbeat.pong-timeout", Valid with { Heartbeat = new() { PongTimeout = TimeSpan.Zero } } },
        { "heartbeat.idle-timeout", Valid with { Heartbeat = new() { IdleTimeout = TimeSpan.Zero } } },
        { "requests.timeout", Valid with { Requests = new() { Timeout = TimeSpan.Zero } } },
        { "requests.max-pending", Valid with { Requests = new() { MaxPending = 0 } } },
        { "requests.cleanup-interval", Valid with { Requests = new() { CleanupInterval = TimeSpan.Zero } } },
        { "subscriptions.buffer-capacity", Valid with { Subscriptions = new() { BufferCapacity = 0 } } },
        { "subscriptions.buffer-bytes", Valid with { Subscriptions = new() { BufferBytes = 0 } } },
        { "subscriptions.max-buffered-bytes", Valid with { Subscriptions = new() { MaxBufferedBytes = 0 } } },
        { "subscriptions.confirm-timeout", Valid with { Subscriptions = new() { ConfirmTimeout = TimeSpan.Zero } } },
        { "subscriptions.batch-credits", Valid with { Subscriptions = new() { BatchCredits = 0 } } },
        { "subscriptions.unsubscribe-linger", Valid with { Subscriptions = new() { UnsubscribeLinger = TimeSpan.FromSeconds(-1) } } },
        { "subscriptions.max-stall", Valid with { Subscriptions = new() { MaxStall = TimeSpan.Zero } } },
        { "subscriptions.callback-timeout", Valid with { Subscriptions = new() { CallbackTimeout = TimeSpan.Zero } } },
        { "subscriptions.max-topics", Valid with { Subscriptions = new() { MaxTopics = 0 } } },
        { "queue.capacity", Valid with { Queue = new() { Capacity = 0 } } },
        { "queue.max-bytes", Valid with { Queue = new() { MaxBytes = 0 } } },
        { "queue.default-ttl", Valid with { Queue = new() { DefaultTtl = TimeSpan.Zero } } },
        { "queue.overflow", Valid with { Queue = new() { Overflow = (QueueOverflow)7 } } },
        { "queue.on-close", Valid with { Queue = new() { OnClose = (QueueOnClose)7 } } },
    };

    [Fact]
    public void The_defaults_are_valid() => Assert.Empty(OptionsValidator.Validate(Valid));

    [Theory]
    [InlineData("ws://127.0.0.1:9000/x")]
    [InlineData("ws://[::1]:9000/x")]
    [InlineData("ws://localhost/x?key=1")]
    public void Loopback_needs_no_TLS(string url) => Assert.Empty(OptionsValidator.Validate(Valid with { Url = new Uri(url) }));

    [Fact]
    public void Unencrypted_urls_need_an_explicit_word() =>
        Assert.Empty(OptionsValidator.Validate(Valid with { Url = new Uri("ws://example.com"), AllowInsecure = true }));

    [Theory]
    [MemberData(nameof(Wrong))]
    public void A_wrong_value_is_the_only_finding_and_named_by_its_key(string key, WebSocketClientOptions options)
    {
        var error = Assert.Single(OptionsValidator.Validate(options));

        Assert.Equal(key, error.Key);
        Assert.NotEmpty(error.Value);
        Assert.NotEmpty(error.Allowed);
        Assert.DoesNotContain(Secret, error.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain(error.ToString(), char.IsControl);
    }

    [Fact]
    public void All_findings_come_at_once()
    {
        var options = Valid with { MaxMessageSize = -1, Reconnect = new() { Factor = 0, Jitter = 2 }, Queue = new() { Capacity = -3 } };

        var keys = OptionsValidator.Validate(options).Select(error => error.Key);

        Assert.Equal(["max-message-size", "reconnect.factor", "reconnect.jitter", "queue.capacity"], keys);
    }

    [Fact]
    public void A_finding_shows_value_and_range()
    {
        var error = Assert.Single(OptionsValidator.Validate(Valid with { Reconnect = new() { Jitter = 1.5 } }));

        Assert.Equal("reconnect.jitter is 1.5, allowed: 0 to 1", error.ToString());
    }

    [Fact]
    public void Findings_do_not_depend_on_the_culture()
    {
        var before = CultureInfo.CurrentCulture;
        CultureInfo.CurrentCulture = (CultureInfo)CultureInfo.InvariantCulture.Clone();
        CultureInfo.CurrentCulture.NumberFormat.NumberDecimalSeparator = ",";
        try
        {
            var error = Assert.Single(OptionsValidator.Validate(Valid with { Reconnect = new() { Jitter = 1.5 } }));
            Assert.Equal("1.5", error.Value);
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    private static ReconnectOptions Class(ErrorClass of, ClassReconnectOptions options) =>
        new() { Classes = new Dictionary<ErrorClass, ClassReconnectOptions> { [of] = options } };
}
