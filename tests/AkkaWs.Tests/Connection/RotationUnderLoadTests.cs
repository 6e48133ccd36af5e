using System.Collections.Concurrent;
using System.Text;
using AkkaWs.Client;
using AkkaWs.Messages;
using AkkaWs.Options;
using AkkaWs.Primitives;
using AkkaWs.Testing;
using AkkaWs.Tests.Support;

namespace AkkaWs.Tests.Connection;

/// <summary>Rotations against a simulated exchange that never stops talking, beside a client that stays on its socket.</summary>
public sealed class RotationUnderLoadTests : ConnectionTest
{
    private const int Rotations = 20;
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);
    private static readonly ExchangeSimulatorOptions Flowing = new() { Seed = 7, UpdatesPerSecond = 1_000 };
    private static readonly string[] Books = ["orderbook.50.BTCUSDT", "orderbook.50.ETHUSDT", "orderbook.200.SOLUSDT", "orderbook.50.XRPUSDT"];
    private static readonly string[] Trades = ["publicTrade.BTCUSDT", "publicTrade.ETHUSDT"];

    [Fact]
    public async Task Twenty_rotations_under_load_lose_nothing_and_interrupt_nobody()
    {
        await using var exchange = await ExchangeSimulator.StartAsync(Flowing, Ct);
        await using var rotating = await OpenAsync(exchange, "rotating");
        await using var staying = await OpenAsync(exchange, "staying");
        var got = await SubscribeAsync(rotating);
        var all = await SubscribeAsync(staying);
        using var ordering = new CancellationTokenSource(TimeSpan.FromMinutes(5));
        var orders = OrderAsync(rotating, ordering.Token);

        for (var epoch = 2; epoch <= Rotations + 1; epoch++)
        {
            Assert.Equal(epoch, (await rotating.RotateAsync(ordering.Token)).Epoch.Value);
            await AwaitAssertAsync(() => Assert.Contains(got.OfType<TopicUpdate>(), u => u.Epoch.Value == epoch), Patience);
        }

        await ordering.CancelAsync();
        Assert.True(await orders > 0);
        var expected = all.OfType<TopicUpdate>().ToList();
        await AwaitAssertAsync(() => Assert.Superset(TradesOf(expected), TradesOf(got.OfType<TopicUpdate>())), Patience);
        AssertContiguous(got);
        Assert.Equal(Rotations, (await rotating.GetStatusAsync(CancellationToken.None).WaitAsync(Patience)).Rotations);
        Assert.Equal(1, staying.Epoch.Value);
        await exchange.WaitForConnectionsAsync(2, Patience, CancellationToken.None);
    }

    private static void AssertContiguous(ConcurrentQueue<TopicMessage> messages)
    {
        var updates = messages.Select(m => Assert.IsType<TopicUpdate>(m)).ToList();
        foreach (var topic in updates.GroupBy(u => u.Topic))
        {
            Assert.Equal(Enumerable.Range(1, topic.Count()).Select(i => (long)i), topic.Select(u => u.Sequence));
            Assert.Equal(topic.Select(u => u.Epoch.Value).Order(), topic.Select(u => u.Epoch.Value));
            if (Books.Contains(topic.Key.Value))
                Assert.All(topic.Zip(topic.Skip(1)), pair => Assert.Equal(pair.First.SourceSequence + 1, pair.Second.SourceSequence));
        }
    }

    // A trade has no number that the handler knows, so one may come twice; it never stays away. Both clients subscribed before the first was kept.
    private static HashSet<string> TradesOf(IEnumerable<TopicUpdate> updates) => [.. updates.Where(u => Trades.Contains(u.Topic.Value)).Select(Text)];

    private Task<WebSocketClient> OpenAsync(ExchangeSimulator exchange, string name) => ConnectAsync(
        new WebSocketClientOptions
        {
            // A busy machine is no reason to fail what is under way.
            Name = name,
            Url = exchange.Url,
            ConnectTimeout = Patience,
            AuthenticationTimeout = Patience,
            Heartbeat = new HeartbeatOptions { PongTimeout = Patience },
            Requests = new RequestOptions { Timeout = Patience },
            Rotation = new RotationOptions { Overlap = Patience },
            Subscriptions = new SubscriptionOptions { ConfirmTimeout = Patience, MaxStall = Patience },
        },
        new BybitProtocol(Flowing));

    private async Task<ConcurrentQueue<TopicMessage>> SubscribeAsync(WebSocketClient client)
    {
        var (actor, messages) = Collector.Start(Sys);
        await AskAsync<Subscribed>(client.Connection, new Subscribe([.. Books.Concat(Trades).Select(t => new Topic(t))], actor));
        return messages;
    }

    /// <summary>Orders one after the other; each gets its answer, whatever socket it left by.</summary>
    private static async Task<int> OrderAsync(WebSocketClient client, CancellationToken until)
    {
        var count = 0;
        using var pace = new PeriodicTimer(TimeSpan.FromMilliseconds(5));
        for (; !until.IsCancellationRequested; count++)
        {
            await client.RequestRawAsync(Order, CancellationToken.None).WaitAsync(Patience, CancellationToken.None);
            await pace.WaitForNextTickAsync(CancellationToken.None);
        }

        return count;
    }

    private static Request Order => new(Encoding.UTF8.GetBytes($$"""
        {"header":{"X-BAPI-TIMESTAMP":"{{TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds()}}","X-BAPI-RECV-WINDOW":"{{Patience.TotalMilliseconds}}"},"op":"order.create","args":[{"category":"linear","symbol":"BTCUSDT","side":"Buy","orderType":"Market","qty":"0.1"}]}
        """));
}
