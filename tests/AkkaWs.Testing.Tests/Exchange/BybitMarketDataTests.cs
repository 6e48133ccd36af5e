using System.Globalization;
using System.Text.Json;

namespace AkkaWs.Testing.Tests;

public sealed class BybitMarketDataTests
{
    private static readonly ExchangeSimulatorOptions Busy = new() { UpdatesPerSecond = 1000, Seed = 42 };

    [Theory]
    [InlineData(50)]
    [InlineData(200)]
    public async Task Deltas_follow_the_snapshot_without_a_hole_and_never_cross_the_book(int depth)
    {
        var topic = $"orderbook.{depth}.BTCUSDT";
        await using var exchange = await ExchangeSimulator.StartAsync(Busy);
        await using var client = await TestClient.ConnectAsync(exchange.Url);
        await client.AskAsync(BybitClient.Subscribe(topic));

        var snapshot = await client.ReceiveTopicAsync(topic);
        Assert.Equal("snapshot", snapshot.GetProperty("type").GetString());
        var bids = new Book(snapshot, "b");
        var asks = new Book(snapshot, "a");
        Assert.Equal((depth, depth), (bids.Levels.Count, asks.Levels.Count));
        var last = snapshot;
        for (var i = 0; i < 300; i++)
        {
            var delta = await client.ReceiveTopicAsync(topic);
            Assert.Equal("delta", delta.GetProperty("type").GetString());
            Assert.Equal(UpdateId(last) + 1, UpdateId(delta));
            Assert.True(Data(delta, "seq").GetInt64() > Data(last, "seq").GetInt64());
            Assert.True(delta.GetProperty("ts").GetInt64() >= last.GetProperty("ts").GetInt64());
            bids.Apply(delta, "b");
            asks.Apply(delta, "a");
            Assert.Equal((depth, depth), (bids.Levels.Count, asks.Levels.Count));
            Assert.True(bids.Levels.Keys.Max() < asks.Levels.Keys.Min());
            last = delta;
        }
    }

    [Fact]
    public async Task A_late_subscriber_and_an_early_one_end_up_with_the_same_book()
    {
        const string Topic = "orderbook.50.ETHUSDT";
        await using var exchange = await ExchangeSimulator.StartAsync(Busy);
        await using var early = await TestClient.ConnectAsync(exchange.Url);
        await using var late = await TestClient.ConnectAsync(exchange.Url);
        await early.AskAsync(BybitClient.Subscribe(Topic));
        var update = await early.ReceiveTopicAsync(Topic);
        var book = new Book(update, "b");
        for (var i = 0; i < 50; i++)
            book.Apply(update = await early.ReceiveTopicAsync(Topic), "b");

        await late.AskAsync(BybitClient.Subscribe(Topic));
        var snapshot = await late.ReceiveTopicAsync(Topic);
        while (UpdateId(update) < UpdateId(snapshot))
            book.Apply(update = await early.ReceiveTopicAsync(Topic), "b");

        Assert.Equal(UpdateId(snapshot), UpdateId(update));
        Assert.Equal(new Book(snapshot, "b").Levels, book.Levels);
    }

    [Fact]
    public async Task Depth_one_sends_every_update_as_a_snapshot()
    {
        const string Topic = "orderbook.1.BTCUSDT";
        await using var exchange = await ExchangeSimulator.StartAsync(Busy);
        await using var client = await TestClient.ConnectAsync(exchange.Url);
        await client.AskAsync(BybitClient.Subscribe(Topic));
        var last = await client.ReceiveTopicAsync(Topic);

        for (var i = 0; i < 100; i++)
        {
            var next = await client.ReceiveTopicAsync(Topic);
            Assert.Equal("snapshot", next.GetProperty("type").GetString());
            Assert.Equal((1, 1), (Data(next, "b").GetArrayLength(), Data(next, "a").GetArrayLength()));
            Assert.Equal(UpdateId(last) + 1, UpdateId(next));
            last = next;
        }
    }

    [Fact]
    public async Task Depth_one_sends_the_same_snapshot_again_after_three_seconds_of_silence()
    {
        const string Topic = "orderbook.1.BTCUSDT";
        var clock = new HandClock();
        await using var exchange = await ExchangeSimulator.StartAsync(Busy with { UpdatesPerSecond = 0, TimeProvider = clock });
        await using var client = await TestClient.ConnectAsync(exchange.Url);
        await client.AskAsync(BybitClient.Subscribe(Topic, "orderbook.50.BTCUSDT"));
        var first = await client.ReceiveTopicAsync(Topic);

        clock.Advance(TimeSpan.FromSeconds(3));
        var second = await client.ReceiveTopicAsync(Topic);
        clock.Advance(TimeSpan.FromSeconds(2.999));
        var answer = await client.AskAsync("""{"req_id":"meanwhile","op":"ping"}""");
        clock.Advance(TimeSpan.FromMilliseconds(1));
        var third = await client.ReceiveTopicAsync(Topic);

        Assert.Equal("meanwhile", answer.GetProperty("req_id").GetString());
        Assert.All([second, third], again => Assert.Equal(
            (UpdateId(first), "snapshot", Data(first, "b").GetRawText()), (UpdateId(again), again.GetProperty("type").GetString(), Data(again, "b").GetRawText())));
        Assert.Equal([3_000L, 3_000L], [Ts(second) - Ts(first), Ts(third) - Ts(second)]);

        static long Ts(JsonElement message) => message.GetProperty("ts").GetInt64();
    }

