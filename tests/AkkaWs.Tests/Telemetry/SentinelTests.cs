using System.Collections.Concurrent;
using System.Text.Json;
using Akka.Actor;
using Akka.Event;
using AkkaWs.Errors;
using AkkaWs.Messages;
using AkkaWs.Options;
using AkkaWs.Protocol;
using AkkaWs.Testing;
using AkkaWs.Tests.Connection;
using AkkaWs.Tests.Support;

namespace AkkaWs.Tests.Telemetry;

/// <summary>
/// Secrets are planted wherever a connection is given some, and everything that it says is searched for them: logs of all levels, exceptions with
/// their causes, events, metrics, activities, options, messages and replies.
/// </summary>
public sealed class SentinelTests : ConnectionTest
{
    private const string Header = "sentinel-header-7f3a";
    private const string Query = "sentinel-query-91bc";
    private const string Login = "sentinel-login-d04e";
    private const string Signing = "sentinel-signing-5c28";
    private const string Payload = "sentinel-payload-e6a1";

    private readonly ConcurrentQueue<LogEvent> _logged;
    private readonly ConcurrentQueue<string> _said = new();

    public SentinelTests()
        : base("akka.loglevel = DEBUG\nakka.log-dead-letters = on")
    {
        _logged = LogProbe.Start(Sys, Sys.EventStream);
        var listener = Sys.ActorOf(Props.Create(() => new Listener(_said)));
        foreach (var channel in new[] { typeof(ConnectionEvent), typeof(DeadLetter), typeof(UnhandledMessage) })
            Sys.EventStream.Subscribe(listener, channel);
    }

    [Fact]
    public async Task No_secret_is_told_when_all_goes_well()
    {
        using var meter = new MeterProbe("sentinel");
        using var activities = new ActivityProbe("sentinel");
        await using var server = await LineServer.StartAsync();
        await using var client = await ConnectAsync(Options(server), Protocol());
        await using var updates = await client.SubscribeAsync("a", Ct);
        await server.Connection.SendTextAsync($$"""U|a|{"token":"{{Payload}}"}""", Ct);
        var request = Request($$"""{"apiKey":"{{Payload}}"}""");
        var response = await client.RequestRawAsync(request, Ct);
        var unhandled = new Unknown();
        client.Connection.Tell(unhandled, ActorRefs.NoSender);

        Say(request, response, new Send(request.Payload), await client.GetStatusAsync(Ct), await client.GetMetricsAsync(Ct));
        await client.CloseAsync(Ct);
        await AssertSilentAsync(server, "sentinel", meter, activities);
    }

    [Fact]
    public async Task No_secret_is_told_of_a_login_that_fails()
    {
        using var meter = new MeterProbe("sentinel");
        using var activities = new ActivityProbe("sentinel");
        await using var server = await LineServer.StartAsync();
        server.LoginRejection = "no such key";
        Say(await Assert.ThrowsAsync<AuthenticationFailedException>(() => ConnectAsync(Options(server), Protocol())));

        Say(await Assert.ThrowsAsync<AuthenticationFailedException>(
            () => ConnectAsync(Options(server), Protocol(login: () => throw new InvalidOperationException($"cannot sign with {Signing}")))));

        await AssertSilentAsync(server, "sentinel", meter, activities);
    }

    [Fact]
    public async Task No_secret_is_told_of_a_reconnect()
    {
        using var meter = new MeterProbe("sentinel");
        using var activities = new ActivityProbe("sentinel");
        await using var server = await LineServer.StartAsync();
        await using var client = await ConnectAsync(Options(server), Protocol());
        var reconnected = NextAsync<Reconnected>(client);
        server.AnswersRequests = false;
        var lost = client.RequestRawAsync(Request($$"""{"secret":"{{Payload}}"}"""), Ct);
        await AwaitAssertAsync(() => Assert.Contains(server.Received, text => text.StartsWith("req", StringComparison.Ordinal)), Deadline);

        server.Connection.Drop();
        Say(await Assert.ThrowsAsync<SentOutcomeUnknownException>(() => lost));
        await reconnected;

        await AssertSilentAsync(server, "sentinel", meter, activities);
    }

    [Fact]
    public async Task No_secret_is_told_of_a_handshake_that_fails()
    {
        using var meter = new MeterProbe("sentinel");
        using var activities = new ActivityProbe("sentinel");
        await using var server = await LineServer.StartAsync();
        server.Server.RefuseConnections(System.Net.HttpStatusCode.Forbidden);
        Say(await Assert.ThrowsAsync<ConnectionFailedException>(() => ConnectAsync(Options(server), Protocol())));

        await server.Server.RefuseTcpAsync(Ct);
        Say(await Assert.ThrowsAsync<ConnectionFailedException>(() => ConnectAsync(Options(server) with { Reconnect = new ReconnectOptions { MaxAttempts = 0 } }, Protocol())));

        await AssertSilentAsync(server, "sentinel", meter, activities, isConnected: false);
    }

    [Fact]
    public async Task No_secret_is_told_of_an_address_that_the_handler_gives()
    {
        using var meter = new MeterProbe("sentinel");
        using var activities = new ActivityProbe("sentinel");
        await using var server = await LineServer.StartAsync();
        var signed = Protocol(endpoint: configured => configured with { Url = new Uri(configured.Url, $"/?key={Query}"), Headers = [new("X-Key", Header)] });
        server.Server.RefuseConnections(System.Net.HttpStatusCode.BadGateway);
        var plain = server.Options("sentinel") with { Reconnect = new ReconnectOptions { MaxAttempts = 0 } };
        Say(await Assert.ThrowsAsync<ConnectionFailedException>(() => ConnectAsync(plain, signed)));
        Say(await Assert.ThrowsAsync<ConnectionFailedException>(() => ConnectAsync(
            plain, Protocol(endpoint: configured => configured with { Url = new Uri($"ws://example.com/?key={Query}") }))));

        await AssertSilentAsync(server, "sentinel", meter, activities, isConnected: false);
    }

