using System.Globalization;
using System.Net.WebSockets;
using System.Security.Cryptography;
using System.Text;

namespace AkkaWs.Testing;

/// <summary>
/// Deribit (https://docs.deribit.com): JSON-RPC 2.0; a login by signature, by secret or by refresh token; heartbeats that a client must answer; subscriptions answered with what was granted.
/// </summary>
internal sealed class DeribitDialect(MarketBoard markets, DeribitTrading trading, string clientId, string clientSecret) : VenueDialect
{
    private const int TokenSeconds = 900;

    private static readonly string[] Intervals = ["raw", "100ms", "agg2"];
    private static readonly string[] Groups = ["none", "1", "2", "5", "10", "25", "100", "250"];
    private static readonly string[] Depths = ["1", "10", "20"];
    private static readonly string[] Resolutions = ["1", "3", "5", "10", "15", "30", "60", "120", "180", "360", "720", "1D"];

    private readonly DeribitCredits _credits = new();

    internal override string DefaultPath => "/ws/api/v2";

    internal override void Receive(IVenueSession session, ReadOnlyMemory<byte> message)
    {
        if (RpcRequest.Parse(message) is not { } request)
        {
            session.Reply(DeribitReplies.Error(null, -32700, "Parse error"));
            return;
        }

        var state = StateOf(session);
        if (state.IsOver)
            return;
        if (!_credits.TryTake(request.Method, session.Now))
        {
            state.IsOver = true;
            session.Reply(DeribitReplies.Error(request, 10028, "too_many_requests"));
            session.Close(WebSocketCloseStatus.NormalClosure, "too_many_requests");
            return;
        }

        switch (request.Method)
        {
            case "public/auth":
                Authenticate(session, request);
                break;
            case "public/test":
                if (state.Heartbeat is { } heartbeat)
                    heartbeat.IsOwed = false;
                session.Reply(DeribitReplies.Result(request, json =>
                {
                    json.WriteStartObject();
                    json.WriteString("version", "1.2.26");
                    json.WriteEndObject();
                }));
                break;
            case "public/set_heartbeat":
                var interval = long.TryParse(request.Text("interval"), NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) ? Math.Max(10, seconds) : 30;
                state.Heartbeat = new Heartbeat(interval * 1_000, session.Now);
                session.Reply(DeribitReplies.Result(request, json => json.WriteStringValue("ok")));
                break;
            case "public/subscribe" or "private/subscribe":
                if (IsAllowed(session, request))
                    Subscribe(session, request);
                break;
            case "public/unsubscribe" or "private/unsubscribe":
                var left = request.Strings("channels");
                foreach (var channel in left)
                    session.Unsubscribe(channel);
                session.Reply(DeribitReplies.Channels(request, left));
                break;
            case "private/buy" or "private/sell" or "private/cancel":
                if (IsAllowed(session, request))
                    trading.Handle(session, request);
                break;
            default:
                session.Reply(DeribitReplies.Error(request, -32601, "Method not found"));
                break;
        }
    }

    internal override void Tick(IVenueSession session)
    {
        if (StateOf(session) is not { Heartbeat: { } heartbeat, IsOver: false } || session.Now < heartbeat.Due)
            return;
        heartbeat.Due = session.Now + heartbeat.Interval;
        if (heartbeat.IsOwed)
        {
            session.Close(WebSocketCloseStatus.NormalClosure, "no answer to a test request");
            return;
        }

        heartbeat.IsOwed = true;
        session.Reply(DeribitReplies.TestRequest);
    }

    internal override TopicFeed? OpenFeed(string topic, long now) => topic.Split('.') switch
    {
        ["trades", var instrument, _] when markets.Find(instrument) is { } market => new DeribitTradeFeed(topic, market),
        ["ticker", var instrument, _] when markets.Find(instrument) is { } market => new DeribitTickerFeed(topic, market),
        ["quote", var instrument] when markets.Find(instrument) is { } market => new DeribitQuoteFeed(topic, market),
        ["chart", "trades", var instrument, var resolution] when markets.Find(instrument) is { } market => new DeribitCandleFeed(topic, IntervalOf(resolution), market, now),
        ["book", var instrument, _] when markets.Find(instrument) is { } market => new DeribitBookFeed(topic, market),
        ["book", var instrument, var group, var depth, _] when markets.Find(instrument) is { } market =>
            new DeribitGroupedBookFeed(topic, market, GroupOf(group), int.Parse(depth, CultureInfo.InvariantCulture)),
        _ => null,
    };

