using System.Collections.Concurrent;
using System.Text;
using AkkaWs.Client;
using AkkaWs.Errors;
using AkkaWs.Messages;
using AkkaWs.Options;
using AkkaWs.Protocol;
using AkkaWs.Testing;
using AkkaWs.Wire.Tests.Support;

namespace AkkaWs.Exchanges.Tests;

/// <summary>A connection that needs a listen key, whose address for these sends it elsewhere: neither the API key nor a listen key goes there, and none comes from there.</summary>
public sealed class ListenKeyRedirectTests : SimulatedTest
{
    private const string ApiKey = "s3ntinelApiKey";
    private const string ListenKey = "s3ntinelListenKey0001";
    private const string TheirKey = "keyOfAnotherHost0002";

    private readonly ConcurrentQueue<string> _asked = new();

    protected override ExchangeVenue Venue => ExchangeVenue.Binance;

    protected override WebSocketClientOptions CreateOptions(string name) => Binance.CreateOptions(BinanceMarket.UsdMargined, name);

    internal override ProtocolHandler CreateHandler(ICredentialsProvider? credentials) => throw new NotSupportedException();

    [Theory]
    [InlineData(301)]
    [InlineData(302)]
    [InlineData(303)]
    [InlineData(307)]
    [InlineData(308)]
    public async Task A_connection_whose_listen_key_is_redirected_fails_and_says_why(int status)
    {
        await using var other = Answering(_ => Key(TheirKey));
        await using var rest = Answering(_ => Redirect(status, other));
        await using var exchange = await StartAsync(updatesPerSecond: 0);
        await using var keys = Keys(rest);
        var options = OptionsFor(exchange, "redirected") with { Reconnect = new ReconnectOptions { MaxAttempts = 0 } };

        var failure = await Assert.ThrowsAsync<ConnectionFailedException>(() => WebSocketClient.ConnectAsync(Sys, options, new BinanceStreamsHandler(keys), Ct));

        Assert.Equal(ErrorClass.EndpointUnavailable, failure.Reason.Class);
        Assert.Contains($"HTTP {status}", failure.Reason.Description, StringComparison.Ordinal);
        Assert.Contains("redirect", failure.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain(ApiKey, failure.ToString(), StringComparison.Ordinal);
        Assert.Contains(_asked, request => request.Contains(ApiKey, StringComparison.Ordinal));
        Assert.Equal((0, 0), (other.Accepted, exchange.ConnectionHistory.Count));
    }

    [Fact]
    public async Task A_connection_waits_while_its_next_listen_key_is_redirected_and_takes_none_from_there()
    {
        var isRedirected = false;
        await using var other = Answering(_ => Key(TheirKey));
        await using var rest = Answering(_ => Volatile.Read(ref isRedirected) ? Redirect(307, other) : Key(ListenKey));
        await using var exchange = await StartAsync(updatesPerSecond: 0);
        await using var keys = Keys(rest);
        await using var client = await WebSocketClient.ConnectAsync(Sys, OptionsFor(exchange, "renewed"), new BinanceStreamsHandler(keys), Ct);
        await using var account = await client.SubscribeAsync(Binance.UserData, Ct);
        Volatile.Write(ref isRedirected, true);
        var refused = NextAsync<Reconnecting>(client, again => again.Reason.Class == ErrorClass.EndpointUnavailable);

        await exchange.DropAllAsync();

        Assert.Contains("HTTP 307", (await refused).Reason.Description, StringComparison.Ordinal);
        Volatile.Write(ref isRedirected, false);
        await exchange.WaitForSubscriptionAsync(ListenKey, Deadline, Ct);
        Assert.Equal(0, other.Accepted);
        var sent = exchange.ConnectionHistory.SelectMany(connection => connection.Received).Select(message => message.Text).ToList();
        Assert.Equal(2, sent.Count(text => text.Contains(ListenKey, StringComparison.Ordinal)));
        Assert.DoesNotContain(sent, text => text.Contains(TheirKey, StringComparison.Ordinal) || text.Contains(ApiKey, StringComparison.Ordinal));
    }

    private static string Key(string key) => Answer("200 OK", "", $"{{\"listenKey\":\"{key}\"}}");

    private static string Redirect(int status, RawServer to) => Answer($"{status} Elsewhere", $"Location: http://127.0.0.1:{to.Port}/\r\n", "");

    private static string Answer(string status, string headers, string body) => $"HTTP/1.1 {status}\r\n{headers}Content-Length: {body.Length}\r\n\r\n{body}";

    private static BinanceListenKeys Keys(RawServer rest) =>
        new(BinanceMarket.UsdMargined, CredentialsProvider.Fixed(new ApiCredentials(ApiKey, "secret")), url: new Uri($"http://127.0.0.1:{rest.Port}/"));

    private RawServer Answering(Func<string, string> answer) => new(async (_, stream) =>
    {
        var request = await RawServer.ReadRequestAsync(stream);
        _asked.Enqueue(request);
        await stream.WriteAsync(Encoding.ASCII.GetBytes(answer(request)));
    });
}
