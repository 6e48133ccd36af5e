using System.Text.Json;

namespace AkkaWs.Testing;

/// <summary>
/// Bybit v5 (https://bybit-exchange.github.io/docs/v5/ws/connect). The path decides what differs between its sockets: <c>/v5/private</c> (its pong), <c>/v5/trade</c> (replies with <c>retCode</c>),
/// <c>/v5/public/spot</c> (its errors), <c>/v5/public/option</c> and <c>/v5/public/spread</c> (partial success, their own depths), <c>/v5/public/misc/status</c> (its one topic); on any other of them both public and private
/// topics and orders are served.
/// </summary>
internal sealed class BybitDialect(MarketBoard markets, BybitLogin login, BybitTrading trading) : VenueDialect
{
    private const int MaxSpotArguments = 10;

    internal override string DefaultPath => "/v5/public/linear";

    internal override void Receive(IVenueSession session, ReadOnlyMemory<byte> message)
    {
        BybitRequest request;
        try
        {
            request = BybitRequest.Parse(message, session.Path);
        }
        catch (JsonException exception)
        {
            session.Reply(BybitReplies.Outcome(session, "", null, false, $"Failed to decode incoming data:{exception.Message}"));
            return;
        }

        switch (request.Operation)
        {
            case "subscribe" when AnswersByTopic(session):
                SubscribePartially(session, request);
                break;
            case "subscribe":
                Subscribe(session, request);
                break;
            case "unsubscribe":
                foreach (var topic in request.Topics)
                    session.Unsubscribe(topic);
                session.Reply(BybitReplies.Outcome(session, request.Operation, request.Id, true, ""));
                break;
            case "auth":
                Authenticate(session, request);
                break;
            case "ping":
                session.Reply(Pong(session, request));
                break;
            case "order.create" or "order.amend" or "order.cancel":
                trading.Handle(session, request);
                break;
            default:
                session.Reply(request.IsTrade
                    ? BybitReplies.TradeOutcome(session, request.Operation, request.Id, 10404, "op type is not found")
                    : BybitReplies.Outcome(session, request.Operation, request.Id, false, "error:invalid op"));
                break;
        }
    }

    internal override TopicFeed? OpenFeed(string topic, long now)
    {
        if (BybitTopic.Parse(topic) is not { } parsed || markets.Find(parsed.Symbol) is not { } market)
            return null;
        return parsed.Channel switch
        {
            "orderbook" => new BybitBookFeed(topic, parsed.Argument, market, now),
            "publicTrade" => new BybitTradeFeed(topic, market),
            "tickers" => new BybitTickerFeed(topic, market, now),
            _ => new BybitKlineFeed(topic, CandleInterval.Find(parsed.Argument)!, market, now),
        };
    }

    private void Subscribe(IVenueSession session, BybitRequest request)
    {
        // One bad topic rejects the whole request, and nothing of it is subscribed.
        var problem = request.Topics.Count == 0 ? "Params Error"
            : IsSpot(session) && request.Topics.Count > MaxSpotArguments ? $"args size >{MaxSpotArguments}"
            : request.Topics.Select(topic => Problem(session, topic)).FirstOrDefault(found => found is not null);
        session.Reply(BybitReplies.Outcome(session, request.Operation, request.Id, problem is null, problem ?? "subscribe"));
        if (problem is not null)
            return;
        foreach (var topic in request.Topics)
            session.Subscribe(topic);
    }

    private void SubscribePartially(IVenueSession session, BybitRequest request)
    {
        var outcome = request.Topics.ToLookup(topic => Problem(session, topic) is null);
        session.Reply(BybitReplies.OptionOutcome(session, request.Id, [.. outcome[false]], [.. outcome[true]]));
        foreach (var topic in outcome[true])
            session.Subscribe(topic);
    }

    private string? Problem(IVenueSession session, string topic)
    {
        if (session.IsSubscribed(topic))
            return $"error:already subscribed,topic:{topic}";
        if (session.Faults.RejectedTopics.Contains(topic))
            return NotFound(session, topic);
        if (BybitTopic.IsPrivate(topic))
            return session.IsAuthenticated ? null : session.Path.Contains("/public/", StringComparison.Ordinal) ? NotFound(session, topic) : "Request not authorized";
        if (IsStatus(session) || topic == BybitTopic.SystemStatus)
            return IsStatus(session) && topic == BybitTopic.SystemStatus ? null : NotFound(session, topic);
        return BybitTopic.Parse(topic, session.Path) is { } parsed && markets.Find(parsed.Symbol) is not null ? null : NotFound(session, topic);
    }

    private static string NotFound(IVenueSession session, string topic) => !IsSpot(session) ? $"error:handler not found,topic:{topic}"
        : BybitTopic.Parse(topic, session.Path) is null ? $"Invalid topic :[{topic}]"
        : $"Invalid symbol :[{topic}]";

    private void Authenticate(IVenueSession session, BybitRequest request)
    {
        var (code, message) = session.Faults.LoginRejection is { } rejection ? (BybitLogin.InvalidKey, rejection)
            : session.IsAuthenticated ? (BybitLogin.Repeated, "Repeat auth")
            : login.Check(request.Arguments, session.Now);
        if (code == BybitLogin.Accepted)
            session.IsAuthenticated = true;
        session.Reply(request.IsTrade
            ? BybitReplies.TradeOutcome(session, request.Operation, request.Id, code, code == BybitLogin.Accepted ? "OK" : message)
            : BybitReplies.Outcome(session, request.Operation, request.Id, code == BybitLogin.Accepted, message));
    }

    private static byte[] Pong(IVenueSession session, BybitRequest request) =>
        request.IsTrade ? BybitReplies.TradePong(session, request.Id)
        : session.Path.Contains("/private", StringComparison.Ordinal) ? BybitReplies.PrivatePong(session, request.Id)
        : BybitReplies.Outcome(session, request.Operation, request.Id, true, "pong");

    private static bool IsSpot(IVenueSession session) => session.Path.EndsWith("/spot", StringComparison.Ordinal);

    private static bool AnswersByTopic(IVenueSession session) =>
        session.Path.EndsWith("/option", StringComparison.Ordinal) || session.Path.EndsWith("/spread", StringComparison.Ordinal);

    private static bool IsStatus(IVenueSession session) => session.Path.EndsWith("/misc/status", StringComparison.Ordinal);
}
