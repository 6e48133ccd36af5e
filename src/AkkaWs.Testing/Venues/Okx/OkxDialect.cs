using System.Text.Json;

namespace AkkaWs.Testing;

/// <summary>
/// OKX v5 (https://www.okx.com/docs-v5/en/#overview-websocket): login, one acknowledgement per argument, orders by <c>op</c> and <c>id</c>, plain-text ping. Candles are on <c>/ws/v5/business</c>; every other path serves all
/// other channels, public and private.
/// </summary>
internal sealed class OkxDialect(MarketBoard markets, OkxInstruments instruments, OkxLogin login, OrderDesk desk, int maxConnectionsPerChannel) : VenueDialect
{
    private const int MaxIdLength = 32;
    private const string Listing = "instruments";
    private const string FastBook = "books-l2-tbt";

    private readonly OkxTrading _trading = new(desk, instruments);

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

        if (request.Id is { } id && (id.Length > MaxIdLength || !id.All(char.IsAsciiLetterOrDigit)))
        {
            session.Reply(OkxReplies.Error(session, id, "60033", "Parameter id error"));
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
                _trading.Handle(session, request.Id, operation, request.Arguments);
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
            "books" or "books-rpi" or "books-l2-tbt" => new OkxBookFeed(argument, market, depth: 400, isIncremental: true),
            "books50-l2-tbt" => new OkxBookFeed(argument, market, depth: 50, isIncremental: true),
            "books5" => new OkxBookFeed(argument, market, depth: 5, isIncremental: false),
            "bbo-tbt" => new OkxBookFeed(argument, market, depth: 1, isIncremental: false),
            "trades" => new OkxTradeFeed(argument, market),
            "tickers" => new OkxTickerFeed(argument, market),
            _ when OkxCandleFeed.IntervalOf(argument.Channel) is { } interval => new OkxCandleFeed(argument, interval, market, now),
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
        if (Problem(session, argument) is var (code, problem))
        {
            session.Reply(OkxReplies.Error(session, id, code, problem));
            return;
        }

        session.Reply(OkxReplies.Confirm(session, id, "subscribe", argument!));
        if (argument!.Channel == Listing)
            session.Reply(instruments.Listing(argument));
        session.Subscribe(argument.Topic);
        if (argument.IsCounted)
            Count(session, argument);
    }

    // Past the limit OKX confirms first.
    private void Count(IVenueSession session, OkxArgument argument)
    {
        var count = session.CountConnections(argument.IsOfChannel);
        if (count > maxConnectionsPerChannel)
            session.Unsubscribe(argument.Topic);
        session.Reply(count > maxConnectionsPerChannel
            ? OkxReplies.Ended(session, argument.Channel, maxConnectionsPerChannel)
            : OkxReplies.ConnectionCount(session, argument.Channel, count));
    }

    private (string Code, string Problem)? Problem(IVenueSession session, OkxArgument? argument) => argument switch
    {
        null => ("60012", "Invalid request"),
        { NeedsLogin: true } when !session.IsAuthenticated => ("60011", "Please log in"),
        _ when session.Faults.RejectedTopics.Contains(argument.Topic) || IsBusiness(session) != IsOfBusiness(argument) => NotFound(argument),
        { IsPrivate: true } => null,
        { Channel: Listing } => OkxInstruments.IsType(argument.Type) ? null : NotFound(argument),
        { Instrument: { } instrument } when (argument.IsPublic || IsOfBusiness(argument)) && markets.Find(instrument) is not null => Beside(session, argument),
        _ => NotFound(argument),
    };

    // A connection has the book tick by tick or another of the instrument's books.
    private static (string Code, string Problem)? Beside(IVenueSession session, OkxArgument argument)
    {
        string[] others = argument.Channel switch
        {
            FastBook => ["books", "books50-l2-tbt"],
            "books" or "books50-l2-tbt" => [FastBook],
            _ => [],
        };
        return others.FirstOrDefault(other => session.IsSubscribed((argument with { Channel = other }).Topic)) is { } taken
            ? ("64004", $"Subscribe to both {(taken == FastBook ? argument.Channel : taken)} and {FastBook} for {argument.Instrument} is not allowed.")
            : null;
    }

    private static bool IsBusiness(IVenueSession session) => session.Path.EndsWith("/business", StringComparison.Ordinal);

    private static bool IsOfBusiness(OkxArgument argument) => OkxCandleFeed.IntervalOf(argument.Channel) is not null;

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
