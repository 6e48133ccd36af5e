using Akka.Actor;
using Akka.Hosting;
using AkkaWs.Errors;
using AkkaWs.Hosting.Configuration;
using AkkaWs.Hosting.Tests.Support;
using AkkaWs.Options;
using AkkaWs.Protocol;
using AkkaWs.Tests.Support;
using AkkaWs.TestSupport;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace AkkaWs.Hosting.Tests.Configuration;

/// <summary>Options from the host's configuration, as a started host has them.</summary>
public sealed class ConnectionSectionTests : HostTest
{
    private const string Prefix = "AkkaWs:Connections:feed:";

    [Fact]
    public async Task Nested_keys_durations_sizes_words_and_lists_are_read_however_they_are_written()
    {
        var options = await ReadAsync(
            ("ConnectTimeout", "00:00:07"),
            ("close-timeout", "250ms"),
            ("AUTHENTICATIONTIMEOUT", "1.5s"),
            ("MaxMessageSize", "64KiB"),
            ("AllowInsecure", "True"),
            ("Headers:X-Api-Key", "a+b/c=\"d\""),
            ("SubProtocols:0", "v2"),
            ("SubProtocols:1", "v1"),
            ("Reconnect:InitialDelay", "50 ms"),
            ("Reconnect:ImmediateFirstRetry", "ByClass"),
            ("Reconnect:ResetOn1005", "true"),
            ("Reconnect:Classes:RateLimited:InitialDelay", "5s"),
            ("Reconnect:Classes:dns:MaxAttempts", "10"),
            ("Reconnect:JitterKind", "Equal"),
            ("Heartbeat:IdleTimeout", "1.00:00:00"),
            ("Heartbeat:UseFramePing", "off"),
            ("Subscriptions:MaxStall", "Off"),
            ("Queue:Overflow", "DropOldest"),
            ("Queue:MaxBytes", "13 kB"),
            ("Rotation:DailyAt", "03:30"),
            ("Rates:Outgoing:Limit", "5"));

        Assert.Equal(TimeSpan.FromSeconds(7), options.ConnectTimeout);
        Assert.Equal(TimeSpan.FromMilliseconds(250), options.CloseTimeout);
        Assert.Equal(TimeSpan.FromSeconds(1.5), options.AuthenticationTimeout);
        Assert.Equal(65_536, options.MaxMessageSize);
        Assert.True(options.AllowInsecure);
        Assert.Equal([new("X-Api-Key", "a+b/c=\"d\"")], options.Headers);
        Assert.Equal(["v2", "v1"], options.SubProtocols);
        Assert.Equal(TimeSpan.FromMilliseconds(50), options.Reconnect.InitialDelay);
        Assert.Null(options.Reconnect.ImmediateFirstRetry);
        Assert.True(options.Reconnect.ResetOn1005);
        Assert.Equal(TimeSpan.FromSeconds(5), options.Reconnect.Classes[ErrorClass.RateLimited].InitialDelay);
        Assert.Equal(10, options.Reconnect.Classes[ErrorClass.Dns].MaxAttempts);
        Assert.Equal(JitterKind.Equal, options.Reconnect.JitterKind);
        Assert.Equal(TimeSpan.FromDays(1), options.Heartbeat.IdleTimeout);
        Assert.False(options.Heartbeat.UseFramePing);
        Assert.Null(options.Subscriptions.MaxStall);
        Assert.Equal(QueueOverflow.DropOldest, options.Queue.Overflow);
        Assert.Equal(13_000, options.Queue.MaxBytes);
        Assert.Equal(new TimeOnly(3, 30), options.Rotation.DailyAt);
        Assert.Equal(5, options.Rates.Outgoing.Limit);
    }

    [Fact]
    public async Task Every_option_can_be_set()
    {
        var changed = OptionCatalog.All.Where(option => option.Key is not ("name" or "url" or "headers" or "sub-protocols" or "reconnect.classes" or "tls.pinned-sha256" or "tls.revocation")).ToList();
        var settings = changed.Select(option => (option.Key.Replace('.', ':').Replace("-", "", StringComparison.Ordinal), Other(option))).ToArray();

        var options = await ReadAsync(settings);

        var plain = new WebSocketClientOptions { Name = "feed", Url = Server.Url };
        Assert.Equal(changed.Select(option => option.Key), OptionCatalog.Differences(plain, options).Select(option => option.Key));
    }

