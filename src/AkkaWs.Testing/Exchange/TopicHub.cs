namespace AkkaWs.Testing;

/// <summary>Who is subscribed to what, and the feed of each public topic. Used under the exchange's lock.</summary>
internal sealed class TopicHub(VenueDialect dialect)
{
    private readonly Dictionary<string, HashSet<ExchangeConnection>> _subscribers = [];
    private readonly Dictionary<string, TopicFeed?> _feeds = [];
    private readonly List<string> _flowing = [];
    private int _turn;

    internal bool HasFlowingTopics => _flowing.Count > 0;

    internal IReadOnlyCollection<string> Topics => [.. _subscribers.Keys.Order(StringComparer.Ordinal)];

    internal IReadOnlyCollection<ExchangeConnection> Subscribers(string topic) => _subscribers.TryGetValue(topic, out var found) ? found : [];

    internal int CountConnections(Func<string, bool> isOne) => _subscribers.Where(pair => isOne(pair.Key)).SelectMany(pair => pair.Value).Distinct().Count();

    internal void Subscribe(ExchangeConnection connection, string topic, long now)
    {
        if (!connection.AddTopic(topic))
            return;
        if (!_subscribers.TryGetValue(topic, out var subscribers))
        {
            _subscribers[topic] = subscribers = [];
            if (!_feeds.ContainsKey(topic))
                _feeds[topic] = dialect.OpenFeed(topic, now);
            if (_feeds[topic] is not null)
                _flowing.Add(topic);
        }

        subscribers.Add(connection);
        if (_feeds[topic]?.Snapshot(now) is { } snapshot)
            connection.Enqueue(snapshot);
    }

    internal void Unsubscribe(ExchangeConnection connection, string topic)
    {
        if (connection.RemoveTopic(topic))
            Leave(connection, topic);
    }

    /// <summary>Forgets an ended connection, which itself remembers what it was subscribed to.</summary>
    internal void Remove(ExchangeConnection connection)
    {
        foreach (var topic in connection.Topics)
            Leave(connection, topic);
    }

    internal int Publish(string topic, ReadOnlyMemory<byte> message)
    {
        var subscribers = Subscribers(topic);
        foreach (var subscriber in subscribers)
            subscriber.Enqueue(message);
        return subscribers.Count;
    }

    /// <summary>Generates the update of the topic whose turn it is.</summary>
    internal void PublishNext(long now)
    {
        _turn = (_turn + 1) % _flowing.Count;
        var topic = _flowing[_turn];
        Publish(topic, _feeds[topic]!.Next(now));
    }

    /// <summary>Sends again what is to be repeated while nothing changes.</summary>
    internal void PublishRepetitions(long now)
    {
        foreach (var topic in _flowing)
        {
            if (_feeds[topic]!.Repeat(now) is { } message)
                Publish(topic, message);
        }
    }

    internal bool BeginAnew(string topic) => _feeds.GetValueOrDefault(topic)?.BeginAnew() == true;

    /// <summary>Generates an update that nobody gets.</summary>
    internal bool LoseNext(string topic, long now) => _feeds.GetValueOrDefault(topic)?.Next(now) is not null;

    private void Leave(ExchangeConnection connection, string topic)
    {
        if (!_subscribers.TryGetValue(topic, out var subscribers))
            return;
        subscribers.Remove(connection);
        if (subscribers.Count > 0)
            return;
        _subscribers.Remove(topic);
        _flowing.Remove(topic);
    }
}
