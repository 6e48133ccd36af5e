using AkkaWs.Client;
using AkkaWs.Errors;
using AkkaWs.Messages;
using AkkaWs.Options;
using AkkaWs.Primitives;
using AkkaWs.Testing;
using AkkaWs.Tests.Support;

namespace AkkaWs.Tests.Connection;

/// <summary>The worst days, against the simulated exchange on real sockets: after each the connection is Ready, and every topic is confirmed.</summary>
public sealed class HealingTests : ConnectionTest
{
    private static readonly ExchangeSimulatorOptions Quiet = new() { Seed = 3, UpdatesPerSecond = 50 };
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(25);
    private static readonly IReadOnlyList<Topic> Topics = ["publicTrade.BTCUSDT", "orderbook.50.BTCUSDT", "tickers.ETHUSDT"];

    [Fact]
    public async Task A_server_that_restarts_finds_its_clients_and_their_topics_again()
    {
        await using var exchange = await ExchangeSimulator.StartAsync(Quiet, Ct);
        await using var client = await ConnectAsync(Options(exchange, "restart"), new BybitProtocol(Quiet));
        await using var updates = await client.SubscribeAsync(Topics, Ct);
        var refused = NextAsync<Reconnecting>(client, e => e.Reason.Class == ErrorClass.Refused);

        await exchange.RefuseTcpAsync(Ct);
        await exchange.CloseAllAsync();
        await refused;
        await exchange.AcceptConnectionsAsync(Ct);

        await HealedAsync(client);
        Assert.Equal(1, (await client.GetStatusAsync(Ct)).Reconnects);
    }

    [Fact]
    public async Task A_hundred_drops_in_a_row_lose_no_topic()
    {
        await using var exchange = await ExchangeSimulator.StartAsync(Quiet, Ct);
        var options = Options(exchange, "hundred-drops");
        await using var client = await ConnectAsync(options with { Reconnect = options.Reconnect with { StableAfter = TimeSpan.Zero } }, new BybitProtocol(Quiet));
        var subscriber = CreateTestProbe();
        await AskAsync<Subscribed>(client.Connection, new Subscribe(["publicTrade.BTCUSDT"], subscriber));
        var last = 0L;

        for (var drop = 1; drop <= 100; drop++)
        {
            await exchange.DropAllAsync();
            Epoch? restored = null;
            while (restored is null)
            {
                switch (await subscriber.ExpectMsgAsync<TopicMessage>(Patience))
                {
                    case TopicUpdate update:
                        Assert.Equal(++last, update.Sequence);
                        break;
                    case Restored marker when marker.Epoch.Value > drop:
                        restored = marker.Epoch;
                        break;
                }
            }

            Assert.Equal(drop + 1, restored.Value.Value);
        }

        await HealedAsync(client, 1);
        Assert.Equal(100, (await client.GetStatusAsync(CancellationToken.None)).Reconnects);
    }

    [Fact]
    public async Task A_handshake_that_stalls_ends_at_its_deadline_and_is_tried_again()
    {
        await using var exchange = await ExchangeSimulator.StartAsync(Quiet, Ct);
        exchange.Stall();
        await using var client = await OpenAsync(Options(exchange, "stalled-handshake") with { ConnectTimeout = TimeSpan.FromMilliseconds(500) }, new BybitProtocol(Quiet));
        await NextAsync<Reconnecting>(client, e => e.Reason.Class == ErrorClass.ConnectTimeout);

        exchange.Resume();

        await HealedAsync(client, 0);
    }

    [Fact]
    public async Task A_login_that_stalls_ends_at_its_deadline_and_is_tried_again()
    {
        await using var server = await LineServer.StartAsync();
        server.AnswersLogin = false;
        await using var client = await OpenAsync(
            server.Options("stalled-login") with { AuthenticationTimeout = TimeSpan.FromMilliseconds(500) }, new LineProtocol { Authenticates = true });
        await NextAsync<Reconnecting>(client, e => e.Reason.Class == ErrorClass.AuthenticationFailed);

        server.AnswersLogin = true;

        await HealedAsync(client, 0);
    }

    [Fact]
    public async Task A_peer_that_vanishes_without_a_word_is_noticed_and_replaced()
    {
        await using var exchange = await ExchangeSimulator.StartAsync(Quiet, Ct);
        await using var client = await ConnectAsync(
            Options(exchange, "blackhole") with { Heartbeat = new HeartbeatOptions { PingInterval = TimeSpan.FromMilliseconds(200), PongTimeout = TimeSpan.FromSeconds(1) } },
            new BybitProtocol(Quiet));
        await using var updates = await client.SubscribeAsync(Topics, Ct);
        var lost = NextAsync<ConnectionInterrupted>(client);

        exchange.Stall();

        Assert.Equal(ErrorClass.MissedPong, (await lost).Reason.Class);
        exchange.Resume();
        await HealedAsync(client);
    }

    private static WebSocketClientOptions Options(ExchangeSimulator exchange, string name) => new()
    {
        Name = name,
        Url = exchange.Url,
        Reconnect = new ReconnectOptions { InitialDelay = TimeSpan.FromMilliseconds(20), MaxDelay = TimeSpan.FromMilliseconds(200) },
    };

    private Task HealedAsync(WebSocketClient client, int topics = 3) => AwaitAssertAsync(
        async () =>
        {
            var status = await client.GetStatusAsync(CancellationToken.None);
            Assert.Equal((ConnectionState.Ready, topics, topics), (status.State, status.DesiredTopics, status.ConfirmedTopics));
        },
        Patience);
}
