using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace AkkaWs.Testing.Tests;

/// <summary>OKX's conversation without a client of ours.</summary>
public sealed class OkxConversationTests
{
    private const string Instruments = """{"id":"9","op":"subscribe","args":[{"channel":"instruments","instType":"SPOT"}]}""";

    [Theory]
    [InlineData("order")]
    [InlineData("batch-orders")]
    [InlineData("cancel-order")]
    [InlineData("batch-cancel-orders")]
    [InlineData("amend-order")]
    [InlineData("batch-amend-orders")]
    public async Task An_order_that_names_its_instrument_and_has_no_number_is_refused_with_50014(string operation)
    {
        await using var exchange = await StartAsync();
        await using var client = await LoggedInAsync(exchange);

        var refused = await client.AskAsync($$$"""{"id":"1","op":"{{{operation}}}","args":[{"instId":"BTC-USDT","ordId":"1","side":"buy","tdMode":"cash","ordType":"market","sz":"0.1"}]}""");

        Assert.Equal("1", refused.GetProperty("code").GetString());
        Assert.Equal(("50014", "Parameter instIdCode can not be empty"), OutcomeOf(refused));
    }

    [Fact]
    public async Task An_order_goes_by_the_number_that_the_channel_of_instruments_lists_and_the_number_decides()
    {
        await using var exchange = await StartAsync();
        await using var client = await LoggedInAsync(exchange);
        await client.AskAsync(Instruments);
        var listed = (await client.ReceiveJsonAsync()).GetProperty("data").EnumerateArray().ToDictionary(
            instrument => instrument.GetProperty("instId").GetString()!, instrument => instrument.GetProperty("instIdCode").GetInt64());

        var placed = await client.AskAsync($$$"""{"id":"1","op":"order","args":[{"instId":"NO-SUCH","instIdCode":{{{listed["ETH-USDT"]}}},"side":"buy","tdMode":"cash","ordType":"limit","sz":"0.1","px":"1"}]}""");
        var unknown = await client.AskAsync("""{"id":"2","op":"order","args":[{"instIdCode":1,"side":"buy","tdMode":"cash","ordType":"market","sz":"0.1"}]}""");
        var text = await client.AskAsync("""{"id":"3","op":"order","args":[{"instIdCode":"10458","side":"buy","tdMode":"cash","ordType":"market","sz":"0.1"}]}""");

        Assert.Equal(["BTC-USDT", "ETH-USDT", "SOL-USDT", "XRP-USDT"], listed.Keys);
        Assert.Equal(4, listed.Values.Distinct().Count());
        Assert.Equal(("0", "51001", "51000"), (OutcomeOf(placed).Code, OutcomeOf(unknown).Code, OutcomeOf(text).Code));
    }

    [Fact]
    public async Task Two_trades_have_one_sequence_id_and_each_has_an_id_of_its_own()
    {
        await using var exchange = await ExchangeSimulator.StartAsync(new ExchangeSimulatorOptions { Venue = ExchangeVenue.Okx, UpdatesPerSecond = 1_000 });
        await using var client = await TestClient.ConnectAsync(exchange.Url);
        await client.SendAsync("""{"op":"subscribe","args":[{"channel":"trades","instId":"BTC-USDT"}]}""");

        List<JsonElement> trades = [];
        while (trades.Count < 20)
            trades.Add((await client.ReceiveJsonAsync(message => message.TryGetProperty("data", out _))).GetProperty("data")[0]);

        Assert.Equal(20, trades.Select(trade => trade.GetProperty("tradeId").GetString()).Distinct().Count());
        Assert.Equal(10, trades.Select(trade => trade.GetProperty("seqId").GetInt64()).Distinct().Count());
    }

