using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Text.Json;
using Akka.Actor;
using Akka.Event;
using Akka.TestKit.Xunit2;
using AkkaWs.Client;
using AkkaWs.Errors;
using AkkaWs.Messages;
using AkkaWs.Options;
using AkkaWs.Primitives;
using AkkaWs.Protocol;
using AkkaWs.Testing;
using AkkaWs.TestSupport;

namespace AkkaWs.Exchanges.Tests;

/// <summary>Keys, secrets, passphrases, signatures and tokens of each exchange are in nothing that is logged, published or thrown, whatever is shown of payloads.</summary>
public sealed class VenueSentinelTests : TestKit
{
    private const string Key = "sentinel-key-4c1e";
    private const string Secret = "sentinel-secret-77b0";
    private const string Passphrase = "sentinel-words-e95d";
    private const string ListenKey = "Sentinel1a65sdf19v8a65a1a5s61cv6a81va65sdf19v8a65a1pqia91ma19a5s";

    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

    private readonly CancellationTokenSource _deadline = new(TimeSpan.FromSeconds(120));
    private readonly ConcurrentQueue<object> _told = new();

    public VenueSentinelTests()
        : base(TestHocon.Below("akka.loglevel = DEBUG\nakka.log-dead-letters = on\nakka.actor.debug { receive = on, autoreceive = on, lifecycle = on, event-stream = on, unhandled = on }"))
    {
        var listener = Sys.ActorOf(Props.Create(() => new Listener(_told)).WithDeploy(Deploy.Local));
        foreach (var channel in new[] { typeof(LogEvent), typeof(ConnectionEvent), typeof(AllDeadLetters), typeof(UnhandledMessage) })
            Sys.EventStream.Subscribe(listener, channel);
    }

    private CancellationToken Ct => _deadline.Token;

    [Theory]
    [InlineData("bybit", true)]
    [InlineData("bybit", false)]
    [InlineData("okx", true)]
    [InlineData("okx", false)]
    [InlineData("binance", true)]
    [InlineData("binance", false)]
    [InlineData("binance logon", true)]
    [InlineData("deribit", true)]
    [InlineData("deribit", false)]
    public async Task No_secret_is_told_by_an_exchanges_login_or_order(string name, bool logsPayloads)
    {
        var venue = Of(name);
        var simulated = new ExchangeSimulatorOptions
        {
            Venue = venue.Venue,
            UpdatesPerSecond = 0,
            ApiKey = Key,
            ApiSecret = Secret,
            ApiPassphrase = Passphrase,
            ApiPublicKey = venue.PublicKey,
        };
        await using var exchange = await ExchangeSimulator.StartAsync(simulated, Ct);
        var options = venue.Options with
        {
            Url = new Uri(exchange.Url, venue.Path),
            Reconnect = new ReconnectOptions { InitialDelay = TimeSpan.FromMilliseconds(20), MaxRejections = 0 },
            Rates = new RateLimitOptions(),
            Telemetry = new TelemetryOptions { LogPayloads = logsPayloads },
        };
        await using (var client = await WebSocketClient.ConnectAsync(Sys, options, venue.Handler(Secret), Ct))
        {
            await using var orders = await client.SubscribeAsync(venue.Topic, Ct);
            Tell(await client.RequestRawAsync(new Request(venue.Order.Utf8()), Ct));
            await exchange.DropAllAsync();
            await exchange.WaitForSubscriptionAsync(venue.Topic.Value, Deadline, Ct);
            await client.WaitUntilReadyAsync(Ct);
            if (venue.Handler(Secret) is { RequiresAuthentication: true } other)
                await RequestLoginAsync(exchange, client, (await other.BuildAuthenticationAsync(Ct)).Payload);
            Tell(await client.GetStatusAsync(Ct));
        }

        Tell(await Record.ExceptionAsync(async () =>
        {
            await using var wrong = await WebSocketClient.ConnectAsync(Sys, options with { Name = "wrong" }, venue.Handler(Secret + "-wrong"), Ct);
            await wrong.RequestRawAsync(new Request(venue.Order.Utf8()), Ct);
        }));

        Assert.Contains(_told, told => told is WebSocketClientException);
        var sent = WithKey(exchange);
        Assert.NotEmpty(sent);
        await AssertSilentAsync([Key, Secret, Passphrase, .. sent.SelectMany(Signatures)]);
    }