    private static CandleInterval IntervalOf(string resolution) => new(resolution == "1D" ? "D" : resolution);

    private static int? GroupOf(string group) => group == "none" ? null : int.Parse(group, CultureInfo.InvariantCulture);

    private static SessionState StateOf(IVenueSession session) => (SessionState)(session.State ??= new SessionState());

    private static bool IsAllowed(IVenueSession session, RpcRequest request)
    {
        if (session.IsAuthenticated || request.Method.StartsWith("public/", StringComparison.Ordinal))
            return true;
        session.Reply(DeribitReplies.Error(request, 13009, "unauthorized"));
        return false;
    }

    private void Subscribe(IVenueSession session, RpcRequest request)
    {
        // Each of them is refused, not the raw one alone.
        if (!session.IsAuthenticated && request.Strings("channels").Any(channel => channel.EndsWith(".raw", StringComparison.Ordinal)))
        {
            session.Reply(DeribitReplies.Error(request, 13778, "raw_subscriptions_not_available_for_unauthorized"));
            return;
        }

        List<string> granted = [.. request.Strings("channels").Where(channel => Exists(session, channel))];
        session.Reply(DeribitReplies.Channels(request, granted));
        foreach (var channel in granted)
            session.Subscribe(channel);
    }

    private bool Exists(IVenueSession session, string channel)
    {
        if (session.Faults.RejectedTopics.Contains(channel))
            return false;
        return channel.Split('.') switch
        {
            ["user", "orders" or "trades", var owned, ..] => session.IsAuthenticated && markets.Find(owned) is not null,
            ["trades" or "ticker" or "book", var instrument, var interval] => Intervals.Contains(interval) && markets.Find(instrument) is not null,
            ["book", var instrument, var group, var depth, var interval] =>
                Groups.Contains(group) && Depths.Contains(depth) && Intervals.Contains(interval) && markets.Find(instrument) is not null,
            ["quote", var instrument] => markets.Find(instrument) is not null,
            ["chart", "trades", var instrument, var resolution] => Resolutions.Contains(resolution) && markets.Find(instrument) is not null,
            _ => false,
        };
    }

    private void Authenticate(IVenueSession session, RpcRequest request)
    {
        var isRight = session.Faults.LoginRejection is null && request.Text("grant_type") switch
        {
            "client_credentials" => request.Text("client_id") == clientId && request.Text("client_secret") == clientSecret,
            "client_signature" => request.Text("client_id") == clientId && IsSigned(request),
            "refresh_token" => request.Text("refresh_token") == TokenOf("refresh"),
            _ => false,
        };
        if (!isRight)
        {
            session.Reply(DeribitReplies.Error(request, 13004, session.Faults.LoginRejection ?? "invalid_credentials"));
            return;
        }

        session.IsAuthenticated = true;
        session.Reply(DeribitReplies.Result(request, json =>
        {
            json.WriteStartObject();
            json.WriteString("access_token", TokenOf("access"));
            json.WriteNumber("expires_in", TokenSeconds);
            json.WriteString("refresh_token", TokenOf("refresh"));
            json.WriteString("scope", "connection mainaccount");
            json.WriteString("token_type", "bearer");
            json.WriteEndObject();
        }));
    }

    private bool IsSigned(RpcRequest request) => string.Equals(
        request.Text("signature"), Hash($"{request.Text("timestamp")}\n{request.Text("nonce")}\n{request.Text("data")}"), StringComparison.OrdinalIgnoreCase);

    private string TokenOf(string kind) => $"{kind}.{Hash(kind)[..32]}";

    private string Hash(string text) => Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(clientSecret), Encoding.UTF8.GetBytes(text)));

    private sealed class SessionState
    {
        public Heartbeat? Heartbeat { get; set; }

        /// <summary>Whether the session has ended; its socket may not have.</summary>
        public bool IsOver { get; set; }
    }

    private sealed class Heartbeat(long interval, long now)
    {
        public long Interval { get; } = interval;

        public long Due { get; set; } = now + interval;

        public bool IsOwed { get; set; }
    }
}
