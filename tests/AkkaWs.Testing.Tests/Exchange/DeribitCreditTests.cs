using System.Text.Json;

namespace AkkaWs.Testing.Tests;

/// <summary>Who asks for more than its credits allow is told so, and its session ends.</summary>
public sealed class DeribitCreditTests : IAsyncDisposable
{
    private const string Login = """{"jsonrpc":"2.0","id":2,"method":"public/auth","params":{"grant_type":"client_credentials","client_id":"simulator-key","client_secret":"simulator-secret"}}""";
    private const string Subscribe = """{"jsonrpc":"2.0","id":3,"method":"public/subscribe","params":{"channels":["trades.BTC-PERPETUAL.100ms"]}}""";
    private const string Order = """{"jsonrpc":"2.0","id":4,"method":"private/buy","params":{"instrument_name":"BTC-PERPETUAL","amount":1,"type":"limit","price":100}}""";
    private const string Test = """{"jsonrpc":"2.0","id":5,"method":"public/test","params":{}}""";

    private readonly HandClock _clock = new();
    private readonly List<TestClient> _clients = [];

    [Theory]
    [InlineData(Subscribe, 10)]
    [InlineData(Order, 20)]
    [InlineData(Test, 99)] // and the login
    public async Task A_burst_within_the_credits_is_answered_and_the_next_call_ends_the_session(string call, int atOnce)
    {
        await using var exchange = await StartAsync();
        var client = await ConnectAsync(exchange);
        for (var i = 0; i < atOnce; i++)
            Assert.Equal(0, ErrorOf(await client.AskAsync(call)));

        Assert.Equal(10028, ErrorOf(await client.AskAsync(call)));
        while (await client.ReceiveBytesAsync() is not null)
        {
        }
    }

    [Theory]
    [InlineData(Subscribe, 10, 300)]
    [InlineData(Order, 20, 200)]
    public async Task A_new_session_has_no_more_credits_than_have_come_back(string call, int atOnce, int milliseconds)
    {
        await using var exchange = await StartAsync();
        var first = await ConnectAsync(exchange);
        for (var i = 0; i < atOnce; i++)
            await first.AskAsync(call);

        _clock.Advance(TimeSpan.FromMilliseconds(milliseconds - 1));
        Assert.Equal(10028, ErrorOf(await (await ConnectAsync(exchange)).AskAsync(call)));
        _clock.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Equal(0, ErrorOf(await (await ConnectAsync(exchange)).AskAsync(call)));
    }

    [Fact]
    public async Task Each_kind_of_call_has_credits_of_its_own()
    {
        await using var exchange = await StartAsync();
        var client = await ConnectAsync(exchange);
        for (var i = 0; i < 10; i++)
            Assert.Equal(0, ErrorOf(await client.AskAsync(Subscribe)));

        Assert.Equal(0, ErrorOf(await client.AskAsync(Order)));
        Assert.Equal(0, ErrorOf(await client.AskAsync(Test)));
    }

    [Theory]
    [InlineData("trades.BTC-PERPETUAL.raw", 13778)]
    [InlineData("book.BTC-PERPETUAL.raw", 13778)]
    public async Task A_raw_channel_needs_a_login(string channel, int code)
    {
        await using var exchange = await StartAsync();
        var client = await TestClient.ConnectAsync(exchange.Url);
        _clients.Add(client);
        var subscribe = Subscribe.Replace("trades.BTC-PERPETUAL.100ms", channel, StringComparison.Ordinal);

        Assert.Equal(code, ErrorOf(await client.AskAsync(subscribe)));
        await client.AskAsync(Login);
        Assert.Equal(channel, (await client.AskAsync(subscribe)).GetProperty("result")[0].GetString());
    }

    [Theory]
    [InlineData("book.BTC-PERPETUAL.3.10.100ms")]
    [InlineData("book.BTC-PERPETUAL.none.5.100ms")]
    [InlineData("ticker.BTC-PERPETUAL.1s")]
    [InlineData("chart.trades.BTC-PERPETUAL.7")]
    [InlineData("quote.NO-SUCH")]
    public async Task A_channel_that_there_is_not_is_left_out_of_the_answer(string channel)
    {
        await using var exchange = await StartAsync();
        var client = await ConnectAsync(exchange);

        var answer = await client.AskAsync(Subscribe.Replace("trades.BTC-PERPETUAL.100ms", channel, StringComparison.Ordinal));

        Assert.Equal(0, answer.GetProperty("result").GetArrayLength());
    }

    [Fact]
    public async Task A_grouped_book_adds_up_what_is_between_the_multiples_of_its_group()
    {
        await using var exchange = await StartAsync();
        var client = await ConnectAsync(exchange);

        var single = await BookAsync(client, "none", 20);
        var grouped = await BookAsync(client, "5", 10);

        Assert.All(grouped.Bids.Concat(grouped.Asks), level => Assert.Equal(0, level.Price % 0.05m));
        Assert.Equal((10, 10), (grouped.Bids.Count, grouped.Asks.Count));
        var (price, amount) = grouped.Asks[0];
        Assert.InRange(single.Asks[0].Price, price - 0.05m, price);
        Assert.Equal(amount, single.Asks.Where(level => level.Price <= price).Sum(level => level.Amount));
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var client in _clients)
            await client.DisposeAsync();
    }

    private static int ErrorOf(JsonElement answer) => answer.TryGetProperty("error", out var error) ? error.GetProperty("code").GetInt32() : 0;

    private static async Task<(List<(decimal Price, decimal Amount)> Bids, List<(decimal Price, decimal Amount)> Asks)> BookAsync(TestClient client, string group, int depth)
    {
        var channel = $"book.ETH-PERPETUAL.{group}.{depth}.100ms";
        await client.SendAsync(Subscribe.Replace("trades.BTC-PERPETUAL.100ms", channel, StringComparison.Ordinal));
        var book = await client.ReceiveJsonAsync(message => message.TryGetProperty("params", out var push) && push.GetProperty("channel").GetString() == channel);
        var data = book.GetProperty("params").GetProperty("data");
        return (Levels("bids"), Levels("asks"));

        List<(decimal, decimal)> Levels(string side) => [.. data.GetProperty(side).EnumerateArray().Select(level => (level[0].GetDecimal(), level[1].GetDecimal()))];
    }

    private Task<ExchangeSimulator> StartAsync() =>
        ExchangeSimulator.StartAsync(new ExchangeSimulatorOptions { Venue = ExchangeVenue.Deribit, UpdatesPerSecond = 0, TimeProvider = _clock });

    private async Task<TestClient> ConnectAsync(ExchangeSimulator exchange)
    {
        var client = await TestClient.ConnectAsync(exchange.Url);
        _clients.Add(client);
        await client.SendAsync(Login);
        await client.ReceiveJsonAsync(message => message.TryGetProperty("id", out var id) && id.ValueKind == JsonValueKind.Number && id.GetInt32() == 2);
        return client;
    }
}
