using System.Collections.Concurrent;
using System.Text;
using AkkaWs.Protocol;
using AkkaWs.Wire.Tests.Support;

namespace AkkaWs.Exchanges.Tests;

/// <summary>The numbers of instruments over HTTP (https://www.okx.com/docs-v5/en/#public-data-rest-api-get-instruments).</summary>
public sealed class OkxInstrumentCodesTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static readonly string[] Spot = ["SPOT"];

    private readonly ConcurrentQueue<string> _asked = new();
    private readonly ManualTime _clock = new();

    [Fact]
    public async Task They_are_there_before_a_connection_is_made()
    {
        await using var server = Answering(request => request.Contains("instType=SPOT", StringComparison.Ordinal) ? Listing("BTC-USDT", 10_458) : Listing("BTC-USDT-SWAP", 10_459));
        var codes = Codes(server, ["SPOT", "SWAP", "SPOT"]);
        var handler = new OkxHandler(OkxStream.Private, CredentialsProvider.Fixed(new ApiCredentials("key", "secret", "words")), instruments: codes);
        var endpoint = new ConnectionEndpoint(new Uri("wss://example.com"), []);

        Assert.Same(endpoint, await handler.GetEndpointAsync(endpoint, default).AsTask().WaitAsync(Patience));

        Assert.Equal((10_458, 10_459, null), (codes.Find("BTC-USDT"), codes.Find("BTC-USDT-SWAP"), codes.Find("NO-SUCH")));
        Assert.Equal(["GET /?instType=SPOT HTTP/1.1", "GET /?instType=SWAP HTTP/1.1"], _asked.Take(2).Select(Line).Order());
        Assert.DoesNotContain(_asked, request => request.Contains("x-simulated-trading", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Those_of_demo_trading_are_asked_for_as_such()
    {
        await using var server = Answering(_ => Listing("BTC-USDT", 10_458));

        await Codes(server, Spot, OkxHost.EeaDemo).LoadAsync(default).AsTask().WaitAsync(Patience);

        Assert.Contains("x-simulated-trading: 1\r\n", Assert.Single(_asked), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n", typeof(HttpRequestException))]
    [InlineData("HTTP/1.1 302 Elsewhere\r\nLocation: http://127.0.0.1/\r\nContent-Length: 0\r\n\r\n", typeof(HttpRequestException))]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}", typeof(InvalidOperationException))]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 34\r\n\r\n{\"code\":\"50011\",\"msg\":\"\",\"data\":[]}", typeof(InvalidOperationException))]
    public async Task Without_a_number_the_attempt_fails_and_the_next_one_asks_again(string answer, Type error)
    {
        var isBack = false;
        await using var server = Answering(_ => isBack ? Listing("BTC-USDT", 10_458) : answer);
        var codes = Codes(server, Spot);

        await Assert.ThrowsAsync(error, () => codes.LoadAsync(default).AsTask().WaitAsync(Patience));
        isBack = true;
        await codes.LoadAsync(default).AsTask().WaitAsync(Patience);

        Assert.Equal(10_458, codes.Find("BTC-USDT"));
    }

    [Fact]
    public async Task One_list_serves_all_who_wait_for_it()
    {
        var released = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var server = new RawServer(async (_, stream) =>
        {
            _asked.Enqueue(await RawServer.ReadRequestAsync(stream));
            await released.Task;
            await stream.WriteAsync(Encoding.ASCII.GetBytes(Listing("BTC-USDT", 10_458)));
        });
        var codes = Codes(server, Spot);
        using var given = new CancellationTokenSource();
        var (first, second, third) = (codes.LoadAsync(default).AsTask(), codes.LoadAsync(default).AsTask(), codes.LoadAsync(given.Token).AsTask());

        await given.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => third.WaitAsync(Patience));
        released.SetResult();
        await Task.WhenAll(first, second).WaitAsync(Patience);

        Assert.Single(_asked);
    }

    [Fact]
    public async Task Once_there_they_hold_no_connection_up_and_serve_on_while_OKX_is_away()
    {
        var isAway = false;
        await using var server = Answering(_ => isAway ? "HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n" : Listing("BTC-USDT", 10_458));
        var codes = Codes(server, Spot);
        await codes.LoadAsync(default).AsTask().WaitAsync(Patience);
        isAway = true;

        _clock.Advance(TimeSpan.FromMinutes(59));
        Assert.True(codes.LoadAsync(default).AsTask().IsCompletedSuccessfully);
        Assert.Single(_asked);
        _clock.Advance(TimeSpan.FromMinutes(1));
        Assert.True(codes.LoadAsync(default).AsTask().IsCompletedSuccessfully);

        await AskedAsync(2);
        Assert.Equal(10_458, codes.Find("BTC-USDT"));
    }

    [Theory]
    [InlineData("{\"code\":\"50011\",\"msg\":\"Too many requests\",\"data\":[]}")]
    [InlineData("{\"code\":\"50026\",\"msg\":\"System error\",\"data\":[]}")]
    [InlineData("{\"data\":[]}")]
    [InlineData("<html>Busy</html>")]
    public async Task A_list_that_is_answered_with_an_error_takes_no_number_away(string answer)
    {
        var isAway = false;
        await using var server = Answering(request => request.Contains("instType=SPOT", StringComparison.Ordinal) ? Listing("BTC-USDT", 10_458)
            : isAway ? Ok(answer) : Listing("BTC-USDT-SWAP", 10_459));
        var codes = Codes(server, ["SPOT", "SWAP"]);
        await codes.LoadAsync(default).AsTask().WaitAsync(Patience);
        isAway = true;

        await RefreshAsync(codes, 4);
        await RefreshAsync(codes, 6); // begins when the one before has ended

        Assert.Equal((10_458, 10_459), (codes.Find("BTC-USDT"), codes.Find("BTC-USDT-SWAP")));
    }

    [Fact]
    public async Task The_first_list_that_is_answered_with_an_error_is_named()
    {
        await using var server = Answering(request =>
            request.Contains("instType=SPOT", StringComparison.Ordinal) ? Listing("BTC-USDT", 10_458) : Ok("{\"code\":\"50011\",\"msg\":\"Too many requests\",\"data\":[]}"));

        var error = await Assert.ThrowsAsync<InvalidOperationException>(() => Codes(server, ["SPOT", "SWAP"]).LoadAsync(default).AsTask().WaitAsync(Patience));

        Assert.Equal("OKX gave no list of the type SWAP (code 50011).", error.Message);
    }

    [Fact]
    public async Task A_type_of_which_OKX_lists_nothing_is_no_error()
    {
        await using var server = Answering(request =>
            request.Contains("instType=SPOT", StringComparison.Ordinal) ? Listing("BTC-USDT", 10_458) : Ok("{\"code\":\"0\",\"data\":[],\"msg\":\"\"}"));
        var codes = Codes(server, ["SPOT", "SWAP"]);

        await codes.LoadAsync(default).AsTask().WaitAsync(Patience);

        Assert.Equal(10_458, codes.Find("BTC-USDT"));
    }

    [Fact]
    public async Task An_instrument_that_is_listed_no_more_keeps_its_number_until_another_one_has_it()
    {
        var listed = Listing("OLD-USDT", 10_400);
        await using var server = Answering(_ => listed);
        var codes = Codes(server, Spot);
        await codes.LoadAsync(default).AsTask().WaitAsync(Patience);

        listed = Listing("BTC-USDT", 10_458);
        await RefreshAsync(codes, 2);
        await FoundAsync(codes, "BTC-USDT", 10_458);
        Assert.Equal(10_400, codes.Find("OLD-USDT"));

        listed = Listing("NEW-USDT", 10_400);
        await RefreshAsync(codes, 3);
        await FoundAsync(codes, "NEW-USDT", 10_400);
        Assert.Equal((10_458, null), (codes.Find("BTC-USDT"), codes.Find("OLD-USDT")));
    }

    [Fact]
    public async Task An_instrument_that_is_not_known_is_looked_for_at_most_every_30_s()
    {
        var listed = Listing("BTC-USDT", 10_458);
        await using var server = Answering(_ => listed);
        var codes = Codes(server, Spot);
        await codes.LoadAsync(default).AsTask().WaitAsync(Patience);
        listed = Listing("NEW-USDT", 10_500);

        Assert.Null(codes.Find("NEW-USDT"));
        Assert.Single(_asked);
        _clock.Advance(TimeSpan.FromSeconds(30));
        Assert.Null(codes.Find("NEW-USDT"));

        using var deadline = new CancellationTokenSource(Patience);
        while (codes.Find("NEW-USDT") is null)
            await Task.Delay(10, deadline.Token);
        Assert.Equal((10_500, 2), (codes.Find("NEW-USDT"), _asked.Count));
    }

    [Fact]
    public async Task An_order_by_numbers_of_an_hour_ago_goes_and_brings_new_ones()
    {
        var listed = Listing("BTC-USDT", 10_458);
        await using var server = Answering(_ => listed);
        var codes = Codes(server, Spot);
        await codes.LoadAsync(default).AsTask().WaitAsync(Patience);
        listed = Listing("BTC-USDT", 10_900);

        _clock.Advance(TimeSpan.FromMinutes(59));
        Assert.Equal(10_458, codes.Find("BTC-USDT"));
        Assert.Single(_asked);
        _clock.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(10_458, codes.Find("BTC-USDT"));

        await FoundAsync(codes, "BTC-USDT", 10_900);
        Assert.Equal(2, _asked.Count);
    }

    [Theory]
    [InlineData("""{"id":"1","op":"order","code":"1","msg":"","data":[{"ordId":"","sCode":"51001","sMsg":"Instrument ID doesn't exist"}]}""")]
    [InlineData("""{"id":"1","op":"batch-orders","code":"2","msg":"","data":[{"ordId":"7","sCode":"0","sMsg":""},{"ordId":"","sCode":"51001","sMsg":""}]}""")]
    public async Task A_number_that_OKX_does_not_know_is_looked_for_at_most_every_30_s(string answer)
    {
        var listed = Listing("BTC-USDT", 10_458);
        await using var server = Answering(_ => listed);
        var codes = Codes(server, Spot);
        var handler = new OkxHandler(OkxStream.Private, CredentialsProvider.Fixed(new ApiCredentials("key", "secret", "words")), instruments: codes);
        await codes.LoadAsync(default).AsTask().WaitAsync(Patience);
        listed = Listing("BTC-USDT", 10_900);

        handler.ReadResponse(answer.Utf8());
        Assert.Equal((1, 10_458), (_asked.Count, codes.Find("BTC-USDT")));
        _clock.Advance(TimeSpan.FromSeconds(30));
        handler.ReadResponse("""{"id":"1","op":"order","code":"1","msg":"","data":[{"ordId":"","sCode":"51008","sMsg":"Insufficient balance"}]}""".Utf8());
        Assert.Single(_asked);
        handler.ReadResponse(answer.Utf8());

        await FoundAsync(codes, "BTC-USDT", 10_900);
        Assert.Equal(2, _asked.Count);
    }

    [Fact]
    public async Task A_list_may_be_long()
    {
        var many = string.Join(',', Enumerable.Range(0, 4_000).Select(number => $$"""{"instId":"COIN{{number}}-USDT","instIdCode":{{number}},"lotSz":"0.00000001","tickSz":"0.1"}"""));
        await using var server = Answering(_ => Ok($$"""{"code":"0","data":[{{many}}],"msg":""}"""));
        var codes = Codes(server, Spot);

        await codes.LoadAsync(default).AsTask().WaitAsync(Patience);

        Assert.Equal((4_000, 3_999), (codes.Count, codes.Find("COIN3999-USDT")));
    }

    [Fact]
    public void What_cannot_be_asked_is_refused()
    {
        using var following = new HttpClientHandler();

        Assert.Throws<ArgumentException>(() => new OkxInstrumentCodes([]));
        Assert.Throws<ArgumentException>(() => new OkxInstrumentCodes([" "]));
        Assert.Throws<ArgumentException>(() => new OkxInstrumentCodes(url: new Uri("http://example.com/")));
        Assert.Throws<ArgumentException>(() => new OkxInstrumentCodes(handler: following));
        Assert.Throws<ArgumentOutOfRangeException>(() => new OkxInstrumentCodes(host: (OkxHost)99));
        Assert.NotNull(new OkxInstrumentCodes());
    }

    private OkxInstrumentCodes Codes(RawServer server, IReadOnlyList<string> types, OkxHost host = OkxHost.Global) =>
        new(types, host, clock: _clock, url: new Uri($"http://127.0.0.1:{server.Port}/"));

    private RawServer Answering(Func<string, string> answer) => new(async (_, stream) =>
    {
        var request = await RawServer.ReadRequestAsync(stream);
        _asked.Enqueue(request);
        await stream.WriteAsync(Encoding.ASCII.GetBytes(answer(request)));
    });

    private async Task AskedAsync(int times)
    {
        using var deadline = new CancellationTokenSource(Patience);
        while (_asked.Count < times)
            await Task.Delay(10, deadline.Token);
    }

    // No request is under way whose time could be up when the clock moves.
    private async Task RefreshAsync(OkxInstrumentCodes codes, int asked)
    {
        using var deadline = new CancellationTokenSource(Patience);
        while (_clock.Timers > 0)
            await Task.Delay(10, deadline.Token);
        _clock.Advance(TimeSpan.FromHours(1));
        while (_asked.Count < asked)
        {
            await codes.LoadAsync(default);
            await Task.Delay(10, deadline.Token);
        }
    }

    private static async Task FoundAsync(OkxInstrumentCodes codes, string instrument, long code)
    {
        using var deadline = new CancellationTokenSource(Patience);
        while (codes.Find(instrument) != code)
            await Task.Delay(10, deadline.Token);
    }

    private static string Line(string request) => request[..request.IndexOf('\r', StringComparison.Ordinal)];

    private static string Listing(string instrument, long code) => Ok($$$"""{"code":"0","data":[{"instId":"{{{instrument}}}","instIdCode":{{{code}}}}],"msg":""}""");

    private static string Ok(string body) => $"HTTP/1.1 200 OK\r\nContent-Length: {body.Length}\r\n\r\n{body}";
}
