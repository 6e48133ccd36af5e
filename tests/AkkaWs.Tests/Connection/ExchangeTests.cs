using System.Net;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using AkkaWs.Client;
using AkkaWs.Errors;
using AkkaWs.Messages;
using AkkaWs.Options;
using AkkaWs.Testing;
using AkkaWs.Tests.Support;

namespace AkkaWs.Tests.Connection;

/// <summary>The client against a simulated exchange: log in, subscribe, order, and what the exchange does wrong.</summary>
public sealed class ExchangeTests : ConnectionTest
{
    private static readonly ExchangeSimulatorOptions Flowing = new() { Seed = 7, UpdatesPerSecond = 500 };

    [Fact]
    public async Task It_logs_in_subscribes_and_orders()
    {
        await using var exchange = await ExchangeSimulator.StartAsync(Flowing, Ct);
        await using var client = await OpenExchangeAsync(exchange, "exchange");
        await using var trades = await client.SubscribeAsync(["publicTrade.BTCUSDT", "orderbook.50.ETHUSDT"], Ct);

        var ack = await client.RequestRawAsync(Order, Ct).WaitAsync(Deadline);

        using var result = JsonDocument.Parse(ack.Result);
        Assert.NotEmpty(result.RootElement.GetProperty("orderId").GetString()!);
        await ReadAsync(trades, 50);
    }

    [Fact]
    public async Task A_login_with_the_wrong_secret_is_rejected()
    {
        await using var exchange = await ExchangeSimulator.StartAsync(Flowing, Ct);
        var protocol = new BybitProtocol(Flowing) { Secret = "wrong" };

        await Assert.ThrowsAsync<AuthenticationFailedException>(() => ConnectAsync(Options(exchange, "wrong-secret"), protocol));
    }

    [Fact]
    public async Task An_unknown_topic_is_refused_and_a_known_one_flows()
    {
        await using var exchange = await ExchangeSimulator.StartAsync(Flowing, Ct);
        await using var client = await OpenExchangeAsync(exchange, "unknown-topic");

        await Assert.ThrowsAsync<SubscriptionFailedException>(() => client.SubscribeAsync("publicTrade.NOSUCH", Ct));

        await using var trades = await client.SubscribeAsync("publicTrade.BTCUSDT", Ct);
        await ReadAsync(trades, 5);
    }

    [Fact]
    public async Task After_a_drop_every_topic_flows_again_and_its_own_numbers_have_no_hole()
    {
        await using var exchange = await ExchangeSimulator.StartAsync(Flowing, Ct);
        await using var client = await OpenExchangeAsync(exchange, "exchange-drop");
        await using var trades = await client.SubscribeAsync("publicTrade.BTCUSDT", Ct);
        await using var book = await client.SubscribeAsync("orderbook.50.BTCUSDT", Ct);
        var (latestTrade, latestBook) = (new StrongBox<long>(), new StrongBox<long>());

        // Each is read all the time, by a reader of its own.
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Ct);
        var reading = Task.WhenAll(FollowAsync(trades, latestTrade, stop.Token), FollowAsync(book, latestBook, stop.Token));
        for (var epoch = 1L; epoch <= 4; epoch++)
        {
            if (epoch > 1)
                await exchange.DropAllAsync();
            await AwaitAssertAsync(() => Assert.Equal((epoch, epoch), (Volatile.Read(ref latestTrade.Value), Volatile.Read(ref latestBook.Value))), Deadline);
        }

        Assert.Equal(3, (await client.GetStatusAsync(Ct)).Reconnects);
        await client.RequestRawAsync(Order, Ct).WaitAsync(Deadline);
        await stop.CancelAsync();
        await reading.WaitAsync(Deadline);
    }

    [Fact]
    public async Task A_silent_exchange_is_noticed_by_its_missing_pong_and_the_client_comes_back()
    {
        await using var exchange = await ExchangeSimulator.StartAsync(Flowing, Ct);
        await using var client = await OpenExchangeAsync(exchange, "exchange-stall", options => options with
        {
            Heartbeat = new HeartbeatOptions { PingInterval = TimeSpan.FromMilliseconds(100), PongTimeout = TimeSpan.FromSeconds(1), UseFramePing = false },
        });
        await using var trades = await client.SubscribeAsync("publicTrade.BTCUSDT", Ct);
        await ReadAsync(trades, 5);
        var lost = NextAsync<Reconnecting>(client);

        exchange.Stall();

        Assert.Equal(ErrorClass.MissedPong, (await lost).Reason.Class);
        exchange.Resume();
        await ReadUntilAsync(trades, 2);
    }

    [Fact]
    public async Task An_exchange_that_refuses_with_503_is_tried_again_and_one_with_401_slowly()
    {
        await using var exchange = await ExchangeSimulator.StartAsync(Flowing, Ct);
        exchange.RefuseConnections(HttpStatusCode.ServiceUnavailable, times: 2);
        await using var client = await OpenAsync(Options(exchange, "exchange-503"), new BybitProtocol(Flowing));
        await client.WaitUntilReadyAsync(Ct);
        Assert.Equal(2, exchange.UpgradesRefused);

        exchange.RefuseConnections(HttpStatusCode.Unauthorized);
        var slowly = NextAsync<RetryingSlowly>(client);
        await exchange.DropAllAsync();

        Assert.Equal(ErrorClass.HandshakeRejected, (await slowly).Reason.Class);
    }

    private static Request Order => new(Encoding.UTF8.GetBytes($$"""
        {"header":{"X-BAPI-TIMESTAMP":"{{TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds()}}"},"op":"order.create","args":[{"category":"linear","symbol":"BTCUSDT","side":"Buy","orderType":"Market","qty":"0.1"}]}
        """));

    private static WebSocketClientOptions Options(ExchangeSimulator exchange, string name) => new()
    {
        Name = name,
        Url = exchange.Url,
        Reconnect = new ReconnectOptions { InitialDelay = TimeSpan.FromMilliseconds(20), MaxDelay = TimeSpan.FromMilliseconds(200) },
    };

    private Task<WebSocketClient> OpenExchangeAsync(ExchangeSimulator exchange, string name, Func<WebSocketClientOptions, WebSocketClientOptions>? change = null)
    {
        var options = Options(exchange, name);
        return ConnectAsync(change?.Invoke(options) ?? options, new BybitProtocol(Flowing));
    }

    private async Task ReadAsync(TopicSubscription subscription, int count)
    {
        await foreach (var _ in subscription.WithCancellation(Ct))
        {
            if (--count == 0)
                break;
        }
    }

    /// <summary>Reads until it is stopped, and shows the latest epoch; the subscription's own numbers have no hole.</summary>
    private static async Task FollowAsync(TopicSubscription subscription, StrongBox<long> latest, CancellationToken stop)
    {
        var sequence = 0L;
        try
        {
            await foreach (var update in subscription.WithCancellation(stop))
            {
                Assert.Equal(++sequence, update.Sequence);
                Volatile.Write(ref latest.Value, update.Epoch.Value);
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // Stopped by the test.
        }
    }

    private async Task ReadUntilAsync(TopicSubscription subscription, long epoch)
    {
        await foreach (var update in subscription.WithCancellation(Ct))
        {
            if (update.Epoch.Value >= epoch)
                break;
        }
    }
}
