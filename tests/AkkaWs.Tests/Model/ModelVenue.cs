using System.Net.WebSockets;
using AkkaWs.Tests.Support;
using AkkaWs.Wire;

namespace AkkaWs.Tests.Model;

/// <summary>
/// A server that speaks <see cref="LineProtocol"/> and behaves badly by chance: refuses, answers late, twice, wrongly or not at all, drops
/// connections before and after an answer; until it is told to calm down. By its seed it also refuses to subscribe what it has, or ignores messages
/// of many topics: that it goes on to do.
/// </summary>
internal sealed class ModelVenue : IAsyncDisposable
{
    private readonly Lock _lock = new();
    private readonly Random _random;
    private readonly MemoryVenue _venue;
    private readonly bool _refusesRepeated;
    private readonly bool _ignoresLarge;
    private readonly Dictionary<MemoryPeer, HashSet<string>> _subscribed = [];
    private readonly List<(MemoryPeer Peer, string Text)> _late = [];
    private bool _isCalm;
    private int _refusals;
    private int _updates;

    public ModelVenue(int seed)
    {
        _random = new Random(seed);
        (_refusesRepeated, _ignoresLarge) = (seed % 2 == 0, seed % 3 == 0);
        _venue = new MemoryVenue(OnMessageAsync) { Refuse = Refuse };
    }

    public MemoryVenue Connections => _venue;

    /// <summary>All that clients sent, over all connections.</summary>
    public IReadOnlyList<string> Received => [.. _venue.Peers.SelectMany(peer => peer.Received)];

    /// <summary>What the newest open connection has subscribed, as the server sees it.</summary>
    public IReadOnlyList<string> Subscribed
    {
        get
        {
            lock (_lock)
                return Newest is { } newest && _subscribed.TryGetValue(newest, out var topics) ? [.. topics.Order()] : [];
        }
    }

    private MemoryPeer? Newest => _venue.Peers.FirstOrDefault(peer => peer.IsOpen);

    public void CalmDown()
    {
        lock (_lock)
            (_isCalm, _refusals) = (true, 0);
    }

    public void RefuseNext(int attempts)
    {
        lock (_lock)
            _refusals = _isCalm ? 0 : attempts;
    }

    /// <summary>Drops a connection: the newest, or during a rotation the one before it.</summary>
    public void Drop(bool theOlder = false) => (theOlder ? _venue.Peers.LastOrDefault(peer => peer.IsOpen) : Newest)?.Drop();

    /// <summary>Sends an update of each topic that is subscribed, on every connection.</summary>
    /// <returns>The least of their numbers; all that follow are larger.</returns>
    public async Task<long> PublishAsync()
    {
        List<(MemoryPeer Peer, string Update)> updates = [];
        long least;
        lock (_lock)
        {
            least = _updates + 1;
            foreach (var (peer, topics) in _subscribed.Where(known => known.Key.IsOpen))
                updates.AddRange(topics.Select(topic => (peer, $"U|{topic}|{++_updates}")));
        }

        foreach (var (peer, update) in updates)
            await peer.SendAsync(update);
        return least;
    }

    public Task CloseAsync(WebSocketCloseStatus status) => Newest?.CloseAsync(status) ?? Task.CompletedTask;

    public Task SendAsync(string text) => Newest?.SendAsync(text) ?? Task.CompletedTask;

    public ValueTask DisposeAsync() => _venue.DisposeAsync();

    private WireResetException? Refuse()
    {
        lock (_lock)
            return _refusals-- > 0 ? new WireResetException("refused by chance", System.Net.Sockets.SocketError.ConnectionReset, null) : null;
    }

    private async Task OnMessageAsync(MemoryPeer peer, string text)
    {
        Reaction reaction;
        lock (_lock)
            reaction = React(peer, text.Split('|'));
        if (reaction.DropsBefore)
            peer.Drop();
        foreach (var (to, answer) in reaction.Answers)
            await to.SendAsync(answer);
        if (reaction.DropsAfter)
            peer.Drop();
    }

    private Reaction React(MemoryPeer peer, string[] fields)
    {
        var topics = _subscribed.TryGetValue(peer, out var known) ? known : _subscribed[peer] = [];
        List<(MemoryPeer, string)> answers = [];
        var luck = _isCalm ? 0 : _random.Next(20);
        var answer = fields[0] switch
        {
            "auth" => luck < 18 ? "S|auth|ok" : null,
            "ping" => "S|pong",
            "sub" or "unsub" when _ignoresLarge && fields[2].Count(c => c == ',') > 1 => null,
            "sub" when _refusesRepeated && topics.Overlaps(fields[2].Split(',')) => $"A|{fields[1]}|rejected|already subscribed",
            "sub" => Subscribe(topics, fields, luck),
            "unsub" => Unsubscribe(topics, fields, luck),
            "req" => luck switch { < 12 => $"R|{fields[1]}|ok|{fields[2]}", < 14 => $"R|{fields[1]}|err|7|no", < 16 => "R|nobody|ok|x", _ => null },
            _ => null,
        };
        if (answer is not null && luck is 11)
            _late.Add((peer, answer));
        else if (answer is not null)
            answers.Add((peer, answer));
        if (answer is not null && luck is 9)
            answers.Add((peer, answer));
        if (_late.Count > 0 && _random.Next(3) == 0)
        {
            answers.AddRange(_late);
            _late.Clear();
        }

        if (topics.Count > 0 && _random.Next(2) == 0)
            answers.Add((peer, $"U|{topics.ElementAt(_random.Next(topics.Count))}|{++_updates}"));
        return new Reaction(answers, luck is 19 && _random.Next(2) == 0, luck is 8 && _random.Next(2) == 0);
    }

    private string? Subscribe(HashSet<string> subscribed, string[] fields, int luck)
    {
        var asked = fields[2].Split(',');
        switch (luck)
        {
            case < 13:
                subscribed.UnionWith(asked);
                return luck is 3 ? $"R|{fields[1]}|ok|null" : $"A|{fields[1]}|ok";
            case 13:
                return $"A|{fields[1]}|rejected|no such topic";
            case 14:
                return $"A|{fields[1]}|no|{fields[2]}|no such topic";
            case < 17:
                subscribed.UnionWith(asked.Skip(1));
                return $"A|{fields[1]}|no|{asked[0]}|no such topic";
            case 17:
                subscribed.UnionWith(asked);
                return null;
            default:
                return null;
        }
    }

    private static string? Unsubscribe(HashSet<string> subscribed, string[] fields, int luck)
    {
        subscribed.ExceptWith(fields[2].Split(','));
        return luck < 16 ? $"A|{fields[1]}|ok" : null;
    }

    private sealed record Reaction(IReadOnlyList<(MemoryPeer To, string Answer)> Answers, bool DropsBefore, bool DropsAfter);
}
