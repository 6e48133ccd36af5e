using System.Globalization;
using System.Net.WebSockets;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace AkkaWs.Testing;

/// <summary>
/// Binance (https://developers.binance.com/docs/binance-spot-api-docs): combined streams on <c>/stream</c>, plain ones on <c>/ws</c>, with at most 1,024 streams
/// and 5 messages a second, and the WebSocket API on <c>/ws-api/v3</c>. Its USD-margined futures divide the streams among routes, <c>/public/stream</c>,
/// <c>/market/stream</c> and <c>/private/stream</c>, and take 10 messages a second. As the real one, it confirms streams that never say anything.
/// </summary>
internal sealed class BinanceDialect(MarketBoard markets, OrderDesk desk, BinanceKey key, bool isUsdMargined) : VenueDialect
{
    private const int MaxStreams = 1_024;
    private readonly BinanceTrading _trading = new(desk, isUsdMargined);
    private readonly Dictionary<string, BinanceBookFeed> _books = [];
    private int _listenKeys;

    internal override string DefaultPath => isUsdMargined ? "/public/stream" : "/stream";

    private int MaxMessagesPerSecond => isUsdMargined ? 10 : 5;

    internal override void Open(IVenueSession session)
    {
        var path = new BinancePath(session.Path, session.Query);
        session.State = new BinanceClient(path);
        if (path.IsApi)
            return;
        if (path.IsRaw)
            session.Reshape(BinanceReplies.Unwrap);
        foreach (var stream in path.Streams)
            Subscribe(session, stream);
    }

    internal override void Receive(IVenueSession session, ReadOnlyMemory<byte> message)
    {
        if (RpcRequest.Parse(message) is not { } request)
        {
            session.Reply(BinanceReplies.Error(null, 400, 3, "Invalid JSON"));
            return;
        }

        var client = ClientOf(session);
        if (client.Path.IsApi)
            CallApi(session, request);
        else if (client.IsTooOften(session.Now, MaxMessagesPerSecond))
            session.Close(WebSocketCloseStatus.PolicyViolation, "Too many requests");
        else
            ChangeStreams(session, request);
    }

    internal override TopicFeed? OpenFeed(string topic, long now)
    {
        var parts = topic.Split('@');
        if (parts.Length < 2 || markets.Find(parts[0].ToUpperInvariant()) is not { } market)
            return null;
        return parts[1] switch
        {
            "trade" or "aggTrade" => new BinanceTradeFeed(topic, market, parts[1], isUsdMargined),
            "ticker" or "miniTicker" => new BinanceTickerFeed(topic, market, isMini: parts[1] == "miniTicker", isUsdMargined),
            "bookTicker" => new BinanceQuoteFeed(topic, market, isUsdMargined),
            "markPrice" when isUsdMargined => new BinanceMarkPriceFeed(topic, market),
            "depth" => BookOf(market),
            "depth5" or "depth10" or "depth20" =>
                new BinancePartialBookFeed(topic, market, int.Parse(parts[1].AsSpan(5), CultureInfo.InvariantCulture), isUsdMargined),
            _ => parts[1].StartsWith("kline_", StringComparison.Ordinal) && BinanceCandleFeed.IntervalOf(parts[1][6..]) is { } interval
                ? new BinanceCandleFeed(topic, parts[1][6..], interval, market, now, isUsdMargined)
                : null,
        };
    }

    private void Subscribe(IVenueSession session, string stream)
    {
        var client = ClientOf(session);
        if (isUsdMargined && BinancePath.RouteOf(stream) is { } route && route != client.Path.Route)
            client.Silent.Add(stream);
        else
            session.Subscribe(stream);
    }

    private static BinanceClient ClientOf(IVenueSession session) => (BinanceClient)session.State!;

    internal BinanceBookFeed BookOf(SymbolMarket market) =>
        _books.TryGetValue(market.Instrument.Symbol, out var book) ? book : _books[market.Instrument.Symbol] = new BinanceBookFeed(market, isUsdMargined);

