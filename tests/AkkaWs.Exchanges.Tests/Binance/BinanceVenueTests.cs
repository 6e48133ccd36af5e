using System.Net.WebSockets;
using System.Text.Json;
using AkkaWs.Client;
using AkkaWs.Errors;
using AkkaWs.Messages;
using AkkaWs.Options;
using AkkaWs.Primitives;
using AkkaWs.Protocol;
using AkkaWs.Testing;

namespace AkkaWs.Exchanges.Tests;

/// <summary>Binance's two kinds of sockets, streams and API, through the real client against the simulator.</summary>
public sealed class BinanceVenueTests : SimulatedTest
{
    private const string Order = """{"method":"order.place","params":{"symbol":"BTCUSDT","side":"BUY","type":"LIMIT","timeInForce":"GTC","quantity":"0.1","price":"30000"}}""";

    private static readonly Topic Trades = Binance.Trades("BTCUSDT");
    private static readonly Topic Book = Binance.OrderBookChanges("ETHUSDT");

    protected override ExchangeVenue Venue => ExchangeVenue.Binance;

    protected override WebSocketClientOptions CreateOptions(string name) => Binance.CreateOptions(BinanceMarket.Spot, name);

    internal override ProtocolHandler CreateHandler(ICredentialsProvider? credentials) => new BinanceStreamsHandler();

    [Fact]
    public async Task Streams_are_subscribed_come_in_order_and_heal_after_a_drop()
    {
        await using var exchange = await StartAsync();
        await using var client = await ConnectAsync(exchange);
        await using var updates = await client.SubscribeAsync([Trades, Book], Ct);
        await ReadInOrderAsync(updates, 100);

        await exchange.DropAllAsync();

        await ReadUntilAsync(updates, epoch: 2);
        var listed = await WhileReadingAsync(updates, client.RequestRawAsync(Request("""{"method":"LIST_SUBSCRIPTIONS"}"""), Ct));
        Assert.Equal("""["btcusdt@trade","ethusdt@depth@100ms"]""", listed.Result.Text());
        Assert.Equal(0, (await client.GetStatusAsync(Ct)).UnknownMessages);
    }

