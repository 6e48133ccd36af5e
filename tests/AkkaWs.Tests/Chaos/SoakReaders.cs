using Akka.Actor;
using AkkaWs.Client;
using AkkaWs.Messages;
using AkkaWs.Primitives;
using AkkaWs.Tests.Support;

namespace AkkaWs.Tests.Chaos;

/// <summary>The subscribers of a soak, of every shape: three that keep up, one of which throws, one that is slow, and two that stand still, for a while or to the end. Each has an oracle of its own.</summary>
internal sealed class SoakReaders(ActorSystem system, WebSocketClient client, IReadOnlyList<Topic> topics)
{
    private const int SmallBuffer = 200;
    private const int ThrowsAtEach = 50;

    private static readonly TimeSpan Slowness = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan Standstill = TimeSpan.FromSeconds(4);

    private readonly SoakReader _prompt = new(client, topics, SubscribeOptions.Default);
    private readonly SoakReader _slow = new(client, topics, new SubscribeOptions { Overflow = OverflowPolicy.DropOldest, Capacity = SmallBuffer }, ct => Task.Delay(Slowness, ct));
    private readonly SoakReader _standing = new(client, topics, new SubscribeOptions { Overflow = OverflowPolicy.Fail, Capacity = SmallBuffer }, ct => Task.Delay(Standstill, ct));
    private readonly SoakReader _stalled = new(client, topics, new SubscribeOptions { Overflow = OverflowPolicy.DropNewest, Capacity = SmallBuffer }, ct => Task.Delay(Timeout.Infinite, ct));
    private readonly SubscriptionOracle _called = new();
    private readonly SubscriptionOracle _told = new();
    private IActorRef _actor = ActorRefs.Nobody;
    private int _calls;

    private IEnumerable<SoakReader> Streams => [_prompt, _slow, _standing, _stalled];

    /// <summary>To be read when all have ended.</summary>
    public IReadOnlyList<string> Violations =>
        [.. new[] { ("prompt", _prompt.Violations), ("slow", _slow.Violations), ("standing", _standing.Violations), ("stalled", _stalled.Violations), ("called", _called.Violations), ("told", _told.Violations) }
            .SelectMany(reader => reader.Item2.Select(violation => $"{reader.Item1}: {violation}"))];

    /// <summary>Reads until the connection is closed; at their paces until the token is cancelled.</summary>
    public async Task RunAsync(CancellationToken ct)
    {
        _actor = system.ActorOf(Props.Create(() => new Told(_told)).WithDeploy(Deploy.Local));
        await client.Connection.Ask<Subscribed>(new Subscribe(topics, _actor), Timeout.InfiniteTimeSpan, ct);
        await using var called = await client.SubscribeAsync(topics, OnMessageAsync, cancellationToken: ct);
        await Task.WhenAll(Streams.Select(reader => reader.RunAsync(ct)).Append(called.Completion));
    }

    public bool HaveReached(long number) =>
        Streams.All(reader => reader.HasReached(number)) && topics.All(topic => _called.LastOf(topic) >= number && _told.LastOf(topic) >= number);

    public void Stop() => system.Stop(_actor);

    /// <summary>Those that were to be slow were.</summary>
    public void AssertWereSlow()
    {
        Assert.InRange(_slow.Updates.Lost, 1, long.MaxValue);
        Assert.InRange(_stalled.Updates.Lost, 1, long.MaxValue);
        Assert.InRange(_standing.Ends, 1, int.MaxValue);
        Assert.Equal(0, _prompt.Updates.Lost);
    }

    public override string ToString() => $"{_prompt.Updates.Came} updates, slow: {_slow.Updates}, standing still: ended {_standing.Ends} times, stalled: {_stalled.Updates}";

    private ValueTask OnMessageAsync(TopicMessage message, CancellationToken ct)
    {
        _called.Note(message);
        return ++_calls % ThrowsAtEach == 0 ? throw new InvalidOperationException("on purpose") : ValueTask.CompletedTask;
    }

    private sealed class Told : ReceiveActor
    {
        public Told(SubscriptionOracle oracle) => Receive<TopicMessage>(oracle.Note);
    }
}