    [Fact]
    public async Task Pins_are_read_as_a_list()
    {
        const string Pin = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";

        var options = await ReadAsync(("Url", "wss://127.0.0.1:9/"), ("Tls:PinnedSha256:0", Pin));

        Assert.Equal([Pin], options.Tls.PinnedSha256);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Certificates_and_callbacks_come_from_the_services(bool keyed)
    {
        var opened = 0;
        var hooks = new TransportHooks
        {
            ConnectCallback = async (endPoint, cancellationToken) =>
            {
                Interlocked.Increment(ref opened);
                var socket = new System.Net.Sockets.Socket(System.Net.Sockets.SocketType.Stream, System.Net.Sockets.ProtocolType.Tcp);
                await socket.ConnectAsync(endPoint, cancellationToken);
                return new System.Net.Sockets.NetworkStream(socket, ownsSocket: true);
            },
        };
        var host = await StartAsync(akka => akka.WithWebSocket("feed", Feed), builder =>
        {
            if (keyed)
                builder.Services.AddKeyedSingleton("feed", hooks);
            else
                builder.Services.AddSingleton(hooks);
        });

        await ClientOf(host, "feed").WaitUntilReadyAsync(Ct);

        Assert.Equal(1, opened);
        await using var later = await host.Services.GetRequiredService<IWebSocketClientFactory>().OpenAsync(keyed ? "later" : "late", url => url.Url(Server.Url).Protocol(new LineProtocol()), Ct);
        await later.WaitUntilReadyAsync(Ct);
        Assert.Equal(keyed ? 1 : 2, opened); // services under a key are that connection's alone
    }

    [Fact]
    public async Task Environment_variables_are_read_as_any_other_source()
    {
        var prefix = $"AKKAWS{Guid.NewGuid():N}_";
        Environment.SetEnvironmentVariable($"{prefix}AKKAWS__CONNECTIONS__FEED__HEARTBEAT__PINGINTERVAL", "5s");
        Environment.SetEnvironmentVariable($"{prefix}AkkaWs__ConnectionDefaults__Queue__Capacity", "77");
        var environment = new ConfigurationBuilder().AddConfiguration(Basics()).AddEnvironmentVariables(prefix).Build();

        var options = await ReadAsync(environment);

        Assert.Equal(TimeSpan.FromSeconds(5), options.Heartbeat.PingInterval);
        Assert.Equal(77, options.Queue.Capacity);
    }

    [Fact]
    public async Task A_connection_overrides_the_shared_defaults_which_override_HOCON()
    {
        var settings = Basics(
            ("AkkaWs:ConnectionDefaults:Reconnect:MaxDelay", "20s"),
            ("AkkaWs:ConnectionDefaults:Reconnect:Factor", "3"),
            (Prefix + "Reconnect:Factor", "4"));

        var options = await ReadAsync(settings, """
            akka-ws.connection-defaults { reconnect.max-delay = 10s, reconnect.jitter = 0.5, reconnect.factor = 2.5 }
            akka-ws.connections.feed.requests.timeout = 8s
            """);

        Assert.Equal(new ReconnectOptions { MaxDelay = TimeSpan.FromSeconds(20), Factor = 4, Jitter = 0.5 }, options.Reconnect with { Classes = new ReconnectOptions().Classes });
        Assert.Equal(TimeSpan.FromSeconds(8), options.Requests.Timeout);
    }

    [Fact]
    public async Task A_connection_of_HOCON_alone_is_opened_by_name()
    {
        var host = await StartAsync(akka => akka
            .AddHocon(Akka.Configuration.ConfigurationFactory.ParseString($$"""akka-ws.connections.feed { url = "{{Server.Url}}", requests.timeout = 3s }"""), HoconAddMode.Prepend)
            .WithWebSocket("feed", ws => ws.Hocon().Protocol(new LineProtocol())));

        await ClientOf(host, "feed").WaitUntilReadyAsync(Ct);

        Assert.Equal(TimeSpan.FromSeconds(3), OptionsOf(host.Services).Requests.Timeout);
    }

    [Theory]
    [InlineData("ConnectTimeout", "30", "connect-timeout", "30")]
    [InlineData("ConnectTimeout", "", "connect-timeout", "missing or not a value")]
    [InlineData("ConnectTimeout", "25:61:00", "connect-timeout", "25:61:00")]
    [InlineData("ConnectTimeout", "00:00:00", "connect-timeout", "0s")]
    [InlineData("MaxMessageSize", "huge", "max-message-size", "huge")]
    [InlineData("Reconnect:MaxDleay", "5s", "reconnect.MaxDleay", "unknown")]
    [InlineData("Reconnect", "5s", "reconnect", "not a section")]
    [InlineData("Queue:Overflow", "Explode", "queue.overflow", "Explode")]
    [InlineData("Headers:X-Key:Value", "s3cr3t", "headers", "not shown")]
    [InlineData("Headers", "s3cr3t", "headers", "not a section")]
    [InlineData("SubProtocols", "s3cr3t", "sub-protocols", "not shown")]
    [InlineData("SubProtocols:0", "s3cr3t s3cr3t", "sub-protocols", "not shown")]
    [InlineData("Proxy", "http://me:s3cr3t@proxy", "proxy", "not a section")]
    [InlineData("Proxy:Address", "http://me:s3cr3t@proxy", "proxy.address", "http://proxy")]
    [InlineData("Proxy:User", "s3cr3t", "proxy.user", "not shown")]
    [InlineData("Proxy:Password", "s3cr3t", "proxy.password", "not shown")]
    [InlineData("Proxy:Password:Value", "s3cr3t", "proxy.password", "not shown")]
    [InlineData("Url", "wss://host/s3cr3ts3cr3ts3cr3ts3cr3t/#f", "url", "wss://host/…/")]
    [InlineData("WaitForReady", "maybe", "wait-for-ready", "maybe")]
    [InlineData("ReadyTimeout", "2.00:00:00", "ready-timeout", "172800s")]
    [InlineData("Url", "wss://me:s3cr3t@host/?token=s3cr3t", "url", "user info")]
    public async Task A_wrong_value_fails_the_start_with_its_key_and_what_is_allowed(string key, string value, string named, string shown)
    {
        var host = Build(akka => akka.WithWebSockets(Basics((Prefix + key, value)).GetSection("AkkaWs"), protocol => protocol.Protocol(new LineProtocol())));

        var thrown = await Assert.ThrowsAsync<InvalidConnectionsException>(() => host.StartAsync(Ct));

        var error = Assert.Single(Assert.Single(thrown.Connections).Errors);
        Assert.Equal(named, error.Key);
        Assert.Contains(shown, error.Value, StringComparison.Ordinal);
        Assert.NotEmpty(error.Allowed);
        Assert.DoesNotContain("s3cr3t", thrown.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Connections:feed:Protocl", "feed", "Protocl", "did you mean protocol?")]
    [InlineData("Connections:feed:Heartbeat:PingIntervall", "feed", "heartbeat.PingIntervall", "did you mean ping-interval?")]
    [InlineData("Connections:feed:PingInterval", "feed", "PingInterval", "did you mean heartbeat.ping-interval?")]
    [InlineData("Connections:feed:Hartbeat:PingInterval", "feed", "Hartbeat", "did you mean heartbeat?")]
    [InlineData("ConnectionDefaults:Queue:Capacty", "feed", "queue.Capacty", "did you mean capacity?")]
    [InlineData("Conections:other:Url", "AkkaWs", "Conections", "did you mean Connections?")]
    [InlineData("Defaults", "AkkaWs", "Defaults", "unknown")]
    public async Task An_unknown_key_at_any_level_fails_the_start_with_the_nearest_known_one(string key, string connection, string named, string shown)
    {
        var host = Build(akka => akka.WithWebSockets(Basics(("AkkaWs:" + key, "5s")).GetSection("AkkaWs"), protocol => protocol.Protocol(new LineProtocol())));

        var thrown = await Assert.ThrowsAsync<InvalidConnectionsException>(() => host.StartAsync(Ct));

        var invalid = Assert.Single(thrown.Connections);
        var error = Assert.Single(invalid.Errors);
        Assert.Equal((connection, named), (invalid.Connection, error.Key));
        Assert.Contains(shown, error.Value, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_section_of_one_connection_takes_the_same_keys_as_one_among_many()
    {
        var settings = Basics((Prefix + "Protocol", "lines"), (Prefix + "WaitForReady", "true"), (Prefix + "ReadyTimeout", "20s"));
        var host = Build(
            akka => akka.WithWebSocket("feed", ws => ws.Configuration(settings.GetSection(Prefix.TrimEnd(':'))).Protocol()),
            builder => builder.Services.AddKeyedTransient<ProtocolHandler>("lines", (_, _) => new LineProtocol()));

        await host.StartAsync(Ct);

        Assert.True(ClientOf(host, "feed").IsConnected);
    }

    [Fact]
    public async Task Whether_the_start_waits_is_read_too()
    {
        Server.AnswersLogin = false;
        var settings = Basics(("AkkaWs:ConnectionDefaults:WaitForReady", "true"), (Prefix + "ReadyTimeout", "100ms"));
        var host = Build(akka => akka.WithWebSockets(settings.GetSection("AkkaWs"), protocol => protocol.Protocol(new LineProtocol { Authenticates = true })));

        var error = await Assert.ThrowsAsync<ConnectionFailedException>(() => host.StartAsync(Ct));

        Assert.Contains("not Ready within 100 ms", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Empty_lists_and_sections_are_what_they_say()
    {
        var json = new ConfigurationBuilder().AddConfiguration(Basics()).AddJsonStream(new MemoryStream(
            """{ "AkkaWs": { "Connections": { "feed": { "SubProtocols": [], "Headers": {}, "Reconnect": { "Classes": {} }, "Queue": {} } } } }"""u8.ToArray())).Build();

        var options = await ReadAsync(json);

        Assert.Empty(options.SubProtocols);
        Assert.Empty(options.Headers);
        Assert.Empty(options.Reconnect.Classes);
    }

    [Fact]
    public void The_example_of_a_configuration_is_read_and_valid()
    {
        var settings = new ConfigurationBuilder().AddJsonFile(Repository.PathOf("config", "appsettings.example.json")).Build().GetSection("AkkaWs");
        using var system = ActorSystem.Create("example", TestHocon.Below());

        Assert.Equal(["bybit-linear", "bybit-private"], ConnectionSection.NamesIn(settings));
        Assert.All(ConnectionSection.NamesIn(settings), name =>
        {
            var section = new ConnectionSection(name, ConnectionSection.DefaultsOf(settings), ConnectionSection.ConnectionsOf(settings).GetSection(name));
            Assert.Empty(OptionsValidator.Validate(section.Read(system)));
            Assert.True(section.ReadStart().WaitForReady);
        });
        var errors = new List<OptionError>();
        Assert.Equal(TimeSpan.FromMinutes(5), HostingSection.Read(system.Settings.Config, [settings], new AkkaWsHostingOptions(), errors).ReopenClosed);
        Assert.Empty(errors);
    }

    // A setting that is given twice holds as the later one says.
    private IConfigurationRoot Basics(params (string Key, string? Value)[] settings)
    {
        var basics = Memory.Of((Prefix + "Url", Server.Url.ToString()));
        return new ConfigurationBuilder().AddConfiguration(basics).AddConfiguration(Memory.Of(settings)).Build();
    }

    private Task<WebSocketClientOptions> ReadAsync(params (string Key, string Value)[] settings) =>
        ReadAsync(Basics([.. settings.Select(setting => (Prefix + setting.Key, (string?)setting.Value))]));

    private async Task<WebSocketClientOptions> ReadAsync(IConfiguration settings, string hocon = "")
    {
        var host = await StartAsync(akka => akka
            .AddHocon(Akka.Configuration.ConfigurationFactory.ParseString(hocon), HoconAddMode.Prepend)
            .WithWebSockets(settings.GetSection("AkkaWs"), protocol => protocol.Protocol(new LineProtocol())));
        return OptionsOf(host.Services);
    }

    private static WebSocketClientOptions OptionsOf(IServiceProvider services) => services.GetRequiredService<HostedConnections>().Find("feed").Prepared!.Options;

    // A value that is valid and not the default.
    private static string Other(OptionInfo option)
    {
        var type = Nullable.GetUnderlyingType(option.Property.PropertyType) ?? option.Property.PropertyType;
        var value = option.Of(new WebSocketClientOptions { Name = "feed", Url = new Uri("wss://x") });
        return option.Key switch
        {
            "rotation.daily-at" => "04:15",
            "proxy.address" => "http://127.0.0.1:9",
            "deflate.client-max-window-bits" or "deflate.server-max-window-bits" => "9",
            "rotation.interval" => "9h",
            "dispatcher" => "akka.actor.internal-dispatcher",
            "rates.outgoing.burst" or "rates.subscriptions.burst" or "rates.orders.burst" or "rates.connection-attempts.burst" => "9",
            _ when type == typeof(bool) => value is true ? "off" : "on",
            _ when type == typeof(TimeSpan) => "11s",
            _ when type.IsEnum => Enum.GetNames(type)[1],
            _ when type == typeof(double) => option.Key == "reconnect.factor" ? "1.5" : "0.25",
            _ when option.Key == "dispatcher" => "akka.actor.internal-dispatcher",
            _ => "7",
        };
    }
}
