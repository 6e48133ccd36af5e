using AkkaWs.Options;
using AkkaWs.Primitives;
using AkkaWs.Protocol;

namespace AkkaWs.Exchanges;

/// <summary>One of the connections among which an exchange divides a market's topics, such as Binance's <c>/public</c> and <c>/market</c>.</summary>
public sealed class ExchangeRoute
{
    /// <summary>Its name, such as <c>public</c>: what the name of its connection ends with.</summary>
    public required string Name { get; init; }

    /// <summary>Makes the options of its connection of a name.</summary>
    public required Func<string, WebSocketClientOptions> CreateOptions { get; init; }

    /// <summary>Makes a handler, which serves one connection; with credentials, if it can use them.</summary>
    public required Func<ICredentialsProvider?, ProtocolHandler> CreateHandler { get; init; }

    /// <summary>Whether it brings a topic.</summary>
    public required Func<Topic, bool> Carries { get; init; }

    /// <summary>The topics of the account that it brings, which a feed with credentials has beside those of its channels. Default: none.</summary>
    public IReadOnlyList<Topic> AccountTopics { get; init; } = [];

    /// <summary>Its name.</summary>
    public override string ToString() => Name;
}
