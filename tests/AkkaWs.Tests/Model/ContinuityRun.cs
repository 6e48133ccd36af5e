using System.Diagnostics;
using Akka.Actor;
using AkkaWs.Messages;
using AkkaWs.Options;
using AkkaWs.Primitives;
using AkkaWs.Tests.Support;

namespace AkkaWs.Tests.Model;

/// <summary>One random life of a connection over a feed that never stops: rotations whose sockets break at any moment, losses, leaving and joining again, crashes.</summary>
internal sealed class ContinuityRun(ActorSystem system, int seed) : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    // These have a subscriber all the time, the others now and then.
    private static readonly string[] Kept = ["p", "q"];
    private static readonly string[] Passing = ["x", "y"];

    private readonly Random _random = new(seed);
    private readonly ContinuityVenue _venue = new(seed * 17 + 3);
    private readonly LineProtocol _protocol = new() { IsNumbered = true };
    private readonly List<(IActorRef Actor, ContinuityLog Log, Topic Topic)> _passing = [];
    private readonly List<ContinuityLog> _logs = [];
    private readonly CancellationTokenSource _over = new();
    private IActorRef _connection = null!;
    private int _crashes;

    public async Task PlayAsync()
    {
        _protocol.FailSubscribe = () => Interlocked.Exchange(ref _crashes, 0) > 0 ? new InvalidOperationException("a bug by chance") : null!;
        (_connection, _) = await MemoryConnections.OpenAsync(system, Options(), _protocol, _venue.Connections.ConnectAsync, seed);
        var kept = new Dictionary<string, ContinuityLog>();
        foreach (var topic in Kept)
            kept[topic] = await KeepAsync(topic);
        var everything = ContinuityLog.Start(system, new ContinuityLog { IsOnce = text => Kept.Any(topic => text.StartsWith($"U|{topic}|", StringComparison.Ordinal)) });
        _logs.Add(everything.Log);
        _connection.Tell(new Subscribe([Topic.Everything], everything.Actor));
        var feeding = FeedAsync();
        _venue.Stir();
        for (var steps = _random.Next(10, 40); steps > 0; steps--)
        {
            await StepAsync();
            await Task.Delay(_random.Next(5)); // the feed goes on meanwhile
        }

        await QuietAsync(kept, feeding);
        Assert.All(_logs, log => Assert.Empty(log.Violations));
        await _connection.Ask<ConnectionClosed>(Close.Instance, Patience);
    }

    public async ValueTask DisposeAsync()
    {
        await _over.CancelAsync();
        await _venue.DisposeAsync();
        _over.Dispose();
    }

    private WebSocketClientOptions Options() => new()
    {
        Name = $"continuity-{seed}",
        Url = new Uri("ws://127.0.0.1/"),
        CloseTimeout = TimeSpan.FromMilliseconds(500),
        Reconnect = new ReconnectOptions { InitialDelay = TimeSpan.FromMilliseconds(1), MaxDelay = TimeSpan.FromMilliseconds(5) },
        Heartbeat = new HeartbeatOptions { PingInterval = TimeSpan.Zero },
        Rotation = new RotationOptions { Overlap = TimeSpan.FromMilliseconds(50), MaxHeldUpdates = seed % 3 == 0 ? 8 : 10_000 },
        Subscriptions = new SubscriptionOptions
        {
            ConfirmTimeout = TimeSpan.FromMilliseconds(100),
            UnsubscribeLinger = seed % 4 == 0 ? TimeSpan.FromMilliseconds(5) : TimeSpan.Zero,
        },
    };

    private async Task StepAsync()
    {
        switch (_random.Next(14))
        {
            case < 3:
                _connection.Tell(Rotate.Instance, ActorRefs.NoSender);
                break;
            case 3:
                _venue.Break(age: 0);
                break;
            case 4:
                _venue.Break(age: 1);
                break;
            case 5:
                _venue.RefuseNext(_random.Next(1, 3));
                break;
            case 6:
                _venue.Send("S|reconnect");
                break;
            case 7:
                Interlocked.Exchange(ref _crashes, 1);
                break;
            case < 10:
                Join(Passing[_random.Next(Passing.Length)]);
                break;
            case < 12:
                Leave();
                break;
            default:
                await Task.Delay(_random.Next(15));
                break;
        }
    }

    private async Task<ContinuityLog> KeepAsync(string topic)
    {
        var (actor, log) = ContinuityLog.Start(system);
        _logs.Add(log);
        var started = Stopwatch.GetTimestamp();
        while (await _connection.AskOutcomeAsync(new Subscribe([topic], actor), Patience) is not Subscribed) // on a busy machine the server may be late
            Assert.True(Stopwatch.GetElapsedTime(started) < Patience, $"{topic} was not subscribed though the server is willing");
        return log;
    }

    private void Join(string topic)
    {
        var (actor, log) = ContinuityLog.Start(system);
        _logs.Add(log);
        _connection.Tell(new Subscribe([topic], actor, Batched: _random.Next(3) == 0), ActorRefs.NoSender);
        _passing.Add((actor, log, topic));
    }

    // A subscriber that comes back is another one: what was on its way to the first does not reach it.
    private void Leave()
    {
        if (_passing.Count == 0)
            return;
        var (actor, log, topic) = _passing[_random.Next(_passing.Count)];
        _passing.RemoveAll(passing => passing.Actor.Equals(actor));
        log.Leave();
        if (_random.Next(2) == 0)
            _connection.Tell(new Unsubscribe([topic], actor), ActorRefs.NoSender);
        else
            system.Stop(actor);
    }

    private async Task FeedAsync()
    {
        var pace = new Random(seed + 1);
        while (!_over.IsCancellationRequested)
        {
            for (var burst = pace.Next(1, 4); burst > 0; burst--)
                _venue.Tick(pace.Next(4) switch { 0 => "p", 1 => "q", 2 => "x", _ => "y" });
            await Task.Delay(1);
        }
    }

    /// <summary>The venue behaves: then who stays is at the last number, whatever has happened before.</summary>
    private async Task QuietAsync(Dictionary<string, ContinuityLog> kept, Task feeding)
    {
        _venue.CalmDown();
        Interlocked.Exchange(ref _crashes, 0);
        await EventuallyAsync(async () =>
        {
            var status = await _connection.Ask<ConnectionStatus>(GetStatus.Instance, Patience);
            Assert.Equal((ConnectionState.Ready, status.DesiredTopics), (status.State, status.ConfirmedTopics));
            Assert.True(status.DesiredTopics >= Kept.Length);
        });
        await _over.CancelAsync();
        await feeding;
        // What is under way still, a break that was not noticed for one, may cost an update: then the next one arrives.
        await EventuallyAsync(async () =>
        {
            foreach (var topic in Kept)
                _venue.Tick(topic);
            await EventuallyAsync(
                () =>
                {
                    foreach (var (topic, log) in kept)
                        Assert.True(log.Violations.Count > 0 || log.Last == _venue.LastOf(topic), $"{topic} is at {log.Last} of {_venue.LastOf(topic)}");
                    return Task.CompletedTask;
                },
                Patience / 20);
        });
    }

    private static Task EventuallyAsync(Func<Task> assertion) => EventuallyAsync(assertion, Patience);

    private static async Task EventuallyAsync(Func<Task> assertion, TimeSpan patience)
    {
        var started = Stopwatch.GetTimestamp();
        while (true)
        {
            try
            {
                await assertion();
                return;
            }
            catch (Xunit.Sdk.XunitException) when (Stopwatch.GetElapsedTime(started) < patience)
            {
                await Task.Delay(5);
            }
        }
    }
}
