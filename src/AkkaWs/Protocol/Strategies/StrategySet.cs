using AkkaWs.Options;
using AkkaWs.Primitives;

namespace AkkaWs.Protocol.Strategies;

/// <summary>A protocol handler given in parts: how to connect, how to subscribe, how to read. Checked once, at construction.</summary>
/// <example><code>
/// var strategies = new StrategySet(new MyConnection(signer), new MySubscriptions(), new MyParser());
/// await using var client = await WebSocketClient.ConnectAsync(system, strategies.ApplyTo(options), strategies.Handler);
/// await using var trades = await client.SubscribeAsync(strategies.TopicsOf(["BTCUSDT", "ETHUSDT"], ["trades"]));
/// </code></example>
public sealed class StrategySet
{
    private readonly IConnectionStrategy _connection;
    private readonly ISubscriptionStrategy _subscriptions;

    /// <summary>Puts the parts together.</summary>
    /// <param name="connection">How to connect.</param>
    /// <param name="subscriptions">How to subscribe.</param>
    /// <param name="parser">How to read.</param>
    /// <exception cref="StrategySetException">A part is missing, or they don't fit; the exception tells all findings.</exception>
    public StrategySet(IConnectionStrategy connection, ISubscriptionStrategy subscriptions, IMessageParser parser)
    {
        var findings = StrategyChecks.Findings(connection, subscriptions, parser);
        if (findings.Count > 0)
            throw new StrategySetException(findings);
        (_connection, _subscriptions) = (connection, subscriptions);
        Handler = new StrategyHandler(connection, subscriptions, parser);
    }

    /// <summary>The one handler that the parts make; one connection's.</summary>
    public ProtocolHandler Handler { get; }

    /// <inheritdoc cref="ISubscriptionStrategy.TopicsOf"/>
    public IReadOnlyList<Topic> TopicsOf(IReadOnlyList<string> symbols, IReadOnlyList<string> channels) => _subscriptions.TopicsOf(symbols, channels);

    /// <summary>The options with what the connection strategy wants of them: its reconnecting and its heartbeat.</summary>
    /// <param name="options">The options, which stay as they are.</param>
    public WebSocketClientOptions ApplyTo(WebSocketClientOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return options with
        {
            Reconnect = _connection.Reconnect ?? options.Reconnect,
            Heartbeat = _connection.Heartbeat ?? options.Heartbeat,
        };
    }
}

/// <summary>The parts of a <see cref="StrategySet"/> are not all there, or don't fit.</summary>
public sealed class StrategySetException(IReadOnlyList<string> findings) : ArgumentException($"The strategies make no handler: {string.Join("; ", findings)}.")
{
    /// <summary>What is wrong, at least one sentence.</summary>
    public IReadOnlyList<string> Findings { get; } = findings;
}
