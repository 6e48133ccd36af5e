using Akka.Event;
using Akka.Hosting;
using Akka.Hosting.Logging;
using AkkaWs.Client;
using AkkaWs.Hosting.Tests.Support;
using AkkaWs.Messages;
using AkkaWs.Telemetry;
using AkkaWs.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using LogLevel = Microsoft.Extensions.Logging.LogLevel;

namespace AkkaWs.Hosting.Tests.Logging;

/// <summary>What connections log reaches the host's logger: once, and whole.</summary>
public sealed class HostLogTests : HostTest
{
    public static TheoryData<string> Loggers => ["none configured", "the logger factory", "the logger factory, configured last", "the logger factory alone"];

    [Theory]
    [MemberData(nameof(Loggers))]
    public async Task An_event_reaches_the_hosts_logger_once_whatever_loggers_the_actor_system_has(string loggers)
    {
        var inAkka = new Kept<LogEvent>();
        var host = Build(
            akka =>
            {
                akka.WithActors((system, _) => AkkaLog.Start(system, system.EventStream, inAkka));
                if (loggers == "the logger factory")
                    akka.ConfigureLoggers(configured => configured.AddLoggerFactory());
                if (loggers == "the logger factory alone")
                    akka.ConfigureLoggers(configured => configured.ClearLoggers().AddLoggerFactory());
                akka.WithWebSocket("feed", Feed);
                if (loggers == "the logger factory, configured last")
                    akka.ConfigureLoggers(configured => configured.AddLoggerFactory());
            },
            Debugging);
        var client = ClientOf(host, "feed");
        var happened = TransitionsAsync(client);
        await host.StartAsync(Ct);
        await client.WaitUntilReadyAsync(Ct);
        await host.StopAsync(Ct);

        Assert.Equal(await happened, Log.Lines.Where(line => line.Id.Id is 1001 or 1002).Select(line => $"{line["From"]} → {line["To"]}"));
        Assert.Contains("Closing → Closed", await happened);
        Assert.DoesNotContain(Log.Lines, line => line.Category != HostLog.Category && line.Text.Contains("Connection feed", StringComparison.Ordinal));
        Assert.DoesNotContain(inAkka.All, logged => $"{logged.Message}".Contains("Connection feed", StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_event_has_its_id_name_level_and_fields_and_is_in_the_scope_of_its_connection()
    {
        var host = await StartAsync(akka => akka.WithWebSocket("feed", Feed));
        await ClientOf(host, "feed").WaitUntilReadyAsync(Ct);
        await Server.Server.DropAllAsync();

        var lost = await Log.WithIdAsync(1020, Ct);

        Assert.Equal((HostLog.Category, LogLevel.Information), (lost.Category, lost.Level));
        Assert.Equal((1020, "Lost"), (lost.Id.Id, lost.Id.Name));
        Assert.Equal(["Connection", "Epoch", "State", "Host", "Uptime", "Why", "{OriginalFormat}"], lost.Values.Select(value => value.Key));
        Assert.Equal(("feed", 1L, "Ready", "127.0.0.1"), (lost["Connection"], lost["Epoch"], lost["State"], lost["Host"]));
        Assert.Equal("Connection {Connection}, epoch {Epoch}, {State}: lost {Host} after {Uptime}: {Why}", lost["{OriginalFormat}"]);
        Assert.StartsWith("Connection feed, epoch 1, Ready: lost 127.0.0.1 after ", lost.Text, StringComparison.Ordinal);
        Assert.NotEqual("", lost["Why"]);
        Assert.Equal(
            [new("Connection", "feed"), new("Epoch", 1L), new("State", ConnectionState.Ready)],
            lost.Scope.Where(value => value.Key != "{OriginalFormat}"));
    }

    [Fact]
    public async Task An_event_has_the_exception_that_it_comes_from()
    {
        var host = await StartAsync(akka => akka.WithWebSocket("feed", Feed));
        await ClientOf(host, "feed").WaitUntilReadyAsync(Ct);

        await Server.Connection.SendTextAsync("!throw", Ct);

        var failed = await Log.WithIdAsync(1101, Ct);
        Assert.Equal((LogLevel.Warning, "HandlerFailed"), (failed.Level, failed.Id.Name));
        Assert.Equal("classify failed on purpose", Assert.IsType<FormatException>(failed.Exception).Message);
        Assert.Equal((nameof(LineProtocol), 1L), (failed["Handler"], failed["Failures"]));
    }

    [Theory]
    [InlineData("DEBUG", LogLevel.Warning, false)]
    [InlineData("ERROR", LogLevel.Information, true)]
    [InlineData("OFF", LogLevel.Trace, true)]
    public async Task The_hosts_level_alone_decides_not_that_of_the_actor_system(string akkaLevel, LogLevel level, bool isLogged)
    {
        var host = await StartAsync(
            akka => akka.AddHocon($"akka.loglevel = {akkaLevel}", HoconAddMode.Prepend).WithWebSocket("feed", Feed),
            builder => builder.Logging.SetMinimumLevel(level));
        await ClientOf(host, "feed").WaitUntilReadyAsync(Ct);
        await Server.Connection.SendTextAsync("!throw", Ct);
        await Log.WithIdAsync(1101, Ct); // a warning

        Assert.Equal(isLogged, Log.Lines.Any(line => line.Id.Id == 1001));
    }

    [Fact]
    public async Task A_level_that_is_changed_while_the_host_runs_holds_at_once()
    {
        var settings = Memory.Of(("LogLevel:AkkaWs", "None"));
        var host = await StartAsync(akka => akka.WithWebSocket("feed", Feed), builder => builder.Logging.AddConfiguration(settings));
        var client = ClientOf(host, "feed");
        await client.WaitUntilReadyAsync(Ct);
        Assert.DoesNotContain(Log.Lines, line => line.Category == HostLog.Category);

        settings["LogLevel:AkkaWs"] = "Information";
        settings.Reload();
        await Server.Server.DropAllAsync();

        Assert.Equal("127.0.0.1", (await Log.WithIdAsync(1020, Ct))["Host"]);
    }

    [Theory]
    [InlineData(LogLevel.Debug, false, false)]
    [InlineData(LogLevel.Information, true, false)]
    [InlineData(LogLevel.Debug, true, true)]
    public async Task Payloads_are_shown_at_Debug_and_where_they_are_asked_for_alone(LogLevel level, bool asked, bool areShown)
    {
        var host = await StartAsync(
            akka => akka.WithWebSocket("feed", ws => Feed(ws).With(options => options with { Telemetry = options.Telemetry with { LogPayloads = asked } })),
            builder => builder.Logging.SetMinimumLevel(level));
        var client = ClientOf(host, "feed");
        await client.WaitUntilReadyAsync(Ct);
        await client.RequestRawAsync(new Request("""{"price":42,"apiKey":"k3y"}"""u8.ToArray()), Ct);
        await host.StopAsync(Ct);

        var sent = Log.Lines.Where(line => line.Id.Id == 1902).ToList();
        Assert.Equal(areShown, sent.Count == 1);
        Assert.All(sent, line => Assert.Contains("42", (string)line["Excerpt"]!, StringComparison.Ordinal));
        Assert.DoesNotContain(Log.Lines, line => line.ToString().Contains("k3y", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_connection_that_the_factory_opens_logs_to_the_host_too_without_any_declared()
    {
        var host = await StartAsync(_ => { });
        await using var client = await host.Services.GetRequiredService<IWebSocketClientFactory>().OpenAsync("later", Feed, Ct);

        var ready = await Log.WhichAsync(line => line.Id.Id == 1001 && line["To"] is "Ready", Ct);

        Assert.Equal("later", ready["Connection"]);
    }

    [Fact]
    public async Task Two_hosts_in_one_process_have_logs_of_their_own()
    {
        var other = new LogSink();
        var one = await StartAsync(akka => akka.WithWebSocket("one", Feed));
        var two = await StartAsync(akka => akka.WithWebSocket("two", Feed), builder => builder.Logging.ClearProviders().AddProvider(other));
        await ClientOf(one, "one").WaitUntilReadyAsync(Ct);
        await ClientOf(two, "two").WaitUntilReadyAsync(Ct);

        await Log.WhichAsync(line => line.Id.Id == 1001 && line["To"] is "Ready", Ct);
        await other.WhichAsync(line => line.Id.Id == 1001 && line["To"] is "Ready", Ct);

        Assert.DoesNotContain(Log.Lines, line => line.Text.Contains("Connection two", StringComparison.Ordinal));
        Assert.DoesNotContain(other.Lines, line => line.Text.Contains("Connection one", StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_factory_that_the_actor_systems_loggers_were_given_is_the_connections_too()
    {
        var own = new LogSink();
        using var factory = LoggerFactory.Create(logging => logging.AddProvider(own));
        var host = await StartAsync(akka => akka.ConfigureLoggers(loggers => loggers.AddLoggerFactory(factory)).WithWebSocket("feed", Feed));
        await ClientOf(host, "feed").WaitUntilReadyAsync(Ct);

        await own.WithIdAsync(1001, Ct);

        Assert.DoesNotContain(Log.Lines, line => line.Category == HostLog.Category);
    }

    [Fact]
    public async Task A_host_may_have_connections_log_through_its_actor_system()
    {
        var inAkka = new Kept<LogEvent>();
        var host = await StartAsync(
            akka => akka.WithActors((system, _) => AkkaLog.Start(system, system.EventStream, inAkka)).WithWebSocket("feed", Feed),
            builder => builder.Services.AddAkkaWs(new AkkaWsHostingOptions { LogThroughActorSystem = true }));
        await ClientOf(host, "feed").WaitUntilReadyAsync(Ct);

        await inAkka.WhichAsync(logged => logged.Message is ConnectionLogMessage { EventId: 1001, Connection: "feed", State: ConnectionState.Ready }, Ct);

        Assert.DoesNotContain(Log.Lines, line => line.Category == HostLog.Category);
    }

    [Fact]
    public async Task A_logger_factory_that_was_disposed_of_costs_the_lines_and_not_the_connection()
    {
        var own = new LogSink();
        var factory = LoggerFactory.Create(logging => logging.Services.AddSingleton<ILoggerProvider>(_ => own));
        var host = await StartAsync(akka => akka.ConfigureLoggers(loggers => loggers.AddLoggerFactory(factory)).WithWebSocket("feed", Feed));
        var client = ClientOf(host, "feed");
        await client.WaitUntilReadyAsync(Ct);
        factory.Dispose();
        Assert.NotNull(own.Failure);

        await Server.Server.DropAllAsync();
        await UntilReadyAgainAsync(client, after: 1);

        await host.StopAsync(Ct);
        Assert.Equal(ConnectionState.Closed, client.State);
    }

    [Fact]
    public async Task A_provider_that_throws_is_told_of_once_and_holds_nothing_up()
    {
        var inAkka = new Kept<LogEvent>();
        using var factory = LoggerFactory.Create(logging => logging.AddProvider(new LogSink { Failure = new InvalidOperationException("no more disk") }));
        var host = await StartAsync(akka => akka
            .WithActors((system, _) => AkkaLog.Start(system, system.EventStream, inAkka))
            .AddSetup(new LoggerFactorySetup(factory))
            .WithWebSocket("feed", Feed));
        await ClientOf(host, "feed").WaitUntilReadyAsync(Ct);

        var told = await inAkka.WhichAsync(logged => $"{logged.Message}".Contains("the host's logger threw", StringComparison.Ordinal), Ct);
        await host.StopAsync(Ct);

        Assert.Contains("no more disk", told.Cause.ToString(), StringComparison.Ordinal);
        Assert.Single(inAkka.All, logged => logged.Message.Equals(told.Message));
    }

    [Fact]
    public async Task Of_a_reconnect_storm_the_first_attempts_are_logged_then_a_summary_at_a_time()
    {
        var host = await StartAsync(
            akka => akka.WithWebSocket("feed", ws => Feed(ws)
                .Reconnect(reconnect => reconnect with { InitialDelay = TimeSpan.FromMilliseconds(1), MaxDelay = TimeSpan.FromMilliseconds(1), ImmediateFirstRetry = false })
                .With(options => options with { Telemetry = options.Telemetry with { ReportInterval = TimeSpan.FromSeconds(1) } })),
            Debugging);
        var client = ClientOf(host, "feed");
        await client.WaitUntilReadyAsync(Ct);
        await Server.Server.RefuseTcpAsync(Ct);
        await Server.Server.DropAllAsync();

        var summary = await Log.WithIdAsync(1003, Ct);
        var told = Log.Lines.TakeWhile(line => line != summary).Where(line => line.Category == HostLog.Category).ToList();
        await Server.Server.AcceptConnectionsAsync(Ct);
        await client.WaitUntilReadyAsync(Ct);
        var recovered = await Log.WithIdAsync(1004, Ct);

        Assert.InRange((TimeSpan)summary["Within"]!, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(60));
        Assert.InRange(told.Count(line => line.Level >= LogLevel.Information), 5, 12); // to Ready, the loss, three attempts
        Assert.InRange((int)summary["Unlogged"]!, 1, told.Count(line => line.Id.Id == 1002));
        Assert.Equal(LogLevel.Information, recovered.Level);
    }

    private static void Debugging(HostApplicationBuilder builder) => builder.Logging.SetMinimumLevel(LogLevel.Debug);

    // Those of the connection's whole life, as it tells them itself.
    private async Task<List<string>> TransitionsAsync(WebSocketClient client)
    {
        var transitions = new List<string>();
        await foreach (var happened in client.WatchAsync(Ct))
        {
            if (happened is ConnectionStateChanged { From: var from, To: var to } && from != to)
                transitions.Add($"{from} → {to}");
        }

        return transitions;
    }
}
