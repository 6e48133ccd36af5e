using System.Threading.Channels;
using AkkaWs.Tests.Support;
using AkkaWs.Wire;

namespace AkkaWs.Tests.Model;

/// <summary>
/// A venue that numbers the updates of each topic and sends them to every connection that is subscribed, each at its own pace. It refuses, keeps silent, breaks and
/// lags by chance, from when it is stirred until it is told to calm down.
/// </summary>
internal sealed class ContinuityVenue : IAsyncDisposable
{
    private readonly Lock _lock = new();
    private readonly Random _random;
    private readonly MemoryVenue _venue;
    private readonly Dictionary<MemoryPeer, Session> _sessions = [];
    private readonly Dictionary<string, long> _numbers = [];
    private volatile bool _isCalm = true;
    private int _refusals;

    public ContinuityVenue(int seed)
    {
        _random = new Random(seed);
        _venue = new MemoryVenue(OnMessageAsync) { Refuse = Refuse };
    }

    public MemoryVenue Connections => _venue;

    /// <summary>The number of the topic's last update.</summary>
    public long LastOf(string topic)
    {
        lock (_lock)
            return _numbers.GetValueOrDefault(topic);
    }

    /// <summary>The topic's next update goes to whoever is subscribed.</summary>
    public void Tick(string topic)
    {
        lock (_lock)
        {
            var number = _numbers[topic] = _numbers.GetValueOrDefault(topic) + 1;
            foreach (var session in _sessions.Values.Where(session => session.Subscribed.Contains(topic)))
                session.Outgoing.Writer.TryWrite($"U|{topic}|{number}");
        }
    }

    public void Stir() => _isCalm = false;

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

    /// <summary>Breaks one of the newest connections; what it has not sent yet is lost.</summary>
    public void Break(int age)
    {
        if (_venue.Peers.ElementAtOrDefault(age) is not { } peer)
            return;
        lock (_lock)
        {
            if (_sessions.TryGetValue(peer, out var session))
                session.IsBroken = true;
        }

        peer.Drop();
    }

    public void Send(string text)
    {
        lock (_lock)
        {
            if (_venue.Peers is [var newest, ..] && _sessions.TryGetValue(newest, out var session))
                session.Outgoing.Writer.TryWrite(text);
        }
    }

    public async ValueTask DisposeAsync()
    {
        List<Session> sessions;
        lock (_lock)
            sessions = [.. _sessions.Values];
        foreach (var session in sessions)
            session.Outgoing.Writer.TryComplete();
        await _venue.DisposeAsync();
        await Task.WhenAll(sessions.Select(session => session.Pumping));
    }

    private WireResetException? Refuse()
    {
        lock (_lock)
            return _refusals-- > 0 ? new WireResetException("refused by chance", System.Net.Sockets.SocketError.ConnectionReset, null) : null;
    }

    private Task OnMessageAsync(MemoryPeer peer, string text)
    {
        var fields = text.Split('|');
        lock (_lock)
        {
            var session = SessionOf(peer);
            var luck = _isCalm ? 0 : _random.Next(20);
            switch (fields[0])
            {
                case "sub":
                    session.Subscribed.UnionWith(fields[2].Split(','));
                    Answer(session, $"A|{fields[1]}|ok", luck < 19);
                    break;
                case "unsub":
                    session.Subscribed.ExceptWith(fields[2].Split(','));
                    Answer(session, $"A|{fields[1]}|ok", luck < 17);
                    break;
                case "ping":
                    Answer(session, "S|pong", true);
                    break;
                default:
                    break;
            }
        }

        return Task.CompletedTask;
    }

    private Session SessionOf(MemoryPeer peer)
    {
        if (_sessions.TryGetValue(peer, out var session))
            return session;
        session = _sessions[peer] = new Session(_random.Next(3));
        session.Pumping = PumpAsync(peer, session);
        return session;
    }

    private static void Answer(Session session, string answer, bool whether)
    {
        if (whether)
            session.Outgoing.Writer.TryWrite(answer);
    }

    // In order, and some connections later than others.
    private async Task PumpAsync(MemoryPeer peer, Session session)
    {
        await Task.Yield();
        await foreach (var text in session.Outgoing.Reader.ReadAllAsync())
        {
            if (session.Lag > 0 && text[0] == 'U' && !_isCalm)
                await Task.Delay(session.Lag);
            if (!session.IsBroken)
                await peer.SendAsync(text);
        }
    }

    private sealed class Session(int lag)
    {
        private volatile bool _isBroken;

        public Channel<string> Outgoing { get; } = Channel.CreateUnbounded<string>();

        public HashSet<string> Subscribed { get; } = [];

        public int Lag { get; } = lag;

        public bool IsBroken
        {
            get => _isBroken;
            set => _isBroken = value;
        }

        public Task Pumping { get; set; } = Task.CompletedTask;
    }
}
