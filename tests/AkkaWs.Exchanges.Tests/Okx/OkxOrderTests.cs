using System.Text.Json.Nodes;
using AkkaWs.Client;
using AkkaWs.Errors;
using AkkaWs.Messages;
using AkkaWs.Options;
using AkkaWs.Primitives;
using AkkaWs.Protocol;
using AkkaWs.Testing;

namespace AkkaWs.Exchanges.Tests;

/// <summary>OKX takes orders by the number of their instrument (https://www.okx.com/docs-v5/en/#order-book-trading-trade-ws-place-order).</summary>
public sealed class OkxOrderTests : SimulatedTest
{
    private const string Order = """{"op":"order","args":[{"instId":"BTC-USDT","side":"buy","tdMode":"cash","ordType":"limit","sz":"0.1","px":"30000"}]}""";

    private readonly OkxHandler _handler = new(OkxStream.Private, CredentialsProvider.Fixed(RightKey), instruments: new FixedCodes(("BTC-USDT", 10_458), ("ETH-USDT", 10_459)));

    protected override ExchangeVenue Venue => ExchangeVenue.Okx;

    protected override WebSocketClientOptions CreateOptions(string name) => Okx.CreateOptions(OkxStream.Private, name);

    internal override ProtocolHandler CreateHandler(ICredentialsProvider? credentials) => new OkxHandler(OkxStream.Private, credentials);

    [Theory]
    [InlineData("order")]
    [InlineData("batch-orders")]
    [InlineData("cancel-order")]
    [InlineData("batch-cancel-orders")]
    [InlineData("amend-order")]
    [InlineData("batch-amend-orders")]
    public void An_order_goes_out_by_the_number_of_its_instrument(string operation) => Assert.Equal(
        $$$"""{"id":"id1","op":"{{{operation}}}","args":[{"clOrdId":"mine","instIdCode":10458,"sz":"1"}]}""",
        Encode($$$"""{"op":"{{{operation}}}","args":[{"clOrdId":"mine","instId":"BTC-USDT","sz":"1"}]}"""));

    [Fact]
    public void Each_order_of_a_batch_goes_out_by_its_own_number() => Assert.Equal(
        """{"id":"id1","op":"batch-orders","args":[{"instIdCode":10458,"sz":"1"},{"sz":"2","instIdCode":10459},{"instIdCode":7}],"expTime":"1"}""",
        Encode("""{"op":"batch-orders","args":[{"instId":"BTC-USDT","sz":"1"},{"sz":"2","instId":"ETH-\u0055SDT"},{"instIdCode":7}],"expTime":"1"}"""));

    [Theory]
    [InlineData("""{"op":"order","args":[{"instId":"BTC-USDT","instIdCode":7}]}""")]
    [InlineData("""{"op":"order","args":[{"instIdCode":7,"instId":"NO-SUCH"}]}""")]
    [InlineData("""{"op":"mass-cancel","args":[{"instType":"OPTION","instFamily":"BTC-USD"}]}""")]
    [InlineData("""{"op":"sprd-order","args":[{"sprdId":"BTC-USDT_BTC-USDT-SWAP"}]}""")]
    [InlineData("""{"op":"order","args":[]}""")]
    [InlineData("""{"op":"order"}""")]
    [InlineData("""{"args":[{"instId":"BTC-USDT"}]}""")]
    public void A_number_that_the_caller_gives_and_every_other_request_stay_as_they_are(string payload) => Assert.Equal($$"""{"id":"id1",{{payload[1..]}}""", Encode(payload));

