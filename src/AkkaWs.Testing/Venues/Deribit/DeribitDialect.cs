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

    internal override string DefaultPath => "/ws/api/v2";

    internal override void Receive(IVenueSession session, ReadOnlyMemory<byte> message)
    {
        if (RpcRequest.Parse(message) is not { } request)
        {
            session.Reply(DeribitReplies.Error(null, -32700, "Parse error"));
            return;
        }

        switch (request.Method)
        {
            case "public/auth":
                Authenticate(session, request);
                break;
            case "public/test":
                if (session.State is Heartbeat heartbeat)
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
                session.State = new Heartbeat(interval * 1_000, session.Now);
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
        if (session.State is not Heartbeat heartbeat || session.Now < heartbeat.Due)
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
        ["book", var instrument, _] when markets.Find(instrument) is { } market => new DeribitBookFeed(topic, market, depth: 100, isIncremental: true),
        ["book", var instrument, "none", var depth, _] when markets.Find(instrument) is { } market && depth is "1" or "10" or "20" =>
            new DeribitBookFeed(topic, market, int.Parse(depth, CultureInfo.InvariantCulture), isIncremental: false),
        _ => null,
    };

    private static bool IsAllowed(IVenueSession session, RpcRequest request)
    {
        if (session.IsAuthenticated || request.Method.StartsWith("public/", StringComparison.Ordinal))
            return true;
        session.Reply(DeribitReplies.Error(request, 13009, "unauthorized"));
        return false;
    }

    private void Subscribe(IVenueSession session, RpcRequest request)
    {
        List<string> granted = [.. request.Strings("channels").Where(channel => Exists(session, channel))];
        session.Reply(DeribitReplies.Channels(request, granted));
        foreach (var channel in granted)
            session.Subscribe(channel);
    }

    private bool Exists(IVenueSession session, string channel)
    {
        if (session.Faults.RejectedTopics.Contains(channel))
            return false;
        var parts = channel.Split('.');
        return parts is ["user", "orders" or "trades", var owned, ..] ? session.IsAuthenticated && markets.Find(owned) is not null
            : parts is ["trades" or "ticker" or "book", var instrument, ..] && markets.Find(instrument) is not null;
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

    private sealed class Heartbeat(long interval, long now)
    {
        public long Interval { get; } = interval;

        public long Due { get; set; } = now + interval;

        public bool IsOwed { get; set; }
    }
}