    [Theory]
    [InlineData("books", true)]
    [InlineData("books-l2-tbt", true)]
    [InlineData("books50-l2-tbt", true)]
    [InlineData("books5", false)]
    [InlineData("bbo-tbt", false)]
    public async Task A_book_has_a_checksum_of_0_or_none(string channel, bool has)
    {
        await using var exchange = await StartAsync();
        await using var client = await LoggedInAsync(exchange);
        await client.AskAsync($$$"""{"op":"subscribe","args":[{"channel":"{{{channel}}}","instId":"BTC-USDT"}]}""");

        var book = (await client.ReceiveJsonAsync()).GetProperty("data")[0];

        Assert.Equal(has, book.TryGetProperty("checksum", out var checksum));
        Assert.True(!has || checksum.GetInt32() == 0);
    }

    [Fact]
    public async Task One_connection_too_many_is_confirmed_first_and_then_told_that_its_subscription_has_ended()
    {
        await using var exchange = await ExchangeSimulator.StartAsync(new ExchangeSimulatorOptions { Venue = ExchangeVenue.Okx, UpdatesPerSecond = 0, MaxConnectionsPerChannel = 2 });
        const string Account = """{"id":"1","op":"subscribe","args":[{"channel":"account"}]}""";
        List<string> told = [];
        List<TestClient> clients = [];
        for (var count = 0; count < 3; count++)
        {
            clients.Add(await LoggedInAsync(exchange));
            told.Add($"{(await clients[^1].AskAsync(Account)).GetProperty("event")}");
            var notice = await clients[^1].ReceiveJsonAsync();
            told.Add($"{notice.GetProperty("event")} {notice.GetProperty("channel")} {notice.GetProperty("connCount")}");
        }

        Assert.Equal(
            ["subscribe", "channel-conn-count account 1", "subscribe", "channel-conn-count account 2", "subscribe", "channel-conn-count-error account 2"], told);
        foreach (var client in clients)
            await client.DisposeAsync();
    }

    [Fact]
    public async Task An_id_of_more_than_32_letters_and_digits_is_refused()
    {
        await using var exchange = await StartAsync();
        await using var client = await TestClient.ConnectAsync(exchange.Url);

        foreach (var id in (string[])["with-a-dash", new string('a', 33)])
            Assert.Equal("error", (await client.AskAsync($$"""{"id":"{{id}}","op":"subscribe","args":[]}""")).GetProperty("event").GetString());
    }

    [Fact]
    public async Task A_key_of_another_site_does_not_exist()
    {
        await using var exchange = await StartAsync();
        await using var client = await TestClient.ConnectAsync(exchange.Url);

        Assert.Equal("60032", (await LogInAsync(client, "another-key")).GetProperty("code").GetString());
    }

    private static Task<ExchangeSimulator> StartAsync() => ExchangeSimulator.StartAsync(new ExchangeSimulatorOptions { Venue = ExchangeVenue.Okx, UpdatesPerSecond = 0 });

    private static async Task<TestClient> LoggedInAsync(ExchangeSimulator exchange)
    {
        var client = await TestClient.ConnectAsync(exchange.Url);
        Assert.Equal("login", (await LogInAsync(client, "simulator-key")).GetProperty("event").GetString());
        return client;
    }

    private static Task<JsonElement> LogInAsync(TestClient client, string key)
    {
        var timestamp = $"{DateTimeOffset.UtcNow.ToUnixTimeSeconds()}";
        var sign = Convert.ToBase64String(HMACSHA256.HashData("simulator-secret"u8, Encoding.UTF8.GetBytes(timestamp + "GET/users/self/verify")));
        return client.AskAsync($$"""{"op":"login","args":[{"apiKey":"{{key}}","passphrase":"simulator-passphrase","timestamp":"{{timestamp}}","sign":"{{sign}}"}]}""");
    }

    private static (string? Code, string? Words) OutcomeOf(JsonElement response)
    {
        var order = response.GetProperty("data")[0];
        return (order.GetProperty("sCode").GetString(), order.GetProperty("sMsg").GetString());
    }
}