    [Fact]
    public async Task A_full_book_sends_deltas_alone_and_begins_anew_with_an_empty_one()
    {
        const string Topic = "orderbook.full.BTCUSDT";
        await using var exchange = await ExchangeSimulator.StartAsync(Busy);
        await using var client = await TestClient.ConnectAsync(exchange.Url);
        await client.AskAsync(BybitClient.Subscribe(Topic));
        var last = await client.ReceiveTopicAsync(Topic);
        Assert.True(exchange.BeginAnew(Topic));

        while (UpdateId(last) != 1)
        {
            var next = await client.ReceiveTopicAsync(Topic);
            Assert.Equal("delta", next.GetProperty("type").GetString());
            Assert.True(UpdateId(next) == 1 || UpdateId(next) == UpdateId(last) + 1);
            last = next;
        }

        Assert.Equal((0, 0), (Data(last, "b").GetArrayLength(), Data(last, "a").GetArrayLength()));
        Assert.Equal(2, UpdateId(await client.ReceiveTopicAsync(Topic)));
    }

    [Fact]
    public async Task A_book_that_begins_anew_sends_a_snapshot_with_the_first_number()
    {
        const string Topic = "orderbook.50.BTCUSDT";
        await using var exchange = await ExchangeSimulator.StartAsync(Busy);
        await using var client = await TestClient.ConnectAsync(exchange.Url);
        await client.AskAsync(BybitClient.Subscribe(Topic));
        await client.ReceiveTopicAsync(Topic);
        Assert.True(exchange.BeginAnew(Topic));

        var anew = await client.ReceiveJsonAsync(message => message.TryGetProperty("data", out var data) && data.GetProperty("u").GetInt64() == 1);

        Assert.Equal(("snapshot", 50), (anew.GetProperty("type").GetString(), Data(anew, "b").GetArrayLength()));
        Assert.Equal(2, UpdateId(await client.ReceiveTopicAsync(Topic)));
        Assert.False(exchange.BeginAnew("publicTrade.BTCUSDT"));
    }

    [Fact]
    public async Task A_book_with_retail_orders_has_three_fields_a_level()
    {
        const string Topic = "orderbook.rpi.BTCUSDT";
        await using var exchange = await ExchangeSimulator.StartAsync(Busy);
        await using var client = await TestClient.ConnectAsync(exchange.Url);
        await client.AskAsync(BybitClient.Subscribe(Topic));

        var snapshot = await client.ReceiveTopicAsync(Topic);
        var delta = await client.ReceiveTopicAsync(Topic);

        Assert.Equal(("snapshot", "delta"), (snapshot.GetProperty("type").GetString(), delta.GetProperty("type").GetString()));
        Assert.Equal((50, 50), (Data(snapshot, "b").GetArrayLength(), Data(snapshot, "a").GetArrayLength()));
        Assert.All(Data(snapshot, "b").EnumerateArray().Concat(Data(delta, "b").EnumerateArray()).Concat(Data(delta, "a").EnumerateArray()), level => Assert.Equal(3, level.GetArrayLength()));
        Assert.Contains(Data(snapshot, "b").EnumerateArray(), level => level[2].GetString() != "0");
    }

    [Fact]
    public async Task A_lost_update_leaves_a_hole_of_one()
    {
        const string Topic = "orderbook.50.BTCUSDT";
        await using var exchange = await ExchangeSimulator.StartAsync(Busy);
        await using var client = await TestClient.ConnectAsync(exchange.Url);
        await client.AskAsync(BybitClient.Subscribe(Topic));
        var last = UpdateId(await client.ReceiveTopicAsync(Topic));
        Assert.True(exchange.LoseNextUpdate(Topic));
        Assert.False(exchange.LoseNextUpdate("orderbook.50.ETHUSDT"));

        long next;
        while ((next = UpdateId(await client.ReceiveTopicAsync(Topic))) == last + 1)
            last = next;

        Assert.Equal(last + 2, next);
    }