    [Fact]
    public async Task An_order_whose_number_is_not_known_is_refused_before_it_is_written()
    {
        await using var exchange = await StartAsync(updatesPerSecond: 0);
        await using var client = await ConnectAsync(exchange);

        var error = await Assert.ThrowsAsync<NotSentException>(() => client.RequestRawAsync(Request(Order), Ct));

        Assert.Equal("BTC-USDT", Assert.IsType<UnknownInstrumentException>(error.InnerException).Instrument);
        Assert.Equal(client.Name, error.Connection);
        Assert.All(["BTC-USDT", nameof(IInstrumentCodes), nameof(OkxInstrumentCodes), "instIdCode"], word => Assert.Contains(word, error.Message, StringComparison.Ordinal));
        Assert.DoesNotContain(Assert.Single(exchange.Connections).Received, message => message.Text.Contains("\"order\"", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Orders_go_by_the_numbers_that_the_channel_of_instruments_tells()
    {
        await using var exchange = await StartAsync(updatesPerSecond: 0);
        await using var market = await WebSocketClient.ConnectAsync(Sys, OptionsFor(exchange, "market"), new OkxHandler(OkxStream.Public), Ct);
        var codes = new OkxChannelCodes();
        await using var listed = await market.SubscribeAsync(
            [Okx.Instruments("SPOT"), Okx.Instruments("SWAP")],
            (message, _) =>
            {
                if (message is TopicUpdate update)
                    codes.Learn(update.Payload.Span);
                return default;
            },
            cancellationToken: Ct);
        // Its connect waits for the first list.
        await using var client = await WebSocketClient.ConnectAsync(
            Sys, OptionsFor(exchange, "orders"), new OkxHandler(OkxStream.Private, CredentialsProvider.Fixed(RightKey), instruments: codes), Ct);
        await AwaitAssertAsync(() => Assert.Equal(6, codes.Count), Deadline);

        var placed = await client.RequestRawAsync(Request(Order), Ct);
        var id = (string)JsonNode.Parse(placed.Result.Text())![0]!["ordId"]!;
        await client.RequestRawAsync(Request($$"""{"op":"amend-order","args":[{"instId":"BTC-USDT","ordId":"{{id}}","newPx":"29000"}]}"""), Ct);
        await client.RequestRawAsync(Request($$"""{"op":"cancel-order","args":[{"instId":"BTC-USDT","ordId":"{{id}}"}]}"""), Ct);
    }

    [Fact]
    public async Task An_order_of_which_OKX_says_that_it_timed_out_may_live_and_is_told_with_the_caller_s_own_id()
    {
        await using var server = await ScriptedServer.StartAsync(AnswerAsync, Ct);
        await using var client = await WebSocketClient.ConnectAsync(Sys, CreateOptions("timeout") with { Url = server.Url, Rates = new RateLimitOptions() }, _handler, Ct);

        var error = await Assert.ThrowsAsync<SentOutcomeUnknownException>(
            () => client.RequestRawAsync(Request("""{"op":"order","args":[{"instId":"BTC-USDT","clOrdId":"mine17","side":"buy","tdMode":"cash","ordType":"market","sz":"0.1"}]}"""), Ct));

        Assert.Equal(("51149", "mine17"), (error.Code, error.ClientOrderId));

        static async Task AnswerAsync(ScriptedConnection connection, CancellationToken cancellationToken)
        {
            while (await connection.ReceiveTextAsync(cancellationToken) is { } text)
            {
                var request = text == "ping" ? null : JsonNode.Parse(text)!;
                await connection.SendTextAsync(
                    request is null ? "pong"
                    : (string)request["op"]! == "login" ? """{"event":"login","code":"0","msg":"","connId":"a4d3ae55"}"""
                    : $$"""{"id":{{request["id"]!.ToJsonString()}},"op":"order","data":[{"ordId":"","sCode":"51149","sMsg":"Order timed out"}],"code":"1","msg":""}""",
                    cancellationToken);
            }
        }
    }

    [Fact]
    public async Task What_other_messages_tell_is_no_number()
    {
        var codes = new OkxChannelCodes();

        Assert.Equal(0, codes.Learn("""{"arg":{"channel":"tickers"},"data":[{"instId":"BTC-USDT"},{"instIdCode":7},{"instId":"","instIdCode":7},{"instId":"A","instIdCode":"x"},5]}"""u8));
        Assert.Equal(0, codes.Learn("pong"u8));
        Assert.False(codes.LoadAsync(Ct).AsTask().IsCompleted);
        Assert.Equal(1, codes.Learn("""{"arg":{"channel":"instruments","instType":"SPOT"},"data":[{"instId":"BTC-USDT","instIdCode":10458}]}"""u8));
        Assert.Equal((10_458, null), (codes.Find("BTC-USDT"), codes.Find("ETH-USDT")));
        await codes.LoadAsync(Ct);
    }

    [Theory]
    [InlineData("with-a-dash")]
    [InlineData("012345678901234567890123456789012")]
    public void An_id_that_OKX_does_not_take_is_refused_before_it_is_written(string id) =>
        Assert.Throws<ArgumentException>(() => _handler.EncodeRequest(new RequestId(id), "{}".Utf8()));

    private string Encode(string payload) => _handler.EncodeRequest("id1", payload.Utf8()).Text();
}
