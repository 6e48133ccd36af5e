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
        Assert.Equal(expected with { Headers = read.Headers, SubProtocols = read.SubProtocols, Tls = read.Tls }, read);
        Assert.Empty(read.Tls.PinnedSha256);
        Assert.Empty(read.Headers);
        Assert.Empty(read.SubProtocols);
    }

    [Theory]
    [InlineData("heartbeat.ping-interval = 30", "heartbeat.ping-interval", "\"30\"")]
    [InlineData("connect-timeout = 1.5", "connect-timeout", "\"1.5\"")]
    [InlineData("subscriptions.max-stall = 5", "subscriptions.max-stall", "\"5\"")]
    [InlineData("reconnect.classes.dns.initial-delay = 100", "reconnect.classes.dns.initial-delay", "\"100\"")]
    public void A_duration_without_a_unit_is_refused_with_key_value_and_what_is_expected(string line, string key, string value)
    {
        var error = Assert.Single(Assert.Throws<InvalidOptionsException>(() => Read($"url = \"wss://example.com\"\n{line}")).Errors);

        Assert.Equal((key, value), (error.Key, error.Value));
        Assert.StartsWith("a duration with its unit, such as 100ms, 30s or 5m", error.Allowed, StringComparison.Ordinal);
    }

    [Fact]
    public void A_secret_that_is_wrongly_typed_is_named_and_not_shown()
    {
        var error = Assert.Throws<InvalidOptionsException>(() => Read("url = \"wss://example.com\"\nproxy { address = \"http://proxy.example\", user = me, password = [s3cr3t] }"));

        Assert.Equal("proxy.password", Assert.Single(error.Errors).Key);
        Assert.DoesNotContain("s3cr3t", error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Zero_needs_no_unit() => Assert.Equal(TimeSpan.Zero, Read("url = \"wss://example.com\"\nreconnect.initial-delay = 0").Reconnect.InitialDelay);

    [Theory]
    [InlineData("akka-ws.connections.test.heartbeat.ping-intervall = 5s", "heartbeat.ping-intervall", "unknown, did you mean ping-interval?")]
    [InlineData("akka-ws.connections.test.conect-timeout = 5s", "conect-timeout", "unknown, did you mean connect-timeout?")]
    [InlineData("akka-ws.connections.test.ping-interval = 5s", "ping-interval", "unknown, did you mean heartbeat.ping-interval?")]
    [InlineData("akka-ws.connections.test.reconnect.classes.dsn.give-up = on", "reconnect.classes.dsn", "unknown, did you mean dns?")]
    [InlineData("akka-ws.connection-defaults.rates.outgoing.brust = 3", "rates.outgoing.brust", "unknown, did you mean burst?")]
    [InlineData("akka-ws.connection-default.connect-timeout = 5s", "akka-ws.connection-default", "unknown, did you mean connection-defaults?")]
    [InlineData("akka-ws.conections.test.connect-timeout = 5s", "akka-ws.conections", "unknown, did you mean connections?")]
    [InlineData("akka-ws.whatever = 1", "akka-ws.whatever", "unknown")]
    public void An_unknown_key_at_any_level_is_refused_with_the_nearest_known_one(string line, string key, string value)
    {
        var config = ConfigurationFactory.ParseString($"akka-ws.connections.test.url = \"wss://example.com\"\n{line}");

        var error = Assert.Single(Assert.Throws<InvalidOptionsException>(() => HoconOptionsReader.Read(config, "test")).Errors);

        Assert.Equal((key, value), (error.Key, error.Value));
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
            dispatcher = akka.actor.internal-dispatcher
            follow-redirects = on
            tcp-keep-alive = off
            tls.pinned-sha256 = ["AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="]
            tls.revocation = online
            proxy { address = "http://proxy.example:3128", user = me, password = "pass word" }
            deflate { enabled = on, client-max-window-bits = 9, server-max-window-bits = 10, minimum-size = 1KiB }
            deflate { client-context-takeover = off, server-context-takeover = off }
            reconnect { initial-delay = 0s, max-delay = 1m, factor = 1.5, jitter = 0.25, max-attempts = 7, stable-after = 2m, max-rejections = 1 }
            reconnect { jitter-kind = equal, immediate-first-retry = off, reset-on-1005 = on, max-retry-after = 5m }
            reconnect { fail-fast = off, slow { initial = 2s, max = 3s } }
            reconnect.circuit { failures = 3, window = 15s, open-for = 16s, max-opens = 17 }
            heartbeat { ping-interval = 20s, pong-timeout = 3s, max-extension = 90s, missed-pongs-allowed = 2, use-frame-ping = false, idle-timeout = 1h }
            requests { timeout = 4s, max-pending = 5, cleanup-interval = 6s }
            subscriptions { buffer-capacity = 8, buffer-bytes = 7KiB, max-buffered-bytes = 1MiB, confirm-timeout = 9s, batch-credits = 10, max-topics = 11, max-subscribe-bytes = 20 }
            subscriptions { unsubscribe-linger = 3s, max-stall = off, callback-timeout = 7s }
            queue { capacity = 12, max-bytes = 13 kB, default-ttl = 14s, overflow = drop-oldest, on-close = flush }
            rates.outgoing { limit = 21, interval = 22s, burst = 23, reserve = 4, max-waiting = 24 }
            rates.subscriptions { limit = 28, interval = 29s, burst = 30, reserve = 2, max-waiting = 31 }
            rates.subscriptions-per-connection = on
            rates.orders { limit = 32, interval = 33s, burst = 34, reserve = 3, max-waiting = 35 }
            rates.connection-attempts { limit = 25, interval = 5m, burst = 26, reserve = 1, max-waiting = 27 }
            rotation { interval = 23h, jitter = 0.5, daily-at = "03:30", daily-window = 28m, overlap = 29s }
            telemetry { metrics = off, traces = off, latency-budget = 2ms, report-interval = 30s, metrics-interval = 5m, log-payloads = on }
            """);

        Assert.Equal([new("X-Key", "a b"), new("X.Dotted", "c")], read.Headers);
        Assert.Equal(["v2", "v1"], read.SubProtocols);
        Assert.Equal(["AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="], read.Tls.PinnedSha256);
        Assert.Equal(TlsRevocation.Online, read.Tls.Revocation);
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
            Dispatcher = "akka.actor.internal-dispatcher",
            FollowRedirects = true,
            TcpKeepAlive = null,
            Tls = read.Tls,
            Proxy = new() { Address = "http://proxy.example:3128", User = "me", Password = "pass word" },
            Deflate = new() { Enabled = true, ClientMaxWindowBits = 9, ServerMaxWindowBits = 10, MinimumSize = 1024, ClientContextTakeover = false, ServerContextTakeover = false },
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
            Subscriptions = new() { BufferCapacity = 8, BufferBytes = 7_168, MaxBufferedBytes = 1_048_576, ConfirmTimeout = TimeSpan.FromSeconds(9), BatchCredits = 10, MaxTopics = 11, MaxSubscribeBytes = 20, UnsubscribeLinger = TimeSpan.FromSeconds(3), MaxStall = null, CallbackTimeout = TimeSpan.FromSeconds(7) },
            Queue = new() { Capacity = 12, MaxBytes = 13_000, DefaultTtl = TimeSpan.FromSeconds(14), Overflow = QueueOverflow.DropOldest, OnClose = QueueOnClose.Flush },
            Rates = new()
            {
                Outgoing = new() { Limit = 21, Interval = TimeSpan.FromSeconds(22), Burst = 23, Reserve = 4, MaxWaiting = 24 },
                Subscriptions = new() { Limit = 28, Interval = TimeSpan.FromSeconds(29), Burst = 30, Reserve = 2, MaxWaiting = 31 },
                SubscriptionsPerConnection = true,
                Orders = new() { Limit = 32, Interval = TimeSpan.FromSeconds(33), Burst = 34, Reserve = 3, MaxWaiting = 35 },
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
                MetricsInterval = TimeSpan.FromMinutes(5),
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
    [InlineData("telemetry.metrics-interval = 0s", "telemetry.metrics-interval", "0s")]
    [InlineData("queue.overflow = explode", "queue.overflow", "explode")]
    [InlineData("sub-protocols = v1", "sub-protocols", "(not shown)")]
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
    [InlineData("url = [\"wss://host/?token=s3cr3t\"]")]
    [InlineData("url = \"wss://host/token/s3cr3t#f\"")]
    [InlineData("url = \"wss://host/s3cr3ts3cr3ts3cr3ts3cr3t#f\"")]
    [InlineData("url = \"wss//host/s3cr3ts3cr3ts3cr3ts3cr3t\"")]
    [InlineData("url = \"wss://host\"\nheaders { X-Key { value = s3cr3t } }")]
    [InlineData("url = \"wss://host\"\nproxy = \"http://me:s3cr3t@proxy\"")]
    [InlineData("url = \"wss://host\"\nproxy.address = \"http://me:s3cr3t@proxy\"")]
    public void Secrets_are_not_shown(string settings)
    {
        var thrown = Assert.Throws<InvalidOptionsException>(() => Read(settings));

        Assert.DoesNotContain("s3cr3t", thrown.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("headers = s3cr3t", "headers", "a section { … }")]
    [InlineData("headers = [s3cr3t]", "headers", "a section { … }")]
    [InlineData("sub-protocols = s3cr3t", "sub-protocols", "a list such as [a, b]")]
    [InlineData("sub-protocols { a = s3cr3t }", "sub-protocols", "a list such as [a, b]")]
    [InlineData("sub-protocols = [\"s3cr3t s3cr3t\"]", "sub-protocols", "tokens (RFC 6455 section 4.1)")]
    [InlineData("sub-protocols = [s3cr3t, s3cr3t]", "sub-protocols", "tokens, each once (RFC 6455 section 4.1)")]
    [InlineData("proxy.user = [s3cr3t]", "proxy.user", "text, quoted")]
    [InlineData("proxy.password { x = s3cr3t }", "proxy.password", "text, quoted")]
    [InlineData("proxy.password = s3cr3t", "proxy.password", "empty where proxy.user is")]
    public void A_wrongly_typed_secret_names_its_key_and_what_it_may_be(string line, string key, string allowed)
    {
        var thrown = Assert.Throws<InvalidOptionsException>(() => Read($"url = \"wss://example.com\"\n{line}"));

        var error = Assert.Single(thrown.Errors);
        Assert.Equal((key, allowed), (error.Key, error.Allowed));
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
        string.Concat(name.Select((c, i) => i > 0 && (char.IsUpper(c) || (char.IsDigit(c) && !char.IsDigit(name[i - 1]))) ? "-" + char.ToLowerInvariant(c) : char.ToLowerInvariant(c).ToString())).Replace("sha-256", "sha256", StringComparison.Ordinal);
}
