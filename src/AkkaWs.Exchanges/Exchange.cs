using AkkaWs.Options;
using AkkaWs.Primitives;
using AkkaWs.Protocol;

namespace AkkaWs.Exchanges;

/// <summary>One public market of an exchange: where it is, which handler speaks with it, and what it calls things. Register yours with <see cref="ExchangeFactory"/>.</summary>
public sealed class Exchange
{
    /// <summary>Its name, such as <c>bybit-linear</c>: how the factory finds it, and the default name of its connection.</summary>
    public required string Name { get; init; }

    /// <summary>Makes the options of a connection of a name: address, heartbeat, limits and rotation of the exchange.</summary>
    public required Func<string, WebSocketClientOptions> CreateOptions { get; init; }

    /// <summary>Makes a handler, which serves one connection; with credentials, if the exchange can use them on this market.</summary>
    public required Func<ICredentialsProvider?, ProtocolHandler> CreateHandler { get; init; }

    /// <summary>The exchange's name of a symbol.</summary>
    public required Func<Symbol, string> NameOf { get; init; }

    /// <summary>The topic of a channel of the instrument with the exchange's name; throws <see cref="NotSupportedException"/> for what the exchange does not offer.</summary>
    public required Func<Channel, string, Topic> TopicOf { get; init; }

    /// <summary>
    /// The connections among which the market divides its topics, where one cannot bring all: <see cref="ExchangeFactory.CreateFeeds"/> makes one feed for each
    /// that is needed. Default: none, one connection brings everything.
    /// </summary>
    public IReadOnlyList<ExchangeRoute> Routes { get; init; } = [];

    /// <summary>Its name.</summary>
    public override string ToString() => Name;
}