    [Fact]
    public async Task Trades_tickers_and_candles_agree_on_the_market()
    {
        await using var exchange = await ExchangeSimulator.StartAsync(Busy with { TimeProvider = new FromNoon() });
        await using var client = await TestClient.ConnectAsync(exchange.Url);
        await client.AskAsync(BybitClient.Subscribe("publicTrade.SOLUSDT", "tickers.SOLUSDT", "kline.D.SOLUSDT"));

        var ticker = new Dictionary<string, string>();
        decimal high = 0, low = decimal.MaxValue;
        var sequence = 0L;
        for (var i = 0; i < 300; i++)
        {
            var message = await client.ReceiveJsonAsync();
            var data = message.GetProperty("data");
            switch (message.GetProperty("topic").GetString())
            {
                case "publicTrade.SOLUSDT":
                    Assert.True(data[0].GetProperty("seq").GetInt64() > sequence);
                    sequence = data[0].GetProperty("seq").GetInt64();
                    Seen(Number(data[0], "p"));
                    break;
                case "tickers.SOLUSDT":
                    Assert.Equal(ticker.Count == 0 ? "snapshot" : "delta", message.GetProperty("type").GetString());
                    foreach (var field in data.EnumerateObject())
                        ticker[field.Name] = field.Value.GetString()!;
                    Seen(decimal.Parse(ticker["lastPrice"], CultureInfo.InvariantCulture));
                    break;
                default:
                    Seen(Number(data[0], "close"));
                    Assert.False(data[0].GetProperty("confirm").GetBoolean());
                    Assert.Equal((high, low), (Math.Max(high, Number(data[0], "high")), Math.Min(low, Number(data[0], "low"))));
                    break;
            }
        }

        Assert.True(decimal.Parse(ticker["bid1Price"], CultureInfo.InvariantCulture) < decimal.Parse(ticker["ask1Price"], CultureInfo.InvariantCulture));

        void Seen(decimal price) => (high, low) = (Math.Max(high, price), Math.Min(low, price));
    }

    [Fact]
    public void The_end_of_a_candle_is_confirmed_once()
    {
        var market = new SymbolMarket(Instrument.For("BTCUSDT"), 1);
        var feed = new BybitKlineFeed("kline.1.BTCUSDT", CandleInterval.Find("1")!, market, now: 59_000);

        var confirmed = new List<bool>();
        foreach (var now in new long[] { 59_500, 60_000, 60_001, 60_002 })
            confirmed.Add(JsonDocument.Parse(feed.Next(now)).RootElement.GetProperty("data")[0].GetProperty("confirm").GetBoolean());

        Assert.Equal([false, true, false, false], confirmed);
    }

    [CapturesFact]
    public void Messages_have_the_fields_of_the_recorded_ones_in_their_order()
    {
        var recorded = CaptureFile.Read(Path.Combine(SharedData.Captures!, "bybit-v5-public-2026-08.jsonl")).ServerMessages.Select(message => Parse(message.Utf8)).ToList();
        var market = new SymbolMarket(Instrument.For("BTCUSDT"), 1);

        var book = Parse(new BybitBookFeed("orderbook.1.BTCUSDT", "1", market, now: 1).Snapshot(1));
        var realBook = recorded.First(message => message.TryGetProperty("topic", out var topic) && topic.GetString()!.StartsWith("orderbook", StringComparison.Ordinal));
        Assert.Equal(Shape(realBook), Shape(book));
        Assert.Equal(BybitConversationTests.Names(realBook.GetProperty("data")), BybitConversationTests.Names(book.GetProperty("data")));

        var ticker = Parse(new BybitTickerFeed("tickers.BTCUSDT", market, 1).Snapshot(1));
        var realTicker = recorded.First(message => message.GetRawText().Contains("openInterest", StringComparison.Ordinal));
        Assert.Equal(Shape(realTicker), Shape(ticker));
        Assert.Subset(Shape(realTicker.GetProperty("data")), Shape(ticker.GetProperty("data")));
    }

    private static HashSet<string> Shape(JsonElement element) => [.. element.EnumerateObject().Select(property => $"{property.Name}:{property.Value.ValueKind}")];

    private static JsonElement Parse(ReadOnlyMemory<byte> utf8) => JsonDocument.Parse(utf8).RootElement;

    private static JsonElement Data(JsonElement message, string name) => message.GetProperty("data").GetProperty(name);

    private static long UpdateId(JsonElement message) => Data(message, "u").GetInt64();

    private static decimal Number(JsonElement element, string name) => decimal.Parse(element.GetProperty(name).GetString()!, CultureInfo.InvariantCulture);

    /// <summary>A clock that begins at noon, so that no day ends while a test runs.</summary>
    private sealed class FromNoon : TimeProvider
    {
        private readonly long _started = System.GetTimestamp();

        public override DateTimeOffset GetUtcNow() => new DateTimeOffset(2026, 8, 13, 12, 0, 0, TimeSpan.Zero) + System.GetElapsedTime(_started);
    }

    private sealed class Book
    {
        public Book(JsonElement snapshot, string side) => Apply(snapshot, side);

        public SortedDictionary<decimal, string> Levels { get; } = [];

        public void Apply(JsonElement message, string side)
        {
            foreach (var level in Data(message, side).EnumerateArray())
            {
                var price = decimal.Parse(level[0].GetString()!, CultureInfo.InvariantCulture);
                if (level[1].GetString() == "0")
                    Assert.True(Levels.Remove(price));
                else
                    Levels[price] = level[1].GetString()!;
            }
        }
    }
}
