using System.Net;
using System.Text.Json;

namespace AkkaWs.Testing.Tests;

/// <summary>What clients ask over HTTP before they subscribe, on the port of the sockets.</summary>
public sealed class RestTests : IDisposable
{
    private readonly HttpClient _http = new() { Timeout = TimeSpan.FromSeconds(30) };

    [Theory]
    [InlineData(ExchangeVenue.Bybit, "/v5/market/instruments-info?category=linear", "result.list", "symbol")]
    [InlineData(ExchangeVenue.Bybit, "/v5/market/instruments-info?category=spot", "result.list", "symbol")]
    [InlineData(ExchangeVenue.Binance, "/api/v3/exchangeInfo", "symbols", "symbol")]
    [InlineData(ExchangeVenue.Binance, "/fapi/v1/exchangeInfo", "symbols", "symbol")]
    [InlineData(ExchangeVenue.Deribit, "/api/v2/public/get_instruments?currency=any", "result", "instrument_name")]
    public async Task The_instruments_are_those_that_can_be_subscribed(ExchangeVenue venue, string address, string list, string name)
    {
        var options = new ExchangeSimulatorOptions { Venue = venue };
        await using var exchange = await ExchangeSimulator.StartAsync(options);

        Assert.Equal(options.Symbols, Names(await GetAsync(exchange, address), list, name));
    }

    [Theory]
    [InlineData("SPOT")]
    [InlineData("SWAP")]
    [InlineData("FUTURES")]
    public async Task Okx_lists_its_instruments_by_type(string type)
    {
        var options = new ExchangeSimulatorOptions { Venue = ExchangeVenue.Okx };
        await using var exchange = await ExchangeSimulator.StartAsync(options);
        var expected = options.Symbols.Where(symbol => symbol.EndsWith("-SWAP", StringComparison.Ordinal) ? type == "SWAP" : type == "SPOT");

        Assert.Equal(expected, Names(await GetAsync(exchange, $"/api/v5/public/instruments?instType={type}"), "data", "instId"));
    }

    [Theory]
    [InlineData(ExchangeVenue.Bybit, "/v5/market/time", "time")]
    [InlineData(ExchangeVenue.Binance, "/api/v3/time", "serverTime")]
    [InlineData(ExchangeVenue.Binance, "/fapi/v1/time", "serverTime")]
    [InlineData(ExchangeVenue.Deribit, "/api/v2/public/get_time", "result")]
    public async Task The_time_is_that_of_the_exchange(ExchangeVenue venue, string address, string name)
    {
        await using var exchange = await ExchangeSimulator.StartAsync(new ExchangeSimulatorOptions { Venue = venue });

        var told = DateTimeOffset.FromUnixTimeMilliseconds((await GetAsync(exchange, address)).GetProperty(name).GetInt64());

        Assert.InRange(DateTimeOffset.UtcNow - told, TimeSpan.FromSeconds(-30), TimeSpan.FromSeconds(30));
    }

    [Fact]
    public async Task The_depth_of_Binance_is_what_the_changes_of_the_book_apply_to()
    {
        await using var exchange = await ExchangeSimulator.StartAsync(new ExchangeSimulatorOptions { Venue = ExchangeVenue.Binance, UpdatesPerSecond = 200 });
        await using var client = await TestClient.ConnectAsync(exchange.Url);
        await client.SendAsync("""{"method":"SUBSCRIBE","params":["btcusdt@depth@100ms"],"id":1}""");
        await client.ReceiveJsonAsync(message => message.TryGetProperty("data", out _));

        var snapshot = (await GetAsync(exchange, "/api/v3/depth?symbol=BTCUSDT&limit=1000")).GetProperty("lastUpdateId").GetInt64();

        var next = await client.ReceiveJsonAsync(message => message.GetProperty("data").GetProperty("u").GetInt64() > snapshot);
        Assert.Equal(snapshot + 1, next.GetProperty("data").GetProperty("U").GetInt64());
    }

    [Theory]
    [InlineData(ExchangeVenue.Bybit, "/api/v3/exchangeInfo")]
    [InlineData(ExchangeVenue.Binance, "/api/v3/depth?symbol=NOSUCH")]
    [InlineData(ExchangeVenue.Deribit, "/")]
    public async Task What_is_not_served_is_answered_as_a_request_that_should_have_been_an_upgrade(ExchangeVenue venue, string address)
    {
        await using var exchange = await ExchangeSimulator.StartAsync(new ExchangeSimulatorOptions { Venue = venue });

        using var answer = await _http.GetAsync(AddressOf(exchange, address));

        Assert.Equal(HttpStatusCode.UpgradeRequired, answer.StatusCode);
    }

    public void Dispose() => _http.Dispose();

    private static Uri AddressOf(ExchangeSimulator exchange, string address) => new($"http://{exchange.Url.Authority}{address}");

    private static IEnumerable<string> Names(JsonElement answer, string list, string name)
    {
        foreach (var part in list.Split('.'))
            answer = answer.GetProperty(part);
        return answer.EnumerateArray().Select(instrument => instrument.GetProperty(name).GetString()!);
    }

    private async Task<JsonElement> GetAsync(ExchangeSimulator exchange, string address)
    {
        using var answer = await _http.GetAsync(AddressOf(exchange, address));
        Assert.Equal((HttpStatusCode.OK, "application/json"), (answer.StatusCode, answer.Content.Headers.ContentType?.MediaType));
        return JsonElement.Parse(await answer.Content.ReadAsByteArrayAsync());
    }
}
