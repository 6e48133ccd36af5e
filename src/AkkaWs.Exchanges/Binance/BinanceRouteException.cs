using AkkaWs.Primitives;

namespace AkkaWs.Exchanges;

/// <summary>
/// A stream was asked for on a connection that never brings it: Binance would confirm it and stay silent. Nothing was sent. It is the inner exception of the
/// <c>SubscriptionFailedException</c> that names the topic.
/// </summary>
/// <param name="topic">The stream.</param>
/// <param name="route">The route that brings it.</param>
/// <param name="connected">The route of this connection.</param>
public sealed class BinanceRouteException(Topic topic, BinanceRoute route, BinanceRoute connected)
    : InvalidOperationException(
        $"{topic} comes on Binance's route {route} and never on {connected}, which this connection has: open one with BinanceRoute.{route} "
        + "(ExchangeFactory.CreateFeeds makes one for each).")
{
    /// <summary>The stream.</summary>
    public Topic Topic { get; } = topic;

    /// <summary>
    /// The route that brings it. Of a kind that is not known here, asked for on <see cref="BinanceRoute.Private"/>: <see cref="BinanceRoute.Market"/>, which has the
    /// market data that Binance does not name for another.
    /// </summary>
    public BinanceRoute Route { get; } = route;

    /// <summary>The route of the connection that was asked.</summary>
    public BinanceRoute Connected { get; } = connected;
}