    [Theory]
    [InlineData(BinanceMarket.UsdMargined, true)]
    [InlineData(BinanceMarket.UsdMargined, false)]
    [InlineData(BinanceMarket.CoinMargined, true)]
    [InlineData(BinanceMarket.CoinMargined, false)]
    public async Task No_secret_is_told_of_a_listen_key(BinanceMarket market, bool logsPayloads)
    {
        var isRouted = market == BinanceMarket.UsdMargined;
        var (events, expiry) = isRouted ? ($"{ListenKey}@ORDER_TRADE_UPDATE", $"{ListenKey}@listenKeyExpired") : (ListenKey, ListenKey);
        using var figures = ListenToFigures();
        using var activities = ListenToActivities();
        await using var exchange = await ExchangeSimulator.StartAsync(
            new ExchangeSimulatorOptions { Venue = isRouted ? ExchangeVenue.BinanceUsdMargined : ExchangeVenue.Binance, UpdatesPerSecond = 0 }, Ct);
        var real = Binance.CreateOptions(market, "sentinel", isRouted ? BinanceRoute.Private : null);
        var options = real with
        {
            Url = new Uri(exchange.Url, real.Url.PathAndQuery),
            Reconnect = new ReconnectOptions { InitialDelay = TimeSpan.FromMilliseconds(20) },
            Rates = new RateLimitOptions(),
            Telemetry = new TelemetryOptions { LogPayloads = logsPayloads },
        };
        var handler = new BinanceStreamsHandler(new FixedListenKey());
        var endpoint = await handler.GetEndpointAsync(new ConnectionEndpoint(options.Url, []), Ct);
        Assert.Equal(isRouted, endpoint.Url.Query.Contains(ListenKey, StringComparison.Ordinal));
        Tell(endpoint);
        await using (var client = await WebSocketClient.ConnectAsync(Sys, options, handler, Ct))
        {
            await using var account = await client.SubscribeAsync(Binance.UserData, Ct);
            await exchange.WaitForSubscriptionAsync(events, Deadline, Ct);
            exchange.Publish(events, $$$$"""{"stream":"{{{{events}}}}","data":{"e":"ORDER_TRADE_UPDATE","E":1,"o":{"s":"BTCUSDT","i":8886774}}}""");
            await foreach (var update in account.WithCancellation(Ct))
            {
                Tell(update);
                break;
            }

            Tell(await client.RequestRawAsync(new Request("""{"method":"LIST_SUBSCRIPTIONS"}""".Utf8()), Ct));
            Tell(await Record.ExceptionAsync(() => client.RequestAsync<object, int>(new { method = "LIST_SUBSCRIPTIONS" }, cancellationToken: Ct)));
            exchange.RefuseConnections(System.Net.HttpStatusCode.BadGateway, times: 1);
            exchange.Publish(expiry, $$$$"""{"stream":"{{{{expiry}}}}","data":{"e":"listenKeyExpired","E":1,"listenKey":"{{{{ListenKey}}}}"}}""");
            await exchange.WaitForAsync(() => exchange.ConnectionHistory is [_, { Topics.Count: > 0 }], "the second connection", Deadline, Ct);
            await client.WaitUntilReadyAsync(Ct);
            await account.UnsubscribeAsync(Ct);
            Tell(await client.GetStatusAsync(Ct));
            Tell(await client.GetMetricsAsync(Ct));
        }

        await AssertSilentAsync([ListenKey]);
    }

    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);
        if (disposing)
            _deadline.Dispose();
    }

    // Its answer is none of a request's.
    private async Task RequestLoginAsync(ExchangeSimulator exchange, WebSocketClient client, ReadOnlyMemory<byte> login)
    {
        var before = WithKey(exchange).Length;
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(Ct);
        var request = client.RequestRawAsync(new Request(login), patience.Token);
        await AwaitAssertAsync(() => Assert.Equal(before + 1, WithKey(exchange).Length), Deadline);
        await patience.CancelAsync();
        Tell(await Record.ExceptionAsync(() => request));
    }

    private static string[] WithKey(ExchangeSimulator exchange) =>
        [.. exchange.ConnectionHistory.SelectMany(connection => connection.Received).Select(message => message.Text).Where(text => text.Contains(Key, StringComparison.Ordinal))];

    private MeterListener ListenToFigures()
    {
        var listener = new MeterListener { InstrumentPublished = (instrument, listener) => listener.EnableMeasurementEvents(instrument) };
        listener.SetMeasurementEventCallback<long>((instrument, _, tags, _) => Tell($"{instrument.Name} {string.Join(' ', tags.ToArray())}"));
        listener.SetMeasurementEventCallback<double>((instrument, _, tags, _) => Tell($"{instrument.Name} {string.Join(' ', tags.ToArray())}"));
        listener.Start();
        return listener;
    }

    private ActivityListener ListenToActivities()
    {
        var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == "AkkaWs",
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = activity => Tell(
                $"{activity.DisplayName} {activity.StatusDescription} {string.Join(' ', activity.TagObjects)} {string.Join(' ', activity.Events.SelectMany(happened => happened.Tags))}"),
        };
        ActivitySource.AddActivityListener(listener);
        return listener;
    }

    private void Tell(object? thing)
    {
        if (thing is not null)
            _told.Enqueue(thing);
    }

    private async Task AssertSilentAsync(string[] secrets)
    {
        await Sys.Terminate().WaitAsync(Deadline, Ct);
        Assert.Contains(_told, told => told is LogEvent);
        Assert.All(_told, told => Assert.All([$"{told}", $"{(told as LogEvent)?.Cause}"], text => Assert.All(secrets, secret => Assert.DoesNotContain(secret, text, StringComparison.OrdinalIgnoreCase))));
    }

    // Whatever long text stands beside the key in a message.
    private static IEnumerable<string> Signatures(string message) => Texts(JsonDocument.Parse(message).RootElement).Where(text => text.Length >= 40);

    private static IEnumerable<string> Texts(JsonElement json) => json.ValueKind switch
    {
        JsonValueKind.Object => json.EnumerateObject().SelectMany(property => Texts(property.Value)),
        JsonValueKind.Array => json.EnumerateArray().SelectMany(Texts),
        JsonValueKind.String => [json.GetString()!],
        _ => [],
    };

    private static VenueCase Of(string name) => name switch
    {
        "bybit" => new(
            ExchangeVenue.Bybit, Bybit.CreateOptions(BybitStream.Linear, "sentinel"), "", Bybit.Orders, secret => new BybitHandler(BybitStream.Linear, Credentials(secret)),
            """{"op":"order.create","args":[{"category":"linear","symbol":"BTCUSDT","side":"Buy","orderType":"Limit","qty":"0.1","price":"30000"}]}"""),
        "okx" => new(
            ExchangeVenue.Okx, Okx.CreateOptions(OkxStream.Private, "sentinel"), "", Okx.Orders(), secret => new OkxHandler(OkxStream.Private, Credentials(secret)),
            """{"op":"order","args":[{"instIdCode":10458,"side":"buy","tdMode":"cash","ordType":"limit","sz":"0.1","px":"30000"}]}"""),
        "deribit" => new(
            ExchangeVenue.Deribit, Deribit.CreateOptions("sentinel"), "", Deribit.UserOrders("BTC-PERPETUAL"), secret => new DeribitHandler(Credentials(secret)),
            """{"method":"private/buy","params":{"instrument_name":"BTC-PERPETUAL","amount":10,"type":"limit","price":30000}}"""),
        "binance logon" => LogonTo(Of("binance"), SigningKey.Ed25519(), SigningKey.Ed25519()),
        _ => new(
            ExchangeVenue.Binance, Binance.CreateOptions(BinanceMarket.Spot, "sentinel"), "/ws-api/v3", Binance.UserData, secret => new BinanceApiHandler(Credentials(secret)),
            """{"method":"order.place","params":{"symbol":"BTCUSDT","side":"BUY","type":"LIMIT","timeInForce":"GTC","quantity":"0.1","price":"30000"}}"""),
    };

    private static VenueCase LogonTo(VenueCase venue, SigningKey right, SigningKey wrong) => venue with
    {
        PublicKey = right.PublicPem,
        Handler = secret => new BinanceApiHandler(Credentials(secret), sessionLogon: true, (secret == Secret ? right : wrong).Sign),
    };

    private static ICredentialsProvider Credentials(string secret) => CredentialsProvider.Fixed(new ApiCredentials(Key, secret, Passphrase));

    private sealed record VenueCase(ExchangeVenue Venue, WebSocketClientOptions Options, string Path, Topic Topic, Func<string, ProtocolHandler> Handler, string Order)
    {
        public string? PublicKey { get; init; }
    }

    private sealed class FixedListenKey : IListenKeySource
    {
        public ValueTask<string> GetAsync(CancellationToken cancellationToken) => new(ListenKey);
    }

    private sealed class Listener : ReceiveActor
    {
        public Listener(ConcurrentQueue<object> told) => ReceiveAny(told.Enqueue);
    }
}