    [Fact]
    public async Task A_refused_stream_is_told_with_the_words_of_the_exchange()
    {
        await using var exchange = await StartAsync();
        exchange.RejectTopics(Trades.Value);
        await using var client = await ConnectAsync(exchange);

        var error = await Assert.ThrowsAsync<SubscriptionFailedException>(() => client.SubscribeAsync(Trades, Ct));

        Assert.Contains("Invalid request", Assert.Single(error.Failures).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task More_streams_than_a_connection_may_have_are_refused_here()
    {
        await using var exchange = await StartAsync(updatesPerSecond: 0);
        await using var client = await ConnectAsync(exchange);

        await Assert.ThrowsAsync<CapacityExceededException>(() =>
            client.SubscribeAsync([.. Enumerable.Range(0, 1_025).Select(i => Binance.Trades($"COIN{i}"))], Ct));
    }

    [Fact]
    public async Task The_servers_pings_are_answered()
    {
        var options = new ExchangeSimulatorOptions
        {
            Venue = Venue,
            UpdatesPerSecond = 0,
            ServerPingInterval = TimeSpan.FromMilliseconds(50),
            ServerPongTimeout = TimeSpan.FromSeconds(20),
        };
        await using var exchange = await ExchangeSimulator.StartAsync(options, Ct);
        await using var client = await ConnectAsync(exchange);

        await client.SubscribeAsync(Trades, Ct);

        Assert.Equal(ConnectionState.Ready, client.State);
    }

    [Fact]
    public async Task A_server_that_shuts_down_is_left_and_the_streams_flow_again()
    {
        await using var exchange = await StartAsync();
        await using var client = await ConnectAsync(exchange);
        await using var updates = await client.SubscribeAsync(Trades, Ct);
        await ReadInOrderAsync(updates, 5);

        exchange.Publish(Trades.Value, """{"stream":"!serverShutdown","data":{"e":"serverShutdown","E":1770123456789}}""");

        await ReadUntilAsync(updates, epoch: 2);
    }

    [Fact]
    public async Task A_close_for_too_many_messages_is_tried_again()
    {
        await using var exchange = await StartAsync();
        await using var client = await ConnectAsync(exchange);
        await using var updates = await client.SubscribeAsync(Trades, Ct);
        var lost = NextAsync<Reconnecting>(client);
        var flowing = ReadUntilAsync(updates, epoch: 2);

        await exchange.CloseAllAsync(WebSocketCloseStatus.PolicyViolation, "Too many requests");

        Assert.Equal(1008, (await lost).Reason.CloseCode);
        await flowing;
    }

    [Fact]
    public async Task The_default_rates_keep_a_burst_of_subscriptions_within_five_messages_a_second()
    {
        // The exchange closes the connection at the sixth message within a second. It counts when it reads: a machine that stands still for most of a
        // second makes a burst of what was not one, but not each time.
        var outcome = await BurstAsync();
        for (var again = 0; again < 2 && outcome.Epoch != 1; again++)
            outcome = await BurstAsync();

        Assert.Equal((1L, 8), outcome);
    }

    private async Task<(long Epoch, int Streams)> BurstAsync()
    {
        await using var exchange = await StartAsync(updatesPerSecond: 0);
        await using var client = await ConnectAsync(exchange, options => options with { Rates = Binance.CreateOptions(BinanceMarket.Spot).Rates });
        for (var i = 0; i < 8; i++)
            await client.SubscribeAsync(Binance.Trades($"COIN{i}"), Ct);
        return (client.Epoch.Value, exchange.Subscriptions.Count);
    }

    [Fact]
    public async Task Without_the_rates_the_exchange_closes_a_connection_that_says_too_much()
    {
        await using var exchange = await StartAsync(updatesPerSecond: 0);
        await using var client = await ConnectAsync(exchange);
        var lost = NextAsync<Reconnecting>(client);

        for (var i = 0; i < 50; i++)
            await client.SendAsync($$"""{"method":"SET_PROPERTY","params":["combined",true],"id":{{i}}}""", Ct).ContinueWith(_ => { }, TaskScheduler.Default);

        Assert.Equal(1008, (await lost).Reason.CloseCode);
    }

    [Fact]
    public async Task The_api_takes_signed_orders_and_tells_the_accounts_events()
    {
        await using var exchange = await StartAsync(updatesPerSecond: 0);
        await using var client = await ConnectApiAsync(exchange, RightKey, sessionLogon: false);
        await using var account = await client.SubscribeAsync(Binance.UserData, Ct);

        var placed = await client.RequestRawAsync(Request(Order), Ct);

        Assert.True(JsonDocument.Parse(placed.Result).RootElement.GetProperty("orderId").GetInt64() > 0);
        await ReadInOrderAsync(account, 1);
        await exchange.DropAllAsync();
        await client.WaitUntilReadyAsync(Ct);
        await exchange.WaitForSubscriptionAsync(Binance.UserData.Value, Deadline, Ct);
    }

    [Fact]
    public async Task A_wrong_secret_is_refused_and_never_shown()
    {
        const string Sentinel = "s3ntinel-of-a-secret";
        await using var exchange = await StartAsync(updatesPerSecond: 0);
        await using var client = await ConnectApiAsync(exchange, new ApiCredentials("simulator-key", Sentinel), sessionLogon: false);

        var order = await Assert.ThrowsAsync<ServerErrorException>(() => client.RequestRawAsync(Request(Order), Ct));
        var events = await Assert.ThrowsAsync<SubscriptionFailedException>(() => client.SubscribeAsync(Binance.UserData, Ct));
        var logon = await Assert.ThrowsAsync<AuthenticationFailedException>(() => ConnectApiAsync(exchange, new ApiCredentials("simulator-key", Sentinel), sessionLogon: true, "logon"));

        Assert.Equal("-1022", order.Code);
        Assert.All([order.ToString(), events.ToString(), logon.ToString()], text => Assert.DoesNotContain(Sentinel, text, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Changes_of_a_book_follow_each_other_and_apply_to_the_snapshot_of_the_api()
    {
        await using var exchange = await StartAsync();
        await using var client = await ConnectAsync(exchange);
        await using var api = await ConnectApiAsync(exchange, RightKey, sessionLogon: false);
        await using var changes = await client.SubscribeAsync(Book, Ct);
        Dictionary<string, string>? bids = null;
        long last = 0, snapshot = 0;
        var count = 0;
        await foreach (var update in changes.WithCancellation(Ct))
        {
            var data = JsonDocument.Parse(update.Payload).RootElement.GetProperty("data");
            var (first, final) = (data.GetProperty("U").GetInt64(), data.GetProperty("u").GetInt64());
            if (last > 0)
                Assert.Equal(last + 1, first);
            Assert.Equal(last = final, update.SourceSequence);
            if (bids is null)
            {
                var depth = JsonDocument.Parse((await api.RequestRawAsync(Request("""{"method":"depth","params":{"symbol":"ETHUSDT"}}"""), Ct)).Result).RootElement;
                snapshot = depth.GetProperty("lastUpdateId").GetInt64();
                bids = depth.GetProperty("bids").EnumerateArray().ToDictionary(level => level[0].GetString()!, level => level[1].GetString()!);
            }

            if (final <= snapshot)
                continue;
            foreach (var level in data.GetProperty("b").EnumerateArray())
            {
                if (decimal.Parse(level[1].GetString()!, System.Globalization.CultureInfo.InvariantCulture) == 0)
                    Assert.True(bids.Remove(level[0].GetString()!));
                else
                    bids[level[0].GetString()!] = level[1].GetString()!;
            }

            Assert.Equal(1_000, bids.Count);
            if (++count == 50)
                break;
        }
    }

    [Fact]
    public async Task Connections_are_rotated_by_the_option_without_a_loss_or_a_duplicate()
    {
        await using var exchange = await StartAsync(updatesPerSecond: 300);
        await using var client = await ConnectAsync(exchange, options => options with
        {
            Rotation = options.Rotation with { Interval = TimeSpan.FromMilliseconds(1_200), Jitter = 0, Overlap = TimeSpan.FromSeconds(1) },
        });
        await using var updates = await client.SubscribeAsync([Trades, Book], new SubscribeOptions { Gaps = GapRecovery.None }, Ct);
        Dictionary<Topic, TopicUpdate> last = [];
        var epochs = new HashSet<long>();
        await foreach (var message in updates.ReadAllAsync(Ct))
        {
            var update = Assert.IsType<TopicUpdate>(message); // no gap, no interruption
            if (last.TryGetValue(update.Topic, out var before))
            {
                Assert.Equal(before.Sequence + 1, update.Sequence);
                Assert.Equal(before.SourceSequence, update.Topic == Trades ? update.SourceSequence - 1 : CreateHandler(null).PreviousSequenceOf(update.Payload.Span));
            }

            last[update.Topic] = update;
            epochs.Add(update.Epoch.Value);
            if (epochs.Count == 4)
                break;
        }

        // The last rotation may not have ended yet.
        var status = await client.GetStatusAsync(Ct);
        Assert.True(status.Rotations >= 2);
        Assert.Equal(0, status.Reconnects);
    }

    [Fact]
    public async Task Without_routes_the_accounts_events_are_subscribed_by_a_listen_key_and_by_another_one_after_it_has_expired_or_the_connection_was_rotated()
    {
        await using var exchange = await StartAsync(updatesPerSecond: 0);
        var keys = new CountingKeys();
        await using var client = await WebSocketClient.ConnectAsync(Sys, OptionsFor(exchange, "listen-key"), new BinanceStreamsHandler(keys), Ct);
        await using var account = await client.SubscribeAsync(Binance.UserData, Ct);
        await OrderedAsync("listenkey1", 1);

        exchange.Publish("listenkey1", """{"stream":"listenkey1","data":{"e":"listenKeyExpired","E":1,"listenKey":"listenkey1"}}""");
        await OrderedAsync("listenkey2", 2);
        await client.RotateAsync(Ct);
        await OrderedAsync("listenkey3", 3);

        Assert.Equal(3, keys.Count);
        Assert.Equal(["listenkey3"], exchange.Subscriptions);

        async Task OrderedAsync(string key, long epoch)
        {
            await exchange.WaitForSubscriptionAsync(key, Deadline, Ct);
            exchange.Publish(key, $$$$"""{"stream":"{{{{key}}}}","data":{"e":"ORDER_TRADE_UPDATE","E":1,"o":{"s":"BTCUSDT","i":8886774}}}""");
            await foreach (var update in account.WithCancellation(Ct))
            {
                Assert.Equal((Binance.UserData, epoch), (update.Topic, update.Epoch.Value));
                return;
            }
        }
    }

    private sealed class CountingKeys : IListenKeySource
    {
        public int Count { get; private set; }

        public ValueTask<string> GetAsync(CancellationToken cancellationToken) => new($"listenkey{++Count}");
    }

    private Task<WebSocketClient> ConnectApiAsync(ExchangeSimulator exchange, ApiCredentials key, bool sessionLogon, string name = "api")
    {
        var options = OptionsFor(exchange, name) with { Url = new Uri(exchange.Url, "/ws-api/v3") };
        return WebSocketClient.ConnectAsync(Sys, options, new BinanceApiHandler(CredentialsProvider.Fixed(key), sessionLogon), Ct);
    }
}