    [Fact]
    public async Task No_secret_is_told_by_an_exchanges_login()
    {
        using var meter = new MeterProbe("sentinel");
        using var activities = new ActivityProbe("sentinel");
        var options = new ExchangeSimulatorOptions { UpdatesPerSecond = 0, ApiSecret = Signing };
        await using var exchange = await ExchangeSimulator.StartAsync(options, Ct);
        var connect = new WebSocketClientOptions { Name = "sentinel", Url = exchange.Url, Telemetry = new TelemetryOptions { LogPayloads = true } };
        await using (await ConnectAsync(connect, new BybitProtocol(options)))
        {
            Say(await Assert.ThrowsAsync<ConnectionNameInUseException>(() => ConnectAsync(connect, new BybitProtocol(options))));
        }

        Say(await Assert.ThrowsAsync<AuthenticationFailedException>(() => ConnectAsync(connect, new BybitProtocol(options) { Secret = Signing + "-wrong" })));

        var signatures = exchange.ConnectionHistory.SelectMany(connection => connection.Received).Select(message => message.Text)
            .Where(text => text.Contains("\"auth\"", StringComparison.Ordinal))
            .Select(text => JsonDocument.Parse(text).RootElement.GetProperty("args")[2].GetString()!).ToArray();
        Assert.Equal(2, signatures.Length);
        await AssertSilentAsync("sentinel", meter, activities, [Signing, .. signatures]);
    }

    [Fact]
    public async Task No_secret_is_told_by_options_and_what_is_wrong_with_them()
    {
        await using var server = await LineServer.StartAsync();
        var options = Options(server);
        Say(options, new ConnectionEndpoint(options.Url, options.Headers), options.Telemetry, options.Reconnect, options.Queue);
        WebSocketClientOptions[] wrong =
        [
            options with { Url = new Uri($"ftp://example.com/?key={Query}") },
            options with { Url = new Uri($"ws://user:{Query}@example.com/") },
            options with { Headers = [new("X-Key", Header + "\r\n")] },
            options with { Headers = [new("not a name", Header)] },
        ];
        foreach (var each in wrong)
        {
            Say([.. OptionsValidator.Validate(each)]);
            Say(await Assert.ThrowsAsync<InvalidOptionsException>(() => ConnectAsync(each)));
        }

        Assert.DoesNotContain(_said, text => IsTold(text, [Header, Query]));
    }

    private static WebSocketClientOptions Options(LineServer server) => server.Options("sentinel") with
    {
        Url = new Uri(server.Url, $"/?token={Query}"),
        Headers = [new("Authorization", Header)],
        Telemetry = new TelemetryOptions { LogPayloads = true },
    };

    private static LineProtocol Protocol(Func<string>? login = null, Func<ConnectionEndpoint, ConnectionEndpoint>? endpoint = null) => new()
    {
        Authenticates = true,
        Login = login ?? (() => $"auth|{Login}"),
        Endpoint = endpoint ?? (configured => configured),
    };

    private void Say(params object[] things)
    {
        foreach (var thing in things)
            _said.Enqueue(thing.ToString()!);
    }

    private Task AssertSilentAsync(LineServer server, string connection, MeterProbe meter, ActivityProbe activities, bool isConnected = true)
    {
        if (isConnected)
        {
            var seen = server.Server.ConnectionHistory[0];
            Assert.Equal((Header, true), (seen.RequestHeaders["Authorization"], seen.PathAndQuery.Contains(Query, StringComparison.Ordinal)));
        }

        return AssertSilentAsync(connection, meter, activities, [Header, Query, Login, Signing, Payload]);
    }

    private async Task AssertSilentAsync(string connection, MeterProbe meter, ActivityProbe activities, string[] secrets)
    {
        await Sys.Terminate().WaitAsync(Deadline, Ct);
        var lines = LogProbe.Of(_logged, connection);
        Assert.NotEmpty(lines);
        Assert.NotEmpty(activities.Ended);
        Assert.NotEmpty(_said);
        foreach (var logged in _logged)
            Say(logged, logged.Message, (object?)logged.Cause ?? "");
        foreach (var (_, message) in lines)
            Say([message.Unformatted(), .. message.Fields.Select(field => (object)$"{field.Value}")]);
        foreach (var measured in meter.All())
            Say([.. measured.Tags.Select(tag => (object)tag.Value), measured.Instrument]);
        foreach (var activity in activities.Ended)
            Say([activity.DisplayName, activity.StatusDescription ?? "", .. activity.TagObjects.Select(tag => (object)$"{tag}"), .. activity.Events.Select(e => (object)e.Name)]);

        Assert.DoesNotContain(_said, text => IsTold(text, secrets));
    }

    private static bool IsTold(string text, string[] secrets) => secrets.Any(secret => text.Contains(secret, StringComparison.OrdinalIgnoreCase));

    private sealed record Unknown;

    private sealed class Listener : ReceiveActor
    {
        public Listener(ConcurrentQueue<string> said) => ReceiveAny(message =>
        {
            said.Enqueue($"{message}");
            if (message is AllDeadLetters { Message: var dead })
                said.Enqueue($"{dead}");
        });
    }
}
