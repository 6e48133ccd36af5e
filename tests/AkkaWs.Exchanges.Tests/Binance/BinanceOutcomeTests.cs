using System.Text.Json;
using AkkaWs.Client;
using AkkaWs.Errors;
using AkkaWs.Options;
using AkkaWs.Protocol;
using AkkaWs.Testing;

namespace AkkaWs.Exchanges.Tests;

/// <summary>What Binance answers to an order that it does not know the outcome of: a bot that sends such an order again doubles its position.</summary>
public sealed class BinanceOutcomeTests : SimulatedTest
{
    private const string Order = """{"method":"order.place","params":{"symbol":"BTCUSDT","side":"BUY","type":"MARKET","quantity":"0.1","newClientOrderId":"mine-7"}}""";

    protected override ExchangeVenue Venue => ExchangeVenue.Binance;

    protected override WebSocketClientOptions CreateOptions(string name) => Binance.CreateApiOptions(BinanceMarket.Spot, name);

    internal override ProtocolHandler CreateHandler(ICredentialsProvider? credentials) => new BinanceApiHandler(credentials!);

    [Theory]
    [InlineData(500, -1000, "An unknown error occurred while processing the request.")]
    [InlineData(503, -1008, "Server is currently overloaded with other requests. Please try again in a few minutes.")]
    [InlineData(504, -1007, "Timeout waiting for response from backend server. Send status unknown; execution status unknown.")]
    [InlineData(400, -1007, "Timeout waiting for response from backend server. Send status unknown; execution status unknown.")]
    [InlineData(400, -1006, "An unexpected response was received from the message bus. Execution status unknown.")]
    [InlineData(409, -2022, "Order cancel-replace failed.")]
    public async Task An_order_whose_outcome_Binance_does_not_know_is_not_told_as_refused(int status, int code, string words)
    {
        var error = await Assert.ThrowsAsync<SentOutcomeUnknownException>(() => OrderAsync($$"""{"code":{{code}},"msg":"{{words}}"}""", status));

        Assert.Equal(($"{code}", "mine-7"), (error.Code, error.ClientOrderId));
        Assert.Contains(words, error.Reason.Description, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(400, -2010, "Account has insufficient balance for requested action.")]
    [InlineData(400, -2022, "Order cancel-replace failed.")]
    [InlineData(401, -2015, "Invalid API-key, IP, or permissions for action.")]
    [InlineData(403, -1003, "Too many requests.")]
    [InlineData(429, -1015, "Too many new orders; current limit is 50 orders per 10 SECOND.")]
    public async Task An_order_that_Binance_refuses_is_told_as_refused(int status, int code, string words)
    {
        var error = await Assert.ThrowsAsync<ServerErrorException>(() => OrderAsync($$"""{"code":{{code}},"msg":"{{words}}"}""", status));

        Assert.Equal(($"{code}", words), (error.Code, error.Description));
    }

    [Theory]
    [InlineData("/ws-fapi/v1", 503, -1008, "Request throttled by system-level protection. Reduce-only/close-position orders are exempt. Please try again.")]
    [InlineData("/ws-dapi/v1", 429, -1008, "Request throttled by system-level protection. Reduce-only/close-position orders are exempt. Please try again.")]
    [InlineData("/ws-fapi/v1", 503, -1000, "Service Unavailable.")]
    public async Task An_order_of_futures_that_a_busy_system_did_not_take_is_told_as_refused(string path, int status, int code, string words)
    {
        var error = await Assert.ThrowsAsync<ServerErrorException>(() => OrderAsync($$"""{"code":{{code}},"msg":"{{words}}"}""", status, path));

        Assert.Equal(($"{code}", words), (error.Code, error.Description));
    }

    [Theory]
    [InlineData("/ws-fapi/v1", 503, -1000, "Unknown error, please check your request or try again later.")]
    [InlineData("/ws-fapi/v1", 500, -1000, "Service Unavailable.")]
    [InlineData("/ws-dapi/v1", 503, -1007, "Timeout waiting for response from backend server. Send status unknown; execution status unknown.")]
    [InlineData("/ws-api/v3", 503, -1000, "Service Unavailable.")]
    public async Task An_order_that_only_looks_like_one_that_was_not_taken_stays_open(string path, int status, int code, string words)
    {
        var error = await Assert.ThrowsAsync<SentOutcomeUnknownException>(() => OrderAsync($$"""{"code":{{code}},"msg":"{{words}}"}""", status, path));

        Assert.Equal($"{code}", error.Code);
    }

    [Fact]
    public async Task What_Binance_says_about_each_half_of_a_cancel_replace_is_in_the_error_and_not_in_its_words()
    {
        const string Halves = """{"cancelResult":"SUCCESS","newOrderResult":"FAILURE","newOrderResponse":{"code":-2010,"msg":"insufficient balance"}}""";

        var error = await Assert.ThrowsAsync<SentOutcomeUnknownException>(
            () => OrderAsync($$"""{"code":-2021,"msg":"Order cancel-replace partially failed.","data":{{Halves}}}""", 409));

        Assert.Equal(Halves, error.ErrorData.Text());
        Assert.DoesNotContain("cancelResult", error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_error_without_data_has_none()
    {
        var error = await Assert.ThrowsAsync<SentOutcomeUnknownException>(() => OrderAsync("""{"code":-1007,"msg":"Timeout"}""", 504));

        Assert.True(error.ErrorData.IsEmpty);
    }

    [Fact]
    public void A_status_alone_leaves_the_outcome_open_as_well()
    {
        var verdict = CreateHandler(CredentialsProvider.Fixed(RightKey)).ReadResponse("""{"id":"1","status":503}""".Utf8());

        Assert.Equal((true, "503"), (verdict.IsOutcomeUnknown, verdict.ErrorCode));
    }

    private async Task OrderAsync(string error, int status, string path = "/ws-api/v3")
    {
        await using var server = await ScriptedServer.StartAsync(
            async (connection, ct) =>
            {
                var id = JsonDocument.Parse((await connection.ReceiveTextAsync(ct))!).RootElement.GetProperty("id").GetString();
                await connection.SendTextAsync($$"""{"id":"{{id}}","status":{{status}},"error":{{error}},"rateLimits":[]}""", ct);
                await connection.UntilClosedAsync(ct);
            },
            Ct);
        var options = CreateOptions("outcome") with { Url = new Uri(server.Url, path), Rates = new RateLimitOptions() };
        await using var client = await WebSocketClient.ConnectAsync(Sys, options, CreateHandler(CredentialsProvider.Fixed(RightKey)), Ct);

        await client.RequestRawAsync(Request(Order), Ct);
    }
}
