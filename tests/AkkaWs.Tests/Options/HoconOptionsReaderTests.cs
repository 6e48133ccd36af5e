using Akka.Configuration;
using AkkaWs.Errors;
using AkkaWs.Options;

namespace AkkaWs.Tests.Options;

public sealed class HoconOptionsReaderTests
{
    [Fact]
    public void An_unset_option_has_the_default_of_its_record()
    {
        var read = Read("""url = "wss://example.com/x" """);

        var expected = new WebSocketClientOptions { Name = "test", Url = new Uri("wss://example.com/x") };
        Assert.Equal(expected with { Headers = read.Headers, SubProtocols = read.SubProtocols }, read);
        Assert.Empty(read.Headers);
        Assert.Empty(read.SubProtocols);
    }

    [Fact]
    public void The_reference_has_a_key_for_each_option_and_no_other() =>
        Assert.Equal(
            KeysOf(typeof(WebSocketClientOptions), "").Except(["name", "url"]).Order(StringComparer.Ordinal),
            KeysOf(HoconOptionsReader.Reference.GetConfig("akka-ws.connection-defaults"), "").Order(StringComparer.Ordinal));

    [Fact]
    public void Every_key_reaches_its_option()
    {
        var read = Read("""
            url = "wss://example.com/x?y=z"
            headers { X-Key = "a b", "X.Dotted" = c }
            sub-protocols = ["v2", v1]
            allow-insecure = on
            connect-timeout = 1 s
            close-timeout = 250ms
            authenticate-on-connect = off
            authentication-timeout = 1.5s
            max-message-size = 64KiB
            reconnect { initial-delay = 0s, max-delay = 1m, factor = 1.5, jitter = 0.25, max-attempts = 7, stable-after = 2m, max-rejections = 1 }
            reconnect { jitter-kind = equal, immediate-first-retry = off, reset-on-1005 = on, max-retry-after = 5m }
            reconnect { fail-fast = off, slow { initial = 2s, max = 3s } }
            reconnect.circuit { failures = 3, window = 15s, open-for = 16s, max-opens = 17 }
            heartbeat { ping-interval = 20s, pong-timeout = 3s, max-extension = 90s, missed-pongs-allowed = 2, use-frame-ping = false, idle-timeout = 1h }
            requests { timeout = 4s, max-pending = 5, cleanup-interval = 6s }
            subscriptions { buffer-capacity = 8, confirm-timeout = 9s, batch-credits = 10, max-topics = 11, max-subscribe-bytes = 20 }
            subscriptions { unsubscribe-linger = 3s, max-stall = off }
            queue { capacity = 12, max-bytes = 13 kB, default-ttl = 14s, overflow = drop-oldest, on-close = flush }
            rates.outgoing { limit = 21, interval = 22s, burst = 23, reserve = 4, max-waiting = 24 }
            rates.connection-attempts { limit = 25, interval = 5m, burst = 26, reserve = 1, max-waiting = 27 }
            rotation { interval = 23h, jitter = 0.5, daily-at = "03:30", daily-window = 28m, overlap = 29s }
            telemetry { metrics = off, traces = off, latency-budget = 2ms, report-interval = 30s, log-payloads = on }
            """);

        Assert.Equal([new("X-Key", "a b"), new("X.Dotted", "c")], read.Headers);
        Assert.Equal(["v2", "v1"], read.SubProtocols);
        var expected = new WebSocketClientOptions
        {
            Name = "test",
            Url = new Uri("wss://example.com/x?y=z"),
            Headers = read.Headers,
            SubProtocols = read.SubProtocols,
            AllowInsecure = true,
            ConnectTimeout = TimeSpan.FromSeconds(1),
            CloseTimeout = TimeSpan.FromMilliseconds(250),
            AuthenticateOnConnect = false,
            AuthenticationTimeout = TimeSpan.FromSeconds(1.5),
            MaxMessageSize = 65_536,
            Reconnect = new()
            {
                InitialDelay = TimeSpan.Zero,
                MaxDelay = TimeSpan.FromMinutes(1),
                Factor = 1.5,
                Jitter = 0.25,
                MaxAttempts = 7,
                StableAfter = TimeSpan.FromMinutes(2),
                MaxRejections = 1,
                FailFast = FailFast.Off,
                Slow = new() { Initial = TimeSpan.FromSeconds(2), Max = TimeSpan.FromSeconds(3) },
                JitterKind = JitterKind.Equal,
                ImmediateFirstRetry = false,
                ResetOn1005 = true,
                MaxRetryAfter = TimeSpan.FromMinutes(5),
                Circuit = new() { Failures = 3, Window = TimeSpan.FromSeconds(15), OpenFor = TimeSpan.FromSeconds(16), MaxOpens = 17 },
            },
            Heartbeat = new() { PingInterval = TimeSpan.FromSeconds(20), PongTimeout = TimeSpan.FromSeconds(3), MaxExtension = TimeSpan.FromSeconds(90), MissedPongsAllowed = 2, UseFramePing = false, IdleTimeout = TimeSpan.FromHours(1) },
            Requests = new() { Timeout = TimeSpan.FromSeconds(4), MaxPending = 5, CleanupInterval = TimeSpan.FromSeconds(6) },
            Subscriptions = new() { BufferCapacity = 8, ConfirmTimeout = TimeSpan.FromSeconds(9), BatchCredits = 10, MaxTopics = 11, MaxSubscribeBytes = 20, UnsubscribeLinger = TimeSpan.FromSeconds(3), MaxStall = null },
            Queue = new() { Capacity = 12, MaxBytes = 13_000, DefaultTtl = TimeSpan.FromSeconds(14), Overflow = QueueOverflow.DropOldest, OnClose = QueueOnClose.Flush },
            Rates = new()
            {
                Outgoing = new() { Limit = 21, Interval = TimeSpan.FromSeconds(22), Burst = 23, Reserve = 4, MaxWaiting = 24 },
                ConnectionAttempts = new() { Limit = 25, Interval = TimeSpan.FromMinutes(5), Burst = 26, Reserve = 1, MaxWaiting = 27 },
            },
            Rotation = new()
            {
                Interval = TimeSpan.FromHours(23),
                Jitter = 0.5,
                DailyAt = new TimeOnly(3, 30),
                DailyWindow = TimeSpan.FromMinutes(28),
                Overlap = TimeSpan.FromSeconds(29),
            },
            Telemetry = new()
            {
                Metrics = false,
                Traces = false,
                LatencyBudget = TimeSpan.FromMilliseconds(2),
                ReportInterval = TimeSpan.FromSeconds(30),
                LogPayloads = true,
            },
        };
        Assert.Equal(expected, read);
    }

