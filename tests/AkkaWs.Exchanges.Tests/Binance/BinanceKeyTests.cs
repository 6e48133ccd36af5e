using AkkaWs.Client;
using AkkaWs.Errors;
using AkkaWs.Options;
using AkkaWs.Protocol;
using AkkaWs.Testing;

namespace AkkaWs.Exchanges.Tests;

/// <summary>Binance's API with keys whose public half the simulator knows: what is signed right is taken, and a session logs on by Ed25519 alone.</summary>
public sealed class BinanceKeyTests : SimulatedTest
{
    private const string Order =
        """{"method":"order.place","params":{"symbol":"BTCUSDT","side":"BUY","type":"LIMIT","timeInForce":"GTC","quantity":"0.1","price":"30000"}}""";

    protected override ExchangeVenue Venue => ExchangeVenue.Binance;

    protected override WebSocketClientOptions CreateOptions(string name) => Binance.CreateApiOptions(BinanceMarket.Spot, name);

    internal override ProtocolHandler CreateHandler(ICredentialsProvider? credentials) => new BinanceApiHandler(credentials!);

    [Theory]
    [InlineData("RSA")]
    [InlineData("Ed25519")]
    public async Task An_order_signed_by_the_right_key_is_taken_and_one_by_another_key_is_refused(string kind)
    {
        var (right, other) = (SigningKey.Of(kind), SigningKey.Of(kind));
        await using var exchange = await StartAsync(right);
        await using var ours = await ConnectAsync(exchange, right, "ours");
        await using var theirs = await ConnectAsync(exchange, other, "theirs");

        var placed = await ours.RequestRawAsync(Request(Order), Ct);
        var refused = await Assert.ThrowsAsync<ServerErrorException>(() => theirs.RequestRawAsync(Request(Order), Ct));

        Assert.Contains("\"orderId\":", placed.Result.Text(), StringComparison.Ordinal);
        Assert.Equal("-1022", refused.Code);
    }

    [Fact]
    public async Task A_signature_over_numbers_and_truth_values_is_taken_as_they_are_written()
    {
        var key = SigningKey.Ed25519();
        await using var exchange = await StartAsync(key);
        await using var client = await ConnectAsync(exchange, key, "values");

        var placed = await client.RequestRawAsync(Request(Order.Replace("\"0.1\"", "0.10,\"returnRateLimits\":false", StringComparison.Ordinal)), Ct);

        Assert.Contains("\"orderId\":", placed.Result.Text(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_Ed25519_key_logs_on_and_the_session_orders_without_a_signature_on_each_connection()
    {
        var key = SigningKey.Ed25519();
        await using var exchange = await StartAsync(key);
        await using var client = await ConnectAsync(exchange, key, "session", sessionLogon: true);
        await using var account = await client.SubscribeAsync(Binance.UserData, Ct);

        Assert.Contains("\"orderId\":", (await client.RequestRawAsync(Request(Order), Ct)).Result.Text(), StringComparison.Ordinal);
        await ReadInOrderAsync(account, 1);
        await exchange.DropAllAsync();
        await client.WaitUntilReadyAsync(Ct);
        await exchange.WaitForSubscriptionAsync(Binance.UserData.Value, Deadline, Ct);
        Assert.Contains("\"orderId\":", (await client.RequestRawAsync(Request(Order), Ct)).Result.Text(), StringComparison.Ordinal);

        var sent = exchange.ConnectionHistory.SelectMany(connection => connection.Received).Select(message => message.Text).ToList();
        Assert.All(sent, text => Assert.Equal(text.Contains("session.logon", StringComparison.Ordinal), text.Contains("signature", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task The_api_of_futures_verifies_keys_too()
    {
        var key = SigningKey.Ed25519();
        var options = new ExchangeSimulatorOptions { Venue = ExchangeVenue.BinanceUsdMargined, UpdatesPerSecond = 0, ApiPublicKey = key.PublicPem };
        await using var exchange = await ExchangeSimulator.StartAsync(options, Ct);
        await using var client = await ConnectAsync(exchange, key, "futures", sessionLogon: true, "/ws-fapi/v1");

        var placed = await client.RequestRawAsync(Request(Order), Ct);

        Assert.Contains("\"orderId\":", placed.Result.Text(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_logon_with_another_Ed25519_key_is_rejected()
    {
        await using var exchange = await StartAsync(SigningKey.Ed25519());

        var error = await Assert.ThrowsAsync<AuthenticationFailedException>(() => ConnectAsync(exchange, SigningKey.Ed25519(), "stranger", sessionLogon: true));

        Assert.Contains("-1022", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_logon_with_an_RSA_key_is_refused_even_if_it_is_signed_right()
    {
        var key = SigningKey.Rsa();
        await using var exchange = await StartAsync(key);

        var error = await Assert.ThrowsAsync<AuthenticationFailedException>(() => ConnectAsync(exchange, key, "rsa", sessionLogon: true));

        Assert.Contains("RSA API key is not supported. (code -4056)", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_logon_with_an_HMAC_key_is_refused_even_if_it_is_signed_right()
    {
        await using var exchange = await StartAsync(updatesPerSecond: 0);

        var error = await Assert.ThrowsAsync<AuthenticationFailedException>(() => ConnectAsync(exchange, key: null, "hmac", sessionLogon: true));

        Assert.Contains("HMAC_SHA256 API key is not supported. (code -4056)", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(ExchangeVenue.Bybit)]
    [InlineData(ExchangeVenue.Okx)]
    [InlineData(ExchangeVenue.Deribit)]
    public async Task A_public_key_for_a_venue_whose_logins_are_signed_with_a_secret_is_refused(ExchangeVenue venue)
    {
        var options = new ExchangeSimulatorOptions { Venue = venue, ApiPublicKey = SigningKey.Ed25519().PublicPem };

        var error = await Assert.ThrowsAsync<ArgumentException>(() => ExchangeSimulator.StartAsync(options, Ct));

        Assert.Contains(venue.ToString(), error.Message, StringComparison.Ordinal);
    }

    private Task<ExchangeSimulator> StartAsync(SigningKey key) =>
        ExchangeSimulator.StartAsync(new ExchangeSimulatorOptions { Venue = Venue, UpdatesPerSecond = 0, ApiPublicKey = key.PublicPem }, Ct);

    private Task<WebSocketClient> ConnectAsync(
        ExchangeSimulator exchange, SigningKey? key, string name, bool sessionLogon = false, string path = "/ws-api/v3")
    {
        var options = OptionsFor(exchange, name) with { Url = new Uri(exchange.Url, path) };
        return WebSocketClient.ConnectAsync(Sys, options, new BinanceApiHandler(CredentialsProvider.Fixed(RightKey), sessionLogon, key?.Sign), Ct);
    }
}
