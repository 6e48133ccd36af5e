using System.Collections.Concurrent;
using System.Net;
using System.Text;
using AkkaWs.Wire.Tests.Support;

namespace AkkaWs.Exchanges.Tests;

/// <summary>Requests over HTTP that carry a key, through what sends them: the listen keys of Binance.</summary>
public sealed class SignedRestTests
{
    private const string Key = "s3cr3tApiKey";
    private const string Good = "HTTP/1.1 200 OK\r\nContent-Length: 19\r\n\r\n{\"listenKey\":\"abc\"}";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [Theory]
    [InlineData(301)]
    [InlineData(302)]
    [InlineData(303)]
    [InlineData(307)]
    [InlineData(308)]
    public async Task A_redirect_takes_no_key_to_another_origin(int status)
    {
        await using var other = Answering(_ => Good);
        await using var server = Answering(_ => $"HTTP/1.1 {status} Elsewhere\r\nLocation: http://127.0.0.1:{other.Port}/\r\nContent-Length: 0\r\n\r\n");
        await using var keys = Keys(server);

        var failure = await Assert.ThrowsAsync<HttpRequestException>(async () => await keys.GetAsync(default).AsTask().WaitAsync(Patience));

        Assert.Equal(status, (int?)failure.StatusCode);
        Assert.Contains("redirect", failure.Message, StringComparison.Ordinal);
        Assert.Equal((1, 0), (server.Accepted, other.Accepted));
    }

    [Fact]
    public async Task The_keep_alive_follows_no_redirect_either()
    {
        var seen = new ConcurrentQueue<string>();
        var twice = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var other = Answering(_ => Good);
        await using var server = Answering(request =>
        {
            seen.Enqueue(request.Split(' ')[0]);
            if (seen.Count == 3)
                twice.SetResult();
            return request.StartsWith("POST", StringComparison.Ordinal) ? Good : $"HTTP/1.1 307 Elsewhere\r\nLocation: http://127.0.0.1:{other.Port}/\r\nContent-Length: 0\r\n\r\n";
        });
        var clock = new ManualTime();
        await using var keys = Keys(server, clock: clock);
        await keys.GetAsync(default).AsTask().WaitAsync(Patience);

        clock.Advance(TimeSpan.FromMinutes(30));
        // A failed one is repeated a minute later: by then it is over.
        while (!twice.Task.IsCompleted)
        {
            clock.Advance(TimeSpan.FromSeconds(1));
            await Task.WhenAny(twice.Task, Task.Delay(10)).WaitAsync(Patience);
        }

        Assert.Equal(["POST", "PUT", "PUT"], seen);
        Assert.Equal(0, other.Accepted);
    }