    [Fact]
    public void A_connection_overrides_the_shared_defaults_which_override_the_reference()
    {
        var config = ConfigurationFactory.ParseString("""
            akka-ws {
              connection-defaults { reconnect { max-delay = 10s, factor = 3 } }
              connections { test { url = "wss://example.com", reconnect.factor = 4 } }
            }
            """);

        var read = HoconOptionsReader.Read(config, "test").Reconnect;

        Assert.Equal(new ReconnectOptions { MaxDelay = TimeSpan.FromSeconds(10), Factor = 4 }, read);
    }

    [Fact]
    public void A_class_of_errors_has_only_what_is_set_for_it()
    {
        var read = Read("""
            url = "wss://example.com"
            reconnect.classes {
              dns.max-attempts = 10
              rate-limited { initial-delay = 5s, max-delay = 5m, factor = 3, immediate-first-retry = off }
              handshake-rejected.give-up = off
            }
            """).Reconnect.Classes;

        Assert.Equal(3, read.Count);
        Assert.Equal(new ClassReconnectOptions { MaxAttempts = 10 }, read[ErrorClass.Dns]);
        Assert.Equal(new ClassReconnectOptions { GiveUp = false }, read[ErrorClass.HandshakeRejected]);
        Assert.Equal(
            new ClassReconnectOptions { InitialDelay = TimeSpan.FromSeconds(5), MaxDelay = TimeSpan.FromMinutes(5), Factor = 3, ImmediateFirstRetry = false },
            read[ErrorClass.RateLimited]);
    }

    [Fact]
    public void A_class_set_for_all_connections_holds_beside_those_of_one()
    {
        var config = ConfigurationFactory.ParseString("""
            akka-ws {
              connection-defaults.reconnect.classes.dns.max-attempts = 10
              connections.test { url = "wss://example.com", reconnect.classes { dns.factor = 3, tls.give-up = off } }
            }
            """);

        var read = HoconOptionsReader.Read(config, "test").Reconnect.Classes;

        Assert.Equal(new ClassReconnectOptions { MaxAttempts = 10, Factor = 3 }, read[ErrorClass.Dns]);
        Assert.Equal(new ClassReconnectOptions { GiveUp = false }, read[ErrorClass.Tls]);
    }

    [Fact]
    public void A_name_may_hold_dots()
    {
        var config = ConfigurationFactory.ParseString("""akka-ws.connections { "okx.public" { url = "wss://example.com" } }""");

        Assert.Equal("okx.public", HoconOptionsReader.Read(config, "okx.public").Name);
    }

