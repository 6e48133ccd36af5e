using System.Text;
using AkkaWs.Errors;
using AkkaWs.Options;
using AkkaWs.Primitives;
using AkkaWs.Protocol;
using AkkaWs.Protocol.Strategies;
using AkkaWs.Tests.Support;

namespace AkkaWs.Tests.Protocol.Strategies;

public sealed class StrategySetTests : ConnectionTest
{
    [Fact]
    public void All_findings_are_told_at_once()
    {
        var thrown = Assert.Throws<StrategySetException>(() => new StrategySet(new Lines { Venue = "one", AuthenticationLifetime = TimeSpan.Zero }, new Lines { Venue = "two", MaxTopicsPerMessage = 0 }, null!));

        Assert.Equal(4, thrown.Findings.Count);
        Assert.Contains("the message parser is missing", thrown.Message, StringComparison.Ordinal);
        Assert.Contains("different venues (one, two)", thrown.Message, StringComparison.Ordinal);
        Assert.Contains("MaxTopicsPerMessage is 0", thrown.Message, StringComparison.Ordinal);
        Assert.Contains("AuthenticationLifetime", thrown.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_parser_that_fails_on_nothing_is_found_at_construction() =>
        Assert.Contains("IndexOutOfRangeException", Assert.Throws<StrategySetException>(() => new StrategySet(new Lines(), new Lines(), new Careless())).Message, StringComparison.Ordinal);

    [Fact]
    public void Topics_come_from_symbols_and_channels()
    {
        var strategies = new StrategySet(new Lines(), new Lines(), new Lines());

        Assert.Equal(["trades.BTC", "trades.ETH", "book.BTC", "book.ETH"], strategies.TopicsOf(["BTC", "ETH"], ["trades", "book"]).Select(topic => topic.Value));
        Assert.Equal(["orders"], strategies.TopicsOf([], ["orders"]).Select(topic => topic.Value));
    }

    [Fact]
    public void The_options_take_what_the_connection_strategy_wants()
    {
        var options = new WebSocketClientOptions { Name = "x", Url = new Uri("wss://localhost") };
        var wanted = new ReconnectOptions { InitialDelay = TimeSpan.FromSeconds(3) };

        Assert.Equal(options, new StrategySet(new Lines(), new Lines(), new Lines()).ApplyTo(options));
        var applied = new StrategySet(new Lines { Reconnect = wanted }, new Lines(), new Lines()).ApplyTo(options);
        Assert.Equal((wanted, options.Heartbeat), (applied.Reconnect, applied.Heartbeat));
    }

    [Fact]
    public void Who_builds_pings_and_logins_tells_their_ids()
    {
        var handler = new StrategySet(new Lines { OwnId = "ping" }, new Lines(), new Lines()).Handler;

        Assert.Equal((true, false), (handler.IsOwnId("ping"), handler.IsOwnId("1")));
    }

    [Fact]
    public async Task The_parts_make_a_connection_that_logs_in_subscribes_and_asks()
    {
        await using var server = await LineServer.StartAsync();
        var strategies = new StrategySet(new Lines { RequiresAuthentication = true }, new Lines(), new Lines());
        await using var client = await ConnectAsync(strategies.ApplyTo(server.Options("strategies")), strategies.Handler);

        await using var updates = await client.SubscribeAsync(strategies.TopicsOf(["BTC"], ["trades"]), Ct);
        await server.Connection.SendTextAsync("U|trades.BTC|1", Ct);
        await foreach (var update in updates.WithCancellation(Ct))
        {
            Assert.Equal("U|trades.BTC|1", Text(update));
            break;
        }

        Assert.Equal("hello", Encoding.UTF8.GetString((await client.RequestRawAsync(Request("hello"), Ct)).Result.Span));
        Assert.Equal(ErrorClass.RateLimited, strategies.Handler.ClassifyClose(4009, ""));
        Assert.Contains("auth|secret", server.Received);
    }

    /// <summary>The line protocol in parts.</summary>
    private sealed class Lines : IConnectionStrategy, ISubscriptionStrategy, IMessageParser
    {
        private readonly LineProtocol _lines = new();

        public string? Venue { get; init; }

        public ReconnectOptions? Reconnect { get; init; }

        public bool RequiresAuthentication { get; init; }

        public TimeSpan? AuthenticationLifetime { get; init; }

        public int MaxTopicsPerMessage { get; init; } = 10;

        public RequestId? OwnId { get; init; }

        public bool IsOwnId(RequestId id) => id == OwnId;

        public ValueTask<OutboundMessage> BuildAuthenticationAsync(CancellationToken cancellationToken) => _lines.BuildAuthenticationAsync(cancellationToken);

        public AuthenticationVerdict ReadAuthentication(ReadOnlySpan<byte> message) => _lines.ReadAuthentication(message);

        public ErrorClass? ClassifyClose(int closeCode, string reason) => closeCode == 4009 ? ErrorClass.RateLimited : null;

        public OutboundMessage BuildSubscribe(IReadOnlyList<Topic> topics, RequestId id) => _lines.BuildSubscribe(topics, id);

        public OutboundMessage BuildUnsubscribe(IReadOnlyList<Topic> topics, RequestId id) => _lines.BuildUnsubscribe(topics, id);

        public Acknowledgement? ReadAcknowledgement(ReadOnlySpan<byte> message) => _lines.ReadAcknowledgement(message);

        public Classification Classify(ReadOnlySpan<byte> message) => _lines.Classify(message);

        public OutboundMessage EncodeRequest(RequestId id, ReadOnlyMemory<byte> payload) => _lines.EncodeRequest(id, payload);

        public ResponseVerdict ReadResponse(ReadOnlyMemory<byte> message) => _lines.ReadResponse(message);
    }

    private sealed class Careless : IMessageParser
    {
        public Classification Classify(ReadOnlySpan<byte> message) => message[0] == 'U' ? Classification.Update(1, message.Length - 1) : Classification.Unknown;
    }
}