    private void ChangeStreams(IVenueSession session, RpcRequest request)
    {
        IReadOnlyList<string> streams = request.Parameters.ValueKind == JsonValueKind.Array ? [.. request.Parameters.EnumerateArray().Select(stream => stream.ToString())] : [];
        var silent = ClientOf(session).Silent;
        switch (request.Method)
        {
            case "SUBSCRIBE" when streams.FirstOrDefault(session.Faults.RejectedTopics.Contains) is { } rejected:
                session.Reply(BinanceReplies.Error(request, null, 2, $"Invalid request: {rejected}"));
                break;
            case "SUBSCRIBE" when session.Subscriptions.Count + silent.Count + streams.Count > MaxStreams:
                session.Close(WebSocketCloseStatus.PolicyViolation, "Too many streams");
                break;
            case "SUBSCRIBE":
                session.Reply(BinanceReplies.Result(request, null, json => json.WriteNullValue()));
                foreach (var stream in streams)
                    Subscribe(session, stream);
                break;
            case "UNSUBSCRIBE":
                foreach (var stream in streams)
                {
                    silent.Remove(stream);
                    session.Unsubscribe(stream);
                }

                session.Reply(BinanceReplies.Result(request, null, json => json.WriteNullValue()));
                break;
            case "LIST_SUBSCRIPTIONS":
                session.Reply(BinanceReplies.Result(request, null, json =>
                {
                    json.WriteStartArray();
                    foreach (var stream in session.Subscriptions.Concat(silent).Order(StringComparer.Ordinal))
                        json.WriteStringValue(stream);
                    json.WriteEndArray();
                }));
                break;
            default:
                session.Reply(BinanceReplies.Error(request, null, 2, $"Invalid request: unknown variant `{request.Method}`"));
                break;
        }
    }

    private void CallApi(IVenueSession session, RpcRequest request)
    {
        switch (request.Method)
        {
            case "ping":
                session.Reply(BinanceReplies.Result(request, 200, json => WriteEmpty(json)));
                break;
            case "depth" when markets.Find(request.Text("symbol") ?? "") is { } market:
                session.Reply(BinanceReplies.Result(request, 200, BookOf(market).WriteSnapshot));
                break;
            case "session.logon":
                if (key.RefusalOfLogon is { } refusal)
                {
                    session.Reply(BinanceReplies.Error(request, 400, refusal.Code, refusal.Message));
                }
                else if (Admit(session, request, mustSign: true))
                {
                    session.IsAuthenticated = true;
                    session.Reply(BinanceReplies.Result(request, 200, json =>
                    {
                        json.WriteStartObject();
                        json.WriteString("apiKey", key.Name);
                        json.WriteNumber("authorizedSince", session.Now);
                        json.WriteEndObject();
                    }));
                }

                break;
            case "userDataStream.start" when isUsdMargined && request.Text("apiKey") == key.Name:
                session.Reply(BinanceReplies.Result(request, 200, json =>
                {
                    json.WriteStartObject();
                    json.WriteString("listenKey", Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes($"{key.Name} {++_listenKeys}"))));
                    json.WriteEndObject();
                }));
                break;
            case "userDataStream.subscribe" or "userDataStream.subscribe.signature" when !isUsdMargined:
                if (Admit(session, request, mustSign: request.Method.EndsWith("signature", StringComparison.Ordinal)))
                    SubscribeAccount(session, request);
                break;
            case "userDataStream.subscribe.listenToken" when !isUsdMargined:
                if (string.IsNullOrEmpty(request.Text("listenToken")))
                {
                    session.Reply(BinanceReplies.Error(request, 400, -1209, "Listen token is invalid."));
                    break;
                }

                SubscribeAccount(session, request);
                break;
            case "userDataStream.unsubscribe" when !isUsdMargined:
                session.Unsubscribe(BinanceTrading.Topic);
                session.Reply(BinanceReplies.Result(request, 200, json => WriteEmpty(json)));
                break;
            case "order.place" or "order.cancel":
                if (Admit(session, request, mustSign: !session.IsAuthenticated))
                    _trading.Handle(session, request);
                break;
            default:
                session.Reply(BinanceReplies.Error(request, 400, -1000, $"Unknown method: {request.Method}"));
                break;
        }
    }

    private static void SubscribeAccount(IVenueSession session, RpcRequest request)
    {
        session.Reply(BinanceReplies.Result(request, 200, json =>
        {
            json.WriteStartObject();
            json.WriteNumber("subscriptionId", 0);
            json.WriteEndObject();
        }));
        session.Subscribe(BinanceTrading.Topic);
    }

    private bool Admit(IVenueSession session, RpcRequest request, bool mustSign)
    {
        const int InvalidKey = -2015;
        (int Code, string Message)? problem = session.Faults.LoginRejection is { } rejection ? (InvalidKey, rejection)
            : mustSign && !key.Signed(request) ? (-1022, "Signature for this request is not valid.")
            : mustSign ? request.Text("apiKey") == key.Name ? null : (InvalidKey, "Invalid API-key, IP, or permissions for action.")
            : session.IsAuthenticated ? null : (InvalidKey, "Invalid API-key, IP, or permissions for action.");
        if (problem is not { } found)
            return true;
        session.Reply(BinanceReplies.Error(request, 401, found.Code, found.Message));
        return false;
    }

    private static void WriteEmpty(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteEndObject();
    }
}