    [Theory]
    [InlineData("connect-timeout = soon", "connect-timeout", "soon")]
    [InlineData("connect-timeout = 10 parsecs", "connect-timeout", "10 parsecs")]
    [InlineData("connect-timeout = 99999999999999999999d", "connect-timeout", "99999999999999999999d")]
    [InlineData("connect-timeout = 0s", "connect-timeout", "0s")]
    [InlineData("max-message-size = big", "max-message-size", "big")]
    [InlineData("max-message-size = 16GiB", "max-message-size", "16GiB")]
    [InlineData("allow-insecure = maybe", "allow-insecure", "maybe")]
    [InlineData("reconnect.max-attempts = many", "reconnect.max-attempts", "many")]
    [InlineData("reconnect.factor = fast", "reconnect.factor", "fast")]
    [InlineData("reconnect.jitter = 2", "reconnect.jitter", "2")]
    [InlineData("reconnect = 5", "reconnect", "not a section")]
    [InlineData("reconnect.max-dleay = 5s", "reconnect.max-dleay", "unknown")]
    [InlineData("conect-timeout = 5s", "conect-timeout", "unknown")]
    [InlineData("reconnect.jitter-kind = wild", "reconnect.jitter-kind", "wild")]
    [InlineData("reconnect.immediate-first-retry = maybe", "reconnect.immediate-first-retry", "maybe")]
    [InlineData("reconnect.classes.timeuot.factor = 2", "reconnect.classes.timeuot", "unknown")]
    [InlineData("reconnect.classes.dns = 5", "reconnect.classes.dns", "not a section")]
    [InlineData("reconnect.classes.dns.factor = fast", "reconnect.classes.dns.factor", "fast")]
    [InlineData("reconnect.classes.dns.facotr = 2", "reconnect.classes.dns.facotr", "unknown")]
    [InlineData("reconnect.circuit.failures = some", "reconnect.circuit.failures", "some")]
    [InlineData("rates.outgoing.limit = lots", "rates.outgoing.limit", "lots")]
    [InlineData("rates.incoming.limit = 1", "rates.incoming", "unknown")]
    [InlineData("rotation.daily-at = \"25:00\"", "rotation.daily-at", "25:00")]
    [InlineData("rotation.interval = daily", "rotation.interval", "daily")]
    [InlineData("subscriptions.max-subscribe-bytes = big", "subscriptions.max-subscribe-bytes", "big")]
    [InlineData("telemetry.latency-budget = never", "telemetry.latency-budget", "never")]
    [InlineData("telemetry.latency-budget = 0s", "telemetry.latency-budget", "0s")]
    [InlineData("telemetry.report-interval = 2d", "telemetry.report-interval", "172800s")]
    [InlineData("queue.overflow = explode", "queue.overflow", "explode")]
    [InlineData("sub-protocols = v1", "sub-protocols", "v1")]
    [InlineData("sub-protocols = [{ a = 1 }]", "sub-protocols", "missing or not a value")]
    [InlineData("requests.timeout { }", "requests.timeout", "missing or not a value")]
    public void A_wrong_value_is_named_with_its_key_and_what_is_allowed(string setting, string key, string value)
    {
        var thrown = Assert.Throws<InvalidOptionsException>(() => Read("url = \"wss://example.com\"\n" + setting));

        var error = Assert.Single(thrown.Errors);
        Assert.Equal(key, error.Key);
        Assert.Contains(value, error.Value, StringComparison.Ordinal);
        Assert.NotEmpty(error.Allowed);
        Assert.Equal("test", thrown.Connection);
        Assert.Contains(error.ToString(), thrown.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void All_wrong_values_are_named_at_once()
    {
        var thrown = Assert.Throws<InvalidOptionsException>(() => Read("connect-timeout = soon\nqueue.capacity = few\nbogus = 1"));

        Assert.Equal(["url", "connect-timeout", "queue.capacity", "bogus"], thrown.Errors.Select(error => error.Key));
    }

    [Fact]
    public void A_missing_connection_is_told_with_those_that_there_are()
    {
        var config = ConfigurationFactory.ParseString("""akka-ws.connections { a { url = "wss://x" } }""");

        var error = Assert.Single(Assert.Throws<InvalidOptionsException>(() => HoconOptionsReader.Read(config, "b")).Errors);

        Assert.Equal("akka-ws.connections.b", error.Key);
        Assert.Contains("a are configured", error.Allowed, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""url = "wss//host/path?token=s3cr3t" """)]
    [InlineData("""url = "wss://me:s3cr3t@host/#f" """)]
    [InlineData("""url = "me:s3cr3t@host" """)]
    [InlineData("url = \"wss://host\"\nheaders { X-Key { value = s3cr3t } }")]
    public void Secrets_are_not_shown(string settings)
    {
        var thrown = Assert.Throws<InvalidOptionsException>(() => Read(settings));

        Assert.DoesNotContain("s3cr3t", thrown.ToString(), StringComparison.Ordinal);
    }

    private static WebSocketClientOptions Read(string settings) =>
        HoconOptionsReader.Read(ConfigurationFactory.ParseString($"akka-ws.connections {{ test {{\n{settings}\n}} }}"), "test");

    private static IEnumerable<string> KeysOf(Type record, string path) =>
        from property in record.GetProperties()
        where property.CanWrite
        let key = path + Kebab(property.Name)
        from found in property.PropertyType.Name.EndsWith("Options", StringComparison.Ordinal) ? KeysOf(property.PropertyType, key + ".") : [key]
        select found;

    private static IEnumerable<string> KeysOf(Config config, string path) =>
        from pair in config.AsEnumerable()
        from found in pair.Value.IsObject() && pair.Key is not ("headers" or "classes") ? KeysOf(config.GetConfig(pair.Key), path + pair.Key + ".") : [path + pair.Key]
        select found;

    private static string Kebab(string name) =>
        string.Concat(name.Select((c, i) => i > 0 && (char.IsUpper(c) || (char.IsDigit(c) && !char.IsDigit(name[i - 1]))) ? "-" + char.ToLowerInvariant(c) : char.ToLowerInvariant(c).ToString()));
}
