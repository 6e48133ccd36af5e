using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Net.WebSockets;
using AkkaWs.Testing;
using AkkaWs.Tests.Support;

namespace AkkaWs.Tests.Chaos;

/// <summary>
/// A server of <see cref="LineProtocol"/> behind a <see cref="FaultProxy"/>, for hours: its topics are numbered without a hole, whoever listens; requests are in
/// its <see cref="SoakLedger"/>, and answered at once, late, twice or never, by their numbers. It keeps nothing of sessions that have ended.
/// </summary>
internal sealed class SoakVenue : IAsyncDisposable
{
    /// <summary>How much later the answers to requests come that their callers are to cancel.</summary>
    public static readonly TimeSpan LateAnswer = TimeSpan.FromMilliseconds(300);

    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(20);

    private readonly Lock _gate = new();
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _ending = new();
    private readonly HashSet<SoakSession> _sessions = [];
    private readonly PriorityQueue<(SoakSession Session, string Id, int Number), long> _late = new();
    private readonly Task _accepting;
    private readonly Task _publishing;
    private long _number;

    public SoakVenue(int requests)
    {
        Ledger = new SoakLedger(requests);
        _listener.Start();
        Proxy = FaultProxy.Start(new Uri($"ws://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}/"));
        _accepting = AcceptAsync();
        _publishing = PublishAsync();
    }

    public FaultProxy Proxy { get; }

    public SoakLedger Ledger { get; }

    /// <summary>The last number that was sent of each topic.</summary>
    public long Number
    {
        get
        {
            lock (_gate)
                return _number;
        }
    }

    /// <summary>How many clients have a session.</summary>
    public int Sessions
    {
        get
        {
            lock (_gate)
                return _sessions.Count;
        }
    }

    /// <summary>Whether a request is one of the third that its caller cancels.</summary>
    public static bool IsToBeCancelled(int number) => number % 3 == 0;

    public async ValueTask DisposeAsync()
    {
        await _ending.CancelAsync();
        await Proxy.DisposeAsync();
        await _accepting;
        await _publishing;
        _listener.Stop();
        _ending.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
                _ = ServeAsync(await _listener.AcceptSocketAsync(_ending.Token));
        }
        catch (Exception stopped) when (SoakSession.IsGone(stopped))
        {
            // Stopped.
        }
    }

    private async Task ServeAsync(Socket client)
    {
        client.NoDelay = true;
        await using var stream = new NetworkStream(client, ownsSocket: true);
        try
        {
            await BareServer.AcceptUpgradeAsync(stream, _ending.Token);
            using var socket = WebSocket.CreateFromStream(stream, new WebSocketCreationOptions { IsServer = true });
            await ServeAsync(new SoakSession(socket, _ending.Token));
        }
        catch (Exception gone) when (SoakSession.IsGone(gone))
        {
            // What this server is for.
        }
    }

    private async Task ServeAsync(SoakSession session)
    {
        lock (_gate)
            _sessions.Add(session);
        var sending = session.SendAllAsync();
        try
        {
            while (await session.ReceiveAsync() is { } text)
            {
                lock (_gate)
                    Take(session, text.Split('|'));
            }
        }
        finally
        {
            lock (_gate)
                _sessions.Remove(session);
            session.Complete();
            await sending;
        }
    }

    private void Take(SoakSession session, string[] fields)
    {
        switch (fields[0])
        {
            case "auth":
                session.Send("S|auth|ok");
                break;
            case "ping":
                session.Send("S|pong");
                break;
            case "sub":
                session.Topics.UnionWith(fields[2].Split(','));
                session.Send($"A|{fields[1]}|ok");
                break;
            case "unsub":
                session.Topics.ExceptWith(fields[2].Split(','));
                session.Send($"A|{fields[1]}|ok");
                break;
            case "req":
                var number = int.Parse(fields[2], CultureInfo.InvariantCulture);
                Ledger.Arrive(number);
                Answer(session, fields[1], number);
                break;
        }
    }

    private void Answer(SoakSession session, string id, int number)
    {
        if (number % 50 == 1)
            return;
        if (IsToBeCancelled(number) || number % 20 == 1)
        {
            _late.Enqueue((session, id, number), Stopwatch.GetTimestamp() + (long)(LateAnswer.TotalSeconds * Stopwatch.Frequency));
            return;
        }

        AnswerNow(session, id, number);
        if (number % 40 == 2)
            AnswerNow(session, id, number);
    }

    private void AnswerNow(SoakSession session, string id, int number)
    {
        Ledger.Answer(number);
        session.Send($"R|{id}|ok|{number}");
    }

    private async Task PublishAsync()
    {
        using var timer = new PeriodicTimer(Tick);
        try
        {
            while (await timer.WaitForNextTickAsync(_ending.Token))
            {
                lock (_gate)
                    PublishNext();
            }
        }
        catch (OperationCanceledException)
        {
            // Stopped.
        }
    }

    private void PublishNext()
    {
        _number++;
        foreach (var session in _sessions)
        {
            foreach (var topic in session.Topics)
                session.Send($"U|{topic}|{_number}");
        }

        var now = Stopwatch.GetTimestamp();
        while (_late.TryPeek(out var late, out var due) && due <= now)
        {
            _late.Dequeue();
            if (_sessions.Contains(late.Session))
                AnswerNow(late.Session, late.Id, late.Number);
        }
    }
}
