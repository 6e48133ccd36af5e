using Akka.Actor;
using AkkaWs.Messages;
using AkkaWs.Primitives;

namespace HostedFeed;

/// <summary>The key of the public connection: <c>IRequiredActor&lt;PublicFeed&gt;</c>.</summary>
internal sealed class PublicFeed;

/// <summary>Consumes the public topics as messages, at the pace of its acknowledgements.</summary>
internal sealed class FeedActor : ReceiveActor
{
    private readonly IActorRef _connection;
    private readonly IReadOnlyList<Topic> _topics;

    public FeedActor(IActorRef connection, IReadOnlyList<Topic> topics, FeedTally tally)
    {
        (_connection, _topics) = (connection, topics);
        Receive<TopicUpdate>(_ =>
        {
            tally.CountUpdate();
            Sender.Tell(Ack.One);
        });
        Receive<Interrupted>(_ => tally.CountInterruption());
        Receive<Restored>(_ => { });
        Receive<Subscribed>(_ => { });
    }

    public static Props Props(IActorRef connection, IReadOnlyList<Topic> topics, FeedTally tally) =>
        Akka.Actor.Props.Create(() => new FeedActor(connection, topics, tally));

    protected override void PreStart() => _connection.Tell(new Subscribe(_topics, Self)
    {
        Options = new SubscribeOptions { Window = 64 },
    });
}

/// <summary>What was seen, for the summary.</summary>
internal sealed class FeedTally
{
    private long _updates;
    private int _interruptions;
    private int _orders;

    public long Updates => Interlocked.Read(ref _updates);

    public int Interruptions => Volatile.Read(ref _interruptions);

    public int Orders => Volatile.Read(ref _orders);

    public void CountUpdate() => Interlocked.Increment(ref _updates);

    public void CountInterruption() => Interlocked.Increment(ref _interruptions);

    public void CountOrder() => Interlocked.Increment(ref _orders);
}
