using System.Diagnostics;

namespace AkkaWs.Testing.Tests;

public sealed class ExchangeSimulatorTests
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task Updates_are_generated_at_about_the_configured_rate_and_spread_over_the_topics()
    {
        await using var exchange = await ExchangeSimulator.StartAsync(new ExchangeSimulatorOptions { UpdatesPerSecond = 2000 });
        await using var client = await TestClient.ConnectAsync(exchange.Url);
        // Nothing flows before somebody subscribes: from here on the clock runs.
        var began = Stopwatch.GetTimestamp();
        await client.AskAsync(BybitClient.Subscribe("orderbook.1.BTCUSDT", "publicTrade.ETHUSDT", "tickers.SOLUSDT", "kline.1.XRPUSDT"));

        var perTopic = new Dictionary<string, int>();
        for (var i = 0; i < 1000; i++)
        {
            var topic = (await client.ReceiveJsonAsync()).GetProperty("topic").GetString()!;
            perTopic[topic] = perTopic.GetValueOrDefault(topic) + 1;
        }

        // Never faster than asked for, but for the first catch-up; how much slower depends on the machine.
        Assert.True(Stopwatch.GetElapsedTime(began) > TimeSpan.FromSeconds(0.2));
        Assert.Equal(4, perTopic.Count);
        Assert.All(perTopic.Values, count => Assert.InRange(count, 245, 255));
        Assert.True(exchange.UpdatesGenerated >= 990);
    }

    [Fact]
    public async Task A_scripted_push_reaches_the_subscribers_byte_for_byte()
    {
        await using var exchange = await ExchangeSimulator.StartAsync(new ExchangeSimulatorOptions { UpdatesPerSecond = 0 });
        await using var client = await TestClient.ConnectAsync(exchange.Url);
        await using var other = await TestClient.ConnectAsync(exchange.Url);
        await client.AskAsync(BybitClient.Subscribe("publicTrade.BTCUSDT"));

        Assert.Equal(1, exchange.Publish("publicTrade.BTCUSDT", """{ "topic":"publicTrade.BTCUSDT" }"""));

        Assert.Equal("""{ "topic":"publicTrade.BTCUSDT" }""", await client.ReceiveTextAsync());
    }

    [Fact]
    public async Task Delayed_answers_are_overtaken_by_pushes_and_come_in_order()
    {
        await using var exchange = await ExchangeSimulator.StartAsync(new ExchangeSimulatorOptions { UpdatesPerSecond = 0 });
        await using var client = await TestClient.ConnectAsync(exchange.Url);
        exchange.DelayAcks(TimeSpan.FromMilliseconds(100));

        await client.SendAsync(BybitClient.Subscribe("orderbook.50.BTCUSDT"));
        await client.SendAsync("""{"req_id":"second","op":"ping"}""");

        Assert.Equal("snapshot", (await client.ReceiveJsonAsync()).GetProperty("type").GetString());
        Assert.Equal("subscribe", (await client.ReceiveJsonAsync()).GetProperty("op").GetString());
        Assert.Equal("second", (await client.ReceiveJsonAsync()).GetProperty("req_id").GetString());
    }

    [Fact]
    public async Task Answers_can_be_withheld_for_ever()
    {
        await using var exchange = await ExchangeSimulator.StartAsync(new ExchangeSimulatorOptions { UpdatesPerSecond = 0 });
        await using var client = await TestClient.ConnectAsync(exchange.Url);
        exchange.DelayAcks(System.Threading.Timeout.InfiniteTimeSpan);
        await client.SendAsync("""{"req_id":"lost","op":"ping"}""");
        await exchange.WaitForMessageAsync(message => message.Text.Contains("lost", StringComparison.Ordinal));

        exchange.DelayAcks(TimeSpan.Zero);

        Assert.Equal("found", (await client.AskAsync("""{"req_id":"found","op":"ping"}""")).GetProperty("req_id").GetString());
    }

    [Fact]
    public async Task After_a_drop_the_second_connection_subscribes_afresh_and_the_first_is_remembered()
    {
        await using var exchange = await ExchangeSimulator.StartAsync();
        await using var first = await TestClient.ConnectAsync(exchange.Url);
        await first.AskAsync(BybitClient.Subscribe("orderbook.50.BTCUSDT"));

        await exchange.DropAllAsync().WaitAsync(Timeout);

        await first.UntilBrokenAsync();
        Assert.Empty(exchange.Subscriptions);
        await using var second = await TestClient.ConnectAsync(exchange.Url);
        await second.AskAsync(BybitClient.Subscribe("orderbook.50.BTCUSDT"));
        Assert.Equal("snapshot", (await second.ReceiveTopicAsync("orderbook.50.BTCUSDT")).GetProperty("type").GetString());
        Assert.Equal([1, 2], exchange.ConnectionHistory.Select(connection => connection.Number));
        Assert.Contains("orderbook.50.BTCUSDT", exchange.ConnectionHistory[0].Topics);
        Assert.Contains("subscribe", exchange.ConnectionHistory[0].Received[0].Text, StringComparison.Ordinal);
        Assert.False(exchange.ConnectionHistory[0].IsOpen);
    }

    [Fact]
    public async Task A_stalled_exchange_pushes_nothing_and_goes_on_without_a_hole()
    {
        const string Topic = "orderbook.1.BTCUSDT";
        await using var exchange = await ExchangeSimulator.StartAsync();
        await using var client = await TestClient.ConnectAsync(exchange.Url);
        await client.AskAsync(BybitClient.Subscribe(Topic));
        await client.ReceiveTopicAsync(Topic);
        exchange.Stall();
        await exchange.WaitForAsync(() => exchange.IsStalled);
        var generated = exchange.UpdatesGenerated;
        await Assert.ThrowsAsync<TimeoutException>(() => exchange.WaitForConnectionsAsync(9, TimeSpan.FromSeconds(1)));
        // A tick that was under way may still catch up with its quarter of a second; a second's worth would be a thousand.
        Assert.InRange(exchange.UpdatesGenerated - generated, 0, 250);

        exchange.Resume();

        var last = (await client.ReceiveTopicAsync(Topic)).GetProperty("data").GetProperty("u").GetInt64();
        for (var i = 0; i < 100; i++)
            Assert.Equal(++last, (await client.ReceiveTopicAsync(Topic)).GetProperty("data").GetProperty("u").GetInt64());
    }

    [Fact]
    public async Task A_client_that_does_not_read_is_dropped_and_the_others_are_not()
    {
        await using var exchange = await ExchangeSimulator.StartAsync(new ExchangeSimulatorOptions { UpdatesPerSecond = 0, MaxQueuedBytes = 4 * 1024 * 1024 });
        await using var slow = await TestClient.ConnectAsync(exchange.Url);
        await using var good = await TestClient.ConnectAsync(exchange.Url);
        await slow.AskAsync(BybitClient.Subscribe("publicTrade.BTCUSDT"));
        await good.AskAsync(BybitClient.Subscribe("tickers.BTCUSDT"));
        var megabyte = new byte[1024 * 1024];
        Array.Fill(megabyte, (byte)' ');

        // More than the queue and the socket buffers of both ends can hold.
        for (var i = 0; i < 64 && exchange.ConnectionHistory[0].IsOpen; i++)
            exchange.Publish("publicTrade.BTCUSDT", megabyte);
        await exchange.WaitForConnectionsAsync(1);

        Assert.True(exchange.ConnectionHistory[0].WasTooSlow);
        Assert.True((await good.AskAsync("""{"op":"ping"}""")).GetProperty("success").GetBoolean());
    }

    [Fact]
    public async Task Options_out_of_range_are_rejected_and_the_secret_is_not_printed()
    {
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => ExchangeSimulator.StartAsync(new ExchangeSimulatorOptions { UpdatesPerSecond = -1 }));
        Assert.DoesNotContain("hush", new ExchangeSimulatorOptions { ApiSecret = "hush" }.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_same_seed_tells_the_same_story()
    {
        Assert.Equal(await StoryAsync(7), await StoryAsync(7));
        Assert.NotEqual(await StoryAsync(7), await StoryAsync(8));
    }

    private static async Task<List<string>> StoryAsync(int seed)
    {
        await using var exchange = await ExchangeSimulator.StartAsync(new ExchangeSimulatorOptions { Seed = seed });
        await using var client = await TestClient.ConnectAsync(exchange.Url);
        await client.AskAsync(BybitClient.Subscribe("orderbook.50.BTCUSDT"));
        var story = new List<string>();
        for (var i = 0; i < 50; i++)
            story.Add((await client.ReceiveTopicAsync("orderbook.50.BTCUSDT")).GetProperty("data").GetRawText());
        return story;
    }
}