    [Fact]
    public void A_handler_that_follows_redirects_is_refused()
    {
        using var following = new HttpClientHandler();
        using var inside = new Passing { InnerHandler = new SocketsHttpHandler() };
        using var staying = new Passing { InnerHandler = new SocketsHttpHandler { AllowAutoRedirect = false } };

        Assert.Equal("handler", Assert.Throws<ArgumentException>(() => Keys("https://example.com", following)).ParamName);
        Assert.Equal("handler", Assert.Throws<ArgumentException>(() => Keys("https://example.com", inside)).ParamName);
        Assert.NotNull(Keys("https://example.com", staying));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task An_answer_from_another_address_is_not_believed(bool inTheRequest)
    {
        using var handler = new Wandering(inTheRequest);
        await using var keys = Keys("https://example.com/", handler);

        var failure = await Assert.ThrowsAsync<HttpRequestException>(async () => await keys.GetAsync(default));

        Assert.Contains("another address", failure.Message, StringComparison.OrdinalIgnoreCase);
    }

    [Theory]
    [InlineData("http://api.example/", false)]
    [InlineData("ftp://127.0.0.1/", false)]
    [InlineData("http://127.0.0.1/", true)]
    [InlineData("https://api.example/", true)]
    public void A_key_is_sent_encrypted_or_to_this_machine(string url, bool isTaken)
    {
        if (isTaken)
            Assert.NotNull(Keys(url));
        else
            Assert.Equal("url", Assert.Throws<ArgumentException>(() => Keys(url)).ParamName);
    }

    [Theory]
    [InlineData("{\"listenKey\":\"\"}")]
    [InlineData("{\"listenKey\":\"a\\u0022,\\u0022b\"}")]
    [InlineData("{\"listenKey\":5}")]
    [InlineData("[]")]
    [InlineData("{")]
    public async Task An_answer_without_a_listen_key_is_refused(string body)
    {
        await using var server = Answering(_ => Ok(body));
        await using var keys = Keys(server);

        await Assert.ThrowsAsync<InvalidOperationException>(async () => await keys.GetAsync(default).AsTask().WaitAsync(Patience));
    }

    [Fact]
    public async Task An_answer_that_is_too_long_is_refused()
    {
        await using var server = Answering(_ => Ok("{\"listenKey\":\"abc\"}" + new string(' ', 64 * 1024)));
        await using var keys = Keys(server);

        var failure = await Assert.ThrowsAsync<HttpRequestException>(async () => await keys.GetAsync(default).AsTask().WaitAsync(Patience));

        Assert.Contains("more than 65536 bytes", failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData($"HTTP/1.1 401 {Key}\r\nContent-Length: 0\r\n\r\n")]
    [InlineData($"HTTP/1.1 401 No\r\nX-Key: {Key}\r\nContent-Length: 12\r\n\r\n{Key}")]
    [InlineData($"{Key}\r\n\r\n")]
    [InlineData($"HTTP/1.1 200 OK\r\n{Key}\r\n\r\n")]
    [InlineData($"HTTP/1.1 200 OK\r\nContent-Length: 12\r\n\r\n{Key}")]
    [InlineData($"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{Key}")]
    [InlineData("")]
    public async Task Nothing_of_the_key_is_in_what_is_thrown(string answer)
    {
        var seen = new ConcurrentQueue<string>();
        await using var server = Answering(request =>
        {
            seen.Enqueue(request);
            return answer;
        });
        await using var keys = Keys(server);

        var failure = await Assert.ThrowsAnyAsync<Exception>(async () => await keys.GetAsync(default).AsTask().WaitAsync(Patience));

        Assert.Contains(seen, request => request.Contains($"X-MBX-APIKEY: {Key}", StringComparison.Ordinal));
        Assert.DoesNotContain(Key, failure.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(Key + "\r\nX-Evil: 1")]
    [InlineData(Key + "é")]
    public async Task A_key_that_no_header_can_carry_is_not_shown(string key)
    {
        await using var keys = new BinanceListenKeys(BinanceMarket.UsdMargined, CredentialsProvider.Fixed(new ApiCredentials(key, "secret")));

        var failure = await Assert.ThrowsAsync<HttpRequestException>(async () => await keys.GetAsync(default));

        Assert.DoesNotContain(Key, failure.ToString(), StringComparison.Ordinal);
    }

    private static string Ok(string body) => $"HTTP/1.1 200 OK\r\nContent-Length: {body.Length}\r\n\r\n{body}";

    private static RawServer Answering(Func<string, string> answer) => new(async (_, stream) =>
        await stream.WriteAsync(Encoding.ASCII.GetBytes(answer(await RawServer.ReadRequestAsync(stream)))));

    private static BinanceListenKeys Keys(RawServer server, TimeProvider? clock = null) => Keys($"http://127.0.0.1:{server.Port}/", clock: clock);

    private static BinanceListenKeys Keys(string url, HttpMessageHandler? handler = null, TimeProvider? clock = null) =>
        new(BinanceMarket.UsdMargined, CredentialsProvider.Fixed(new ApiCredentials(Key, "secret")), handler, clock, new Uri(url));

    private sealed class Passing : DelegatingHandler;

    /// <summary>Followed a redirect, as one does that cannot be looked into.</summary>
    private sealed class Wandering(bool inTheRequest) : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var there = new Uri("https://evil.example/");
            if (inTheRequest)
                request.RequestUri = there;
            return Task.FromResult(new HttpResponseMessage(HttpStatusCode.OK)
            {
                RequestMessage = inTheRequest ? request : new HttpRequestMessage(HttpMethod.Post, there),
                Content = new StringContent("{\"listenKey\":\"abc\"}"),
            });
        }
    }
}
