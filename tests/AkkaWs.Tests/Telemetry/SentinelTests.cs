using System.Text.Json;
using Akka.Actor;
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
public sealed partial class SentinelTests : ConnectionTest
{
    private const string Header = "sentinel-header-7f3a";
    private const string Query = "sentinel-query-91bc";
    private const string Login = "sentinel-login-d04e";
    private const string Signing = "sentinel-signing-5c28";
    private const string Payload = "sentinel-payload-e6a1";

    private readonly Exits _exits;

    public SentinelTests()
        : base("""
            akka { loglevel = DEBUG, log-dead-letters = on, log-dead-letters-during-shutdown = on }
            akka.actor.debug { receive = on, autoreceive = on, lifecycle = on, fsm = on, event-stream = on, unhandled = on, router-misconfiguration = on }
            """) =>
        _exits = new Exits(Sys, "sentinel");

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task No_secret_is_told_when_all_goes_well(bool logsPayloads)
    {
        await using var server = await LineServer.StartAsync();
        await using var client = await ConnectAsync(Options(server, logsPayloads), Protocol());
        await using var updates = await client.SubscribeAsync("a", Ct);
        await server.Connection.SendTextAsync($$"""U|a|{"token":"{{Payload}}"}""", Ct);
        var request = Request($$"""{"apiKey":"{{Payload}}"}""");
        var response = await client.RequestRawAsync(request, Ct);
        var unhandled = new Unknown();
        client.Connection.Tell(unhandled, ActorRefs.NoSender);

        _exits.Say(request, response, new Send(request.Payload), await client.GetStatusAsync(Ct), await client.GetMetricsAsync(Ct));
        await client.CloseAsync(Ct);
        await AssertSilentAsync(server);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task No_secret_is_told_of_a_login_that_fails(bool logsPayloads)
    {
        await using var server = await LineServer.StartAsync();
        server.LoginRejection = "no such key";
        _exits.Say(await Assert.ThrowsAsync<AuthenticationFailedException>(() => ConnectAsync(Options(server, logsPayloads), Protocol())));

        _exits.Say(await Assert.ThrowsAsync<AuthenticationFailedException>(
            () => ConnectAsync(Options(server, logsPayloads), Protocol(login: () => throw new InvalidOperationException($"cannot sign with {Signing}")))));

        await AssertSilentAsync(server);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task No_secret_is_told_of_a_reconnect(bool logsPayloads)
    {
        await using var server = await LineServer.StartAsync();
        await using var client = await ConnectAsync(Options(server, logsPayloads), Protocol());
        var reconnected = NextAsync<Reconnected>(client);
        server.AnswersRequests = false;
        var lost = client.RequestRawAsync(Request($$"""{"secret":"{{Payload}}"}"""), Ct);
        await AwaitAssertAsync(() => Assert.Contains(server.Received, text => text.StartsWith("req", StringComparison.Ordinal)), Deadline);

        server.Connection.Drop();
        _exits.Say(await Assert.ThrowsAsync<SentOutcomeUnknownException>(() => lost));
        await reconnected;

        await AssertSilentAsync(server);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task No_secret_is_told_of_a_handshake_that_fails(bool logsPayloads)
    {
        await using var server = await LineServer.StartAsync();
        server.Server.RefuseConnections(System.Net.HttpStatusCode.Forbidden);
        _exits.Say(await Assert.ThrowsAsync<ConnectionFailedException>(() => ConnectAsync(Options(server, logsPayloads), Protocol())));

        await server.Server.RefuseTcpAsync(Ct);
        _exits.Say(await Assert.ThrowsAsync<ConnectionFailedException>(() => ConnectAsync(Options(server, logsPayloads) with { Reconnect = new ReconnectOptions { MaxAttempts = 0 } }, Protocol())));

        await AssertSilentAsync(server, isConnected: false);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task No_secret_is_told_of_an_address_that_the_handler_gives(bool logsPayloads)
    {
        await using var server = await LineServer.StartAsync();
        var signed = Protocol(endpoint: configured => configured with { Url = new Uri(configured.Url, $"/?key={Query}"), Headers = [new("X-Key", Header)] });
        server.Server.RefuseConnections(System.Net.HttpStatusCode.BadGateway);
        var plain = server.Options("sentinel") with { Telemetry = new TelemetryOptions { LogPayloads = logsPayloads }, Reconnect = new ReconnectOptions { MaxAttempts = 0 } };
        _exits.Say(await Assert.ThrowsAsync<ConnectionFailedException>(() => ConnectAsync(plain, signed)));
        _exits.Say(await Assert.ThrowsAsync<ConnectionFailedException>(() => ConnectAsync(
            plain, Protocol(endpoint: configured => configured with { Url = new Uri($"ws://example.com/?key={Query}") }))));

        await AssertSilentAsync(server, isConnected: false);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task No_secret_is_told_by_an_exchanges_login(bool logsPayloads)
    {
        var options = new ExchangeSimulatorOptions { UpdatesPerSecond = 0, ApiSecret = Signing };
        await using var exchange = await ExchangeSimulator.StartAsync(options, Ct);
        var connect = new WebSocketClientOptions { Name = "sentinel", Url = exchange.Url, Telemetry = new TelemetryOptions { LogPayloads = logsPayloads } };
        await using (await ConnectAsync(connect, new BybitProtocol(options)))
        {
            _exits.Say(await Assert.ThrowsAsync<ConnectionNameInUseException>(() => ConnectAsync(connect, new BybitProtocol(options))));
        }

        _exits.Say(await Assert.ThrowsAsync<AuthenticationFailedException>(() => ConnectAsync(connect, new BybitProtocol(options) { Secret = Signing + "-wrong" })));

        var signatures = exchange.ConnectionHistory.SelectMany(connection => connection.Received).Select(message => message.Text)
            .Where(text => text.Contains("\"auth\"", StringComparison.Ordinal))
            .Select(text => JsonDocument.Parse(text).RootElement.GetProperty("args")[2].GetString()!).ToArray();
        Assert.Equal(2, signatures.Length);
        await AssertSilentAsync([Signing, .. signatures]);
    }

    [Fact]
    public async Task No_secret_is_told_by_options_and_what_is_wrong_with_them()
    {
        await using var server = await LineServer.StartAsync();
        var options = Options(server);
        _exits.Say(options, new ConnectionEndpoint(options.Url, options.Headers), options.Telemetry, options.Reconnect, options.Queue);
        WebSocketClientOptions[] wrong =
        [
            options with { Url = new Uri($"ftp://example.com/?key={Query}") },
            options with { Url = new Uri($"ws://user:{Query}@example.com/") },
            options with { Headers = [new("X-Key", Header + "\r\n")] },
            options with { Headers = [new("not a name", Header)] },
            options with { SubProtocols = [Login + "\u00E9"] },
            options with { SubProtocols = [Login, Login] },
            options with { Proxy = new ProxyOptions { User = Login } },
            options with { Proxy = new ProxyOptions { Address = $"http://me:{Login}@proxy.example" } },
        ];
        foreach (var each in wrong)
        {
            _exits.Say([.. OptionsValidator.Validate(each)]);
            _exits.Say(await Assert.ThrowsAsync<InvalidOptionsException>(() => ConnectAsync(each)));
        }

        Assert.DoesNotContain(_exits.Said, text => IsTold(text, [Header, Query, Login]));
    }

    private static WebSocketClientOptions Options(LineServer server, bool logsPayloads = true) => server.Options("sentinel") with
    {
        Url = new Uri(server.Url, $"/?token={Query}"),
        Headers = [new("Authorization", Header)],
        Telemetry = new TelemetryOptions { LogPayloads = logsPayloads },
    };

    private static LineProtocol Protocol(Func<string>? login = null, Func<ConnectionEndpoint, ConnectionEndpoint>? endpoint = null) => new()
    {
        Authenticates = true,
        Login = login ?? (() => $"auth|{Login}"),
        Endpoint = endpoint ?? (configured => configured),
    };

    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);
        if (disposing)
            _exits.Dispose();
    }

    private Task AssertSilentAsync(LineServer server, bool isConnected = true)
    {
        if (isConnected)
        {
            var seen = server.Server.ConnectionHistory[0];
            Assert.Equal((Header, true), (seen.RequestHeaders["Authorization"], seen.PathAndQuery.Contains(Query, StringComparison.Ordinal)));
        }

        return AssertSilentAsync([Header, Query, Login, Signing, Payload]);
    }

    private async Task AssertSilentAsync(string[] secrets)
    {
        Assert.NotEmpty(_exits.Said);
        var said = await _exits.CloseAsync(Deadline);
        Assert.NotEmpty(_exits.Lines);
        Assert.NotEmpty(_exits.Activities.Ended);

        Assert.DoesNotContain(said, text => IsTold(text, secrets));
    }

    private static bool IsTold(string text, string[] secrets) => secrets.Any(secret => text.Contains(secret, StringComparison.OrdinalIgnoreCase));

    private sealed record Unknown;
}
