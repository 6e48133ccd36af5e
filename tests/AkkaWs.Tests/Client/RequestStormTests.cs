using System.Globalization;
using Akka.Actor;
using AkkaWs.Messages;
using AkkaWs.Options;
using AkkaWs.Tests.Support;
using AkkaWs.Wire.Tests.Support;
using Xunit.Abstractions;

namespace AkkaWs.Tests.Client;

/// <summary>A server that is late, forgetful, repetitive and out of order, on connections that break: every request has exactly one outcome.</summary>
public sealed class RequestStormTests(ITestOutputHelper output) : ConnectionTest
{
    private const int InFlight = 400;
    private static readonly int Requests = Nightly.IsOn ? 1_000_000 : 20_000;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(Nightly.IsOn ? 3_600 : 90);

    [Fact]
    public async Task Of_20_000_requests_to_a_random_server_every_one_has_exactly_one_outcome_and_nothing_is_left_behind()
    {
        var seed = Nightly.IsOn ? Environment.TickCount : 20_261_121;
        output.WriteLine($"Seed: {seed}");
        var server = new RandomServer(seed);
        await using var venue = new MemoryVenue(server.OnMessageAsync);
        var options = new WebSocketClientOptions
        {
            Name = $"storm-{seed}",
            Url = new Uri("ws://127.0.0.1:1"),
            Requests = new RequestOptions { MaxPending = InFlight, CleanupInterval = TimeSpan.FromMilliseconds(200) },
            Reconnect = new ReconnectOptions { InitialDelay = TimeSpan.FromMilliseconds(1), MaxDelay = TimeSpan.FromMilliseconds(10) },
            Queue = new QueueOptions { Capacity = 2 * InFlight },
            Heartbeat = new HeartbeatOptions { PingInterval = TimeSpan.Zero },
        };
        var (connection, _) = await MemoryConnections.OpenAsync(Sys, options, new LineProtocol(), venue.ConnectAsync, seed);
        var caller = Sys.ActorOf(Props.Create(() => new Caller(connection, seed)).WithDeploy(Deploy.Local));

        var tally = await caller.Ask<Tally>(Begin.Instance, Patience);

        output.WriteLine($"{string.Join(", ", tally.Kinds.Select(kind => $"{kind.Key} {kind.Value}"))}; connections {venue.Peers.Count}");
        Assert.Equal(Requests, tally.Outcomes.Count);
        Assert.All(tally.Outcomes, outcomes => Assert.Equal(1, outcomes));
        Assert.True(tally.Kinds.GetValueOrDefault(nameof(Response)) > 0);
        await AwaitAssertAsync(
            async () =>
            {
                var status = await AskAsync<ConnectionStatus>(connection, GetStatus.Instance);
                Assert.Equal((0, 0, 0), (status.PendingRequests, status.QueuedCommands, status.ThrottledMessages));
            },
            Deadline);
        await AwaitAssertAsync(async () => Assert.Equal(0, await RequestActorsAsync(connection)), Deadline);
        await AwaitAssertAsync(() => Assert.InRange(Alive(tally.Commands), 0, Requests / 100), Deadline);
        Assert.Equal(1, (await caller.Ask<Tally>(Begin.Instance, Patience)).Outcomes.Max());
    }

    private static int Alive(IEnumerable<WeakReference> commands)
    {
        GC.Collect();
        return commands.Count(command => command.IsAlive);
    }

    private async Task<int> RequestActorsAsync(IActorRef connection)
    {
        var names = Enumerable.Range(1, 4 * InFlight).Select(i => $"request-{i}");
        var found = await Task.WhenAll(names.Select(name => Sys.ActorSelection(connection.Path / name).Ask<ActorIdentity>(new Identify(name), Deadline)));
        return found.Count(identity => identity.Subject is not null);
    }

    private sealed record Begin : INoSerializationVerificationNeeded
    {
        public static Begin Instance { get; } = new();
    }

    private sealed record Tally(IReadOnlyList<int> Outcomes, IReadOnlyDictionary<string, int> Kinds, IReadOnlyList<WeakReference> Commands);

    /// <summary>Keeps so many requests in flight, and counts the outcomes of each.</summary>
    private sealed class Caller : ReceiveActor
    {
        private readonly int[] _outcomes = new int[Requests];
        private readonly Dictionary<string, int> _kinds = [];
        private readonly WeakReference[] _commands = new WeakReference[Requests];
        private readonly IActorRef _connection;
        private readonly Random _random;
        private IActorRef _asker = ActorRefs.Nobody;
        private int _next;
        private int _ended;

        public Caller(IActorRef connection, int seed)
        {
            (_connection, _random) = (connection, new Random(seed));
            Receive<Begin>(_ =>
            {
                _asker = Sender;
                if (_ended == Requests)
                    Report();
                while (_next < Math.Min(InFlight, Requests))
                    Ask();
            });
            Receive<Response>(m => OnOutcome(m.Id.Value, nameof(Response)));
            Receive<Status.Failure>(m => OnOutcome(
                ((Request)((Errors.WebSocketClientException)m.Cause).Command!).Id!.Value.Value, m.Cause.GetType().Name));
        }

        private void Ask()
        {
            var request = new Request(new byte[16])
            {
                Id = $"{_next}",
                Timeout = TimeSpan.FromMilliseconds(_random.Next(300, 1_500)),
                RetryAfterReconnect = _random.Next(2) == 0,
                WhenNotReady = WhenNotReady.Queue(TimeSpan.FromSeconds(_random.Next(1, 3))),
                Priority = (MessagePriority)_random.Next(Enum.GetValues<MessagePriority>().Length),
            };
            _commands[_next++] = new WeakReference(request);
            _connection.Tell(request);
            if (_random.Next(50) == 0)
                _connection.Tell(new CancelRequest($"{_random.Next(_next)}"));
        }

        private void OnOutcome(string id, string kind)
        {
            _outcomes[int.Parse(id, CultureInfo.InvariantCulture)]++;
            _kinds[kind] = _kinds.GetValueOrDefault(kind) + 1;
            _ended++;
            if (_next < Requests)
                Ask();
            else if (_ended == Requests)
                Report();
        }

        private void Report() => _asker.Tell(new Tally([.. _outcomes], new Dictionary<string, int>(_kinds), _commands));
    }

    /// <summary>Holds answers back, shuffles, repeats and loses them, and breaks connections.</summary>
    private sealed class RandomServer(int seed)
    {
        private readonly Random _random = new(seed);
        private readonly Lock _gate = new();
        private readonly List<string> _held = [];

        public async Task OnMessageAsync(MemoryPeer peer, string text)
        {
            var (answers, breaks) = Decide(text.Split('|')[1]);
            foreach (var answer in answers)
                await peer.SendAsync($"R|{answer}|ok|x");
            if (breaks)
                peer.Drop();
        }

        private (IReadOnlyList<string> Answers, bool Breaks) Decide(string id)
        {
            lock (_gate)
            {
                var fate = _random.Next(1_000);
                if (fate >= 10)
                    _held.Add(id);
                if (fate is >= 10 and < 60)
                    _held.Add(id);
                if (fate == 999)
                    return ([], true);
                if (_random.Next(20) > 0)
                    return ([], false);
                var answers = _held.ToArray();
                _held.Clear();
                _random.Shuffle(answers);
                return (answers, false);
            }
        }
    }
}
