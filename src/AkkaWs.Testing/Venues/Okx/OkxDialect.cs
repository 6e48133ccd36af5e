using System.Text.Json;

namespace AkkaWs.Testing;

/// <summary>
/// OKX v5 (https://www.okx.com/docs-v5/en/#overview-websocket): login, one acknowledgement per argument, orders by <c>op</c> and <c>id</c>, plain-text ping. Every path serves public and private channels.
/// </summary>
internal sealed class OkxDialect(MarketBoard markets, OkxLogin login, OkxTrading trading) : VenueDialect
{
    internal override string DefaultPath => "/ws/v5/public";

    internal override void Receive(IVenueSession session, ReadOnlyMemory<byte> message)
    {
        if (message.Span.SequenceEqual("ping"u8))
        {
            session.Reply("pong"u8.ToArray());
            return;
        }

        if (!TryParse(message, out var request))
        {
            session.Reply(OkxReplies.Error(session, null, "60012", "Invalid request"));
            return;
        }

        switch (request.Operation)
        {
            case "login":
                Authenticate(session, request);
                break;
            case "subscribe":
                foreach (var argument in request.Arguments)
                    Subscribe(session, request.Id, OkxArgument.Parse(argument));
                break;
            case "unsubscribe":
                foreach (var argument in request.Arguments)
                    Unsubscribe(session, request.Id, OkxArgument.Parse(argument));
                break;
            case { } operation when OkxTrading.Knows(operation):
                trading.Handle(session, request.Id, operation, request.Arguments);
                break;
            default:
                session.Reply(OkxReplies.Error(session, request.Id, "60012", $"Invalid request: {request.Operation}"));
                break;
        }
    }

    internal override TopicFeed? OpenFeed(string topic, long now)
    {
        if (OkxArgument.Parse(topic) is not { Instrument: { } instrument } argument || markets.Find(instrument) is not { } market)
            return null;
        return argument.Channel switch
        {
            "books" => new OkxBookFeed(argument, market, depth: 400, isIncremental: true),
            "books5" => new OkxBookFeed(argument, market, depth: 5, isIncremental: false),
            "bbo-tbt" => new OkxBookFeed(argument, market, depth: 1, isIncremental: false),
            "trades" => new OkxTradeFeed(argument, market),
            "tickers" => new OkxTickerFeed(argument, market),
            _ => null,
        };
    }

    private void Authenticate(IVenueSession session, Request request)
    {
        var (code, message) = session.Faults.LoginRejection is { } rejection ? ("60009", rejection) : login.Check(request.Arguments, session.Now);
        session.IsAuthenticated |= code == OkxLogin.Accepted;
        session.Reply(code == OkxLogin.Accepted ? OkxReplies.Login(session) : OkxReplies.Error(session, null, code, message));
    }

    private void Subscribe(IVenueSession session, string? id, OkxArgument? argument)
    {
        var (code, problem) = argument switch
        {
            null => ("60012", "Invalid request"),
            { IsPrivate: true } when !session.IsAuthenticated => ("60011", "Please log in"),
            _ when session.Faults.RejectedTopics.Contains(argument.Topic) => NotFound(argument),
            { IsPrivate: true } => ("0", ""),
            { IsPublic: true, Instrument: { } instrument } when markets.Find(instrument) is not null => ("0", ""),
            _ => NotFound(argument),
        };
        if (code != "0")
        {
            session.Reply(OkxReplies.Error(session, id, code, problem));
            return;
        }

        session.Reply(OkxReplies.Confirm(session, id, "subscribe", argument!));
        if (argument!.IsPrivate)
            session.Reply(OkxReplies.ConnectionCount(session, argument.Channel));
        session.Subscribe(argument.Topic);
    }

    private static void Unsubscribe(IVenueSession session, string? id, OkxArgument? argument)
    {
        if (argument is null)
        {
            session.Reply(OkxReplies.Error(session, id, "60012", "Invalid request"));
            return;
        }

        session.Unsubscribe(argument.Topic);
        session.Reply(OkxReplies.Confirm(session, id, "unsubscribe", argument));
    }

    private static (string Code, string Problem) NotFound(OkxArgument argument) =>
        ("60018", $"Wrong URL or {argument} doesn't exist. Please use the correct URL, channel and parameters referring to API document.");

    private static bool TryParse(ReadOnlyMemory<byte> message, out Request request)
    {
        request = new Request("", null, []);
        try
        {
            using var document = JsonDocument.Parse(message);
            var root = document.RootElement.Clone();
            if (root.ValueKind != JsonValueKind.Object || !root.TryGetProperty("op", out var operation))
                return false;
            request = new Request(
                operation.ToString(),
                root.TryGetProperty("id", out var id) ? id.ToString() : null,
                root.TryGetProperty("args", out var arguments) && arguments.ValueKind == JsonValueKind.Array ? [.. arguments.EnumerateArray()] : []);
            return true;
        }
        catch (JsonException)
        {
            // Answered as OKX does.
            return false;
        }
    }

    private sealed record Request(string Operation, string? Id, IReadOnlyList<JsonElement> Arguments);
}
