using System.Globalization;
using System.Net.WebSockets;
using System.Text.Json;

namespace AkkaWs.Testing;

/// <summary>
/// Binance (https://developers.binance.com/docs/binance-spot-api-docs): combined streams on <c>/stream</c>, with at most 1,024 streams and 5 messages a second, and the WebSocket API on <c>/ws-api/v3</c>. As the real
/// one, it confirms streams that never say anything.
/// </summary>
internal sealed class BinanceDialect(MarketBoard markets, BinanceTrading trading, BinanceKey key) : VenueDialect
{
    private const int MaxStreams = 1_024;
    private const int MaxMessagesPerSecond = 5;
    private readonly Dictionary<string, BinanceBookFeed> _books = [];

    internal override string DefaultPath => "/stream";

    internal override void Receive(IVenueSession session, ReadOnlyMemory<byte> message)
    {
        if (RpcRequest.Parse(message) is not { } request)
        {
            session.Reply(BinanceReplies.Error(null, 400, 3, "Invalid JSON"));
            return;
        }

        if (session.Path.StartsWith("/ws-api", StringComparison.Ordinal))
            CallApi(session, request);
        else if (IsTooOften(session))
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
            "trade" or "aggTrade" => new BinanceTradeFeed(topic, market, parts[1]),
            "ticker" or "bookTicker" => new BinanceTickerFeed(topic, market, parts[1]),
            "depth" => BookOf(market),
            "depth5" or "depth10" or "depth20" => new BinancePartialBookFeed(topic, market, int.Parse(parts[1].AsSpan(5), CultureInfo.InvariantCulture)),
            _ => null,
        };
    }

    internal BinanceBookFeed BookOf(SymbolMarket market) =>
        _books.TryGetValue(market.Instrument.Symbol, out var book) ? book : _books[market.Instrument.Symbol] = new BinanceBookFeed(market);

    private static bool IsTooOften(IVenueSession session)
    {
        var times = (Queue<long>)(session.State ??= new Queue<long>());
        times.Enqueue(session.Now);
        if (times.Count <= MaxMessagesPerSecond)
            return false;
        return session.Now - times.Dequeue() < 1_000;
    }

    private static void ChangeStreams(IVenueSession session, RpcRequest request)
    {
        IReadOnlyList<string> streams = request.Parameters.ValueKind == JsonValueKind.Array ? [.. request.Parameters.EnumerateArray().Select(stream => stream.ToString())] : [];
        switch (request.Method)
        {
            case "SUBSCRIBE" when streams.FirstOrDefault(session.Faults.RejectedTopics.Contains) is { } rejected:
                session.Reply(BinanceReplies.Error(request, null, 2, $"Invalid request: {rejected}"));
                break;
            case "SUBSCRIBE" when session.Subscriptions.Count + streams.Count > MaxStreams:
                session.Close(WebSocketCloseStatus.PolicyViolation, "Too many streams");
                break;
            case "SUBSCRIBE":
                session.Reply(BinanceReplies.Result(request, null, json => json.WriteNullValue()));
                foreach (var stream in streams)
                    session.Subscribe(stream);
                break;
            case "UNSUBSCRIBE":
                foreach (var stream in streams)
                    session.Unsubscribe(stream);
                session.Reply(BinanceReplies.Result(request, null, json => json.WriteNullValue()));
                break;
            case "LIST_SUBSCRIPTIONS":
                session.Reply(BinanceReplies.Result(request, null, json =>
                {
                    json.WriteStartArray();
                    foreach (var stream in session.Subscriptions.Order(StringComparer.Ordinal))
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
            case "userDataStream.subscribe" or "userDataStream.subscribe.signature":
                if (Admit(session, request, mustSign: request.Method.EndsWith("signature", StringComparison.Ordinal)))
                {
                    session.Reply(BinanceReplies.Result(request, 200, json =>
                    {
                        json.WriteStartObject();
                        json.WriteNumber("subscriptionId", 0);
                        json.WriteEndObject();
                    }));
                    session.Subscribe(BinanceTrading.Topic);
                }

                break;
            case "userDataStream.unsubscribe":
                session.Unsubscribe(BinanceTrading.Topic);
                session.Reply(BinanceReplies.Result(request, 200, json => WriteEmpty(json)));
                break;
            case "order.place" or "order.cancel":
                if (Admit(session, request, mustSign: !session.IsAuthenticated))
                    trading.Handle(session, request);
                break;
            default:
                session.Reply(BinanceReplies.Error(request, 400, -1000, $"Unknown method: {request.Method}"));
                break;
        }
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
