using System.Collections.Concurrent;
using AkkaWs.Primitives;

namespace AkkaWs.Exchanges;

/// <summary>Finds an exchange by its name and puts a feed together from symbols and channels. Thread-safe.</summary>
/// <example><code>
/// var exchanges = new ExchangeFactory();
/// var feed = exchanges.Create("bybit-linear", [new Symbol("BTC", "USDT")], [Channel.Trades, Channel.OrderBook(50)]);
/// await using var client = await feed.ConnectAsync(system);
/// await using var updates = await client.SubscribeAsync([.. feed.Topics]);
/// </code></example>
public sealed class ExchangeFactory
{
    private readonly ConcurrentDictionary<string, Exchange> _exchanges = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Knows the exchanges of this package.</summary>
    public ExchangeFactory()
    {
        foreach (var exchange in (ReadOnlySpan<Exchange>)[.. Bybit.Exchanges, .. Okx.Exchanges, .. Binance.Exchanges, .. Deribit.Exchanges])
            Register(exchange);
    }

    /// <summary>The names that <see cref="Create"/> takes, sorted.</summary>
    public IReadOnlyList<string> Names => [.. _exchanges.Keys.Order(StringComparer.Ordinal)];

    /// <summary>Adds an exchange, or replaces the one of the same name.</summary>
    public void Register(Exchange exchange)
    {
        ArgumentNullException.ThrowIfNull(exchange);
        ArgumentException.ThrowIfNullOrWhiteSpace(exchange.Name, nameof(exchange));
        _exchanges[exchange.Name] = exchange;
    }

    /// <summary>The exchange of a name; case does not matter.</summary>
    /// <exception cref="ArgumentException">There is none; the message names those that are.</exception>
    public Exchange Find(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return _exchanges.TryGetValue(name, out var exchange)
            ? exchange
            : throw new ArgumentException($"There is no exchange '{name}'; known are {string.Join(", ", Names)}.", nameof(name));
    }

    /// <summary>Puts a feed together: options and handler of the exchange, and a topic for each symbol and channel.</summary>
    /// <param name="exchange">One of <see cref="Names"/>.</param>
    /// <param name="symbols">What to hear of, at least one.</param>
    /// <param name="channels">What to hear, at least one.</param>
    /// <param name="credentials">
    /// Where the key comes from, for exchanges that take a login on this market, which Deribit's does; null: none. Others leave it unused: the account's events of
    /// Binance's spot and coin-margined futures want a handler of your own (<see cref="Binance.UserData"/>).
    /// </param>
    /// <param name="name">The connection's name; null: the exchange's.</param>
    /// <exception cref="ArgumentException">There is no such exchange, or nothing to hear.</exception>
    /// <exception cref="NotSupportedException">
    /// The exchange does not offer a channel, or no one connection of it brings all of them: <see cref="CreateFeeds"/> makes as many as are needed.
    /// </exception>
    public ExchangeFeed Create(
        string exchange, IReadOnlyList<Symbol> symbols, IReadOnlyList<Channel> channels, ICredentialsProvider? credentials = null, string? name = null)
    {
        var (found, topics) = (Find(exchange), TopicsOf(exchange, symbols, channels));
        var connection = name ?? found.Name;
        if (found.Routes.Count == 0)
            return new ExchangeFeed(found.CreateOptions(connection), found.CreateHandler(credentials), topics);
        return topics.GroupBy(topic => RouteOf(found, topic)).ToArray() is [var only]
            ? new ExchangeFeed(only.Key.CreateOptions(connection), only.Key.CreateHandler(credentials), topics)
            : throw new NotSupportedException($"{found.Name} brings these channels on two connections: {nameof(CreateFeeds)} makes a feed for each.");
    }

    /// <summary>
    /// Puts as many feeds together as the exchange needs connections for: one for most; one for each route of Binance's USDⓈ-margined futures that brings
    /// some of the channels, named <c>{name}-public</c> and <c>{name}-market</c>, and with credentials <c>{name}-private</c> for the account's events.
    /// </summary>
    /// <param name="exchange">One of <see cref="Names"/>.</param>
    /// <param name="symbols">What to hear of, at least one.</param>
    /// <param name="channels">What to hear, at least one.</param>
    /// <param name="credentials">
    /// Where the key comes from; null: none, and nothing of an account. Binance's private feed gets its listen key from the system that its options' address is on.
    /// </param>
    /// <param name="name">What the connections' names begin with, and the whole name where there is one connection; null: the exchange's.</param>
    /// <exception cref="ArgumentException">There is no such exchange, or nothing to hear.</exception>
    /// <exception cref="NotSupportedException">The exchange does not offer a channel.</exception>
    /// <example><code>
    /// foreach (var feed in exchanges.CreateFeeds("binance-usdm", [new Symbol("BTC", "USDT")], [Channel.Trades, Channel.OrderBook(20)]))
    ///     clients.Add(await feed.ConnectAsync(system)); // binance-usdm-public, binance-usdm-market
    /// </code></example>
    public IReadOnlyList<ExchangeFeed> CreateFeeds(
        string exchange, IReadOnlyList<Symbol> symbols, IReadOnlyList<Channel> channels, ICredentialsProvider? credentials = null, string? name = null)
    {
        var found = Find(exchange);
        if (found.Routes.Count == 0)
            return [Create(exchange, symbols, channels, credentials, name)];
        var byRoute = TopicsOf(exchange, symbols, channels).ToLookup(topic => RouteOf(found, topic));
        return
        [
            .. from route in found.Routes
               let topics = credentials is null ? byRoute[route] : byRoute[route].Union(route.AccountTopics)
               where topics.Any()
               select new ExchangeFeed(route.CreateOptions($"{name ?? found.Name}-{route.Name}"), route.CreateHandler(credentials), [.. topics]),
        ];
    }

    private Topic[] TopicsOf(string exchange, IReadOnlyList<Symbol> symbols, IReadOnlyList<Channel> channels)
    {
        ArgumentNullException.ThrowIfNull(symbols);
        ArgumentNullException.ThrowIfNull(channels);
        if (symbols.Count == 0 || channels.Count == 0)
            throw new ArgumentException("A feed needs at least one symbol and one channel.", symbols.Count == 0 ? nameof(symbols) : nameof(channels));
        var found = Find(exchange);
        return [.. (from symbol in symbols from channel in channels select found.TopicOf(channel, found.NameOf(symbol))).Distinct()];
    }

    private static ExchangeRoute RouteOf(Exchange exchange, Topic topic) =>
        exchange.Routes.FirstOrDefault(route => route.Carries(topic)) ?? throw new NotSupportedException($"No connection of {exchange.Name} brings {topic}.");
}
