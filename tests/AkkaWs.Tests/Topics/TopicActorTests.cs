using Akka.Actor;
using Akka.TestKit;
using Akka.TestKit.Xunit2;
using AkkaWs.Errors;
using AkkaWs.Messages;
using AkkaWs.Primitives;
using AkkaWs.Routing;
using AkkaWs.Tests.Support;
using AkkaWs.TestSupport;
using AkkaWs.Topics;

namespace AkkaWs.Tests.Topics;

public sealed class TopicActorTests : TestKit, IAsyncLifetime
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);
    private static readonly Epoch First = new(1), Second = new(2);
    private static readonly CloseReason Lost = new(ErrorClass.Reset, "lost");
    private readonly CreditGate _gate = new(16);
    private readonly TopicRoute _route = new("a");
    private readonly TestProbe _parent;
    private IActorRef _topic = ActorRefs.Nobody;
    private long _sequence;

    public TopicActorTests()
        : base(TestHocon.Below("akka.loglevel = WARNING")) => _parent = CreateTestProbe();

    public async Task InitializeAsync()
    {
        _topic = await ParentActor.StartChildAsync(Sys, TopicActor.Props(_route), _parent);
        _route.Owner = _topic;
    }

    public Task DisposeAsync() => Task.CompletedTask;

    [Fact]
    public async Task Updates_before_the_first_confirmation_go_through_the_actor_and_prove_the_subscription()
    {
        var subscriber = Join();

        Post(First, 2);

        Assert.Equal([1, 2], Sequences(subscriber, 2));
        await AwaitAssertAsync(() => Assert.Equal(16, _gate.Free), Deadline);
        Assert.Equal(First, _route.Progress.Published?.Epoch);
    }

    [Fact]
    public async Task The_snapshot_holds_the_subscribers_once_the_topic_is_confirmed()
    {
        var each = Join();
        var batched = Join(batched: true);

        _topic.Tell(new ConfirmTopic(First));

        await AwaitAssertAsync(() => Assert.NotNull(_route.Progress.Published), Deadline);
        Assert.Equal([each.Ref], _route.Progress.Published!.Each);
        Assert.Equal([batched.Ref], _route.Progress.Published.Batched);
    }

    [Fact]
    public async Task A_loss_and_the_next_confirmation_are_told_once_and_in_order_with_the_updates()
    {
        var subscriber = Join();
        Post(First, 1);
        _topic.Tell(new InterruptTopic(First, Lost));
        _topic.Tell(new InterruptTopic(First, Lost));
        Post(Second, 1);
        _topic.Tell(new ConfirmTopic(Second));
        Post(Second, 1);

        Assert.Equal(
            [typeof(TopicUpdate), typeof(Interrupted), typeof(Restored), typeof(TopicUpdate), typeof(TopicUpdate)],
            subscriber.ReceiveN(5, Deadline).Select(m => m.GetType()));
        await subscriber.ExpectNoMsgAsync(TimeSpan.FromMilliseconds(50));
    }

    [Fact]
    public async Task A_topic_that_never_was_live_tells_of_no_loss()
    {
        var subscriber = Join();

        _topic.Tell(new InterruptTopic(First, Lost));
        _topic.Tell(new ConfirmTopic(Second));
        Post(Second, 1);

        await subscriber.ExpectMsgAsync<TopicUpdate>(Deadline);
    }

    [Fact]
    public async Task Who_joins_while_the_topic_is_interrupted_hears_of_it()
    {
        Join();
        _topic.Tell(new ConfirmTopic(First));
        _topic.Tell(new InterruptTopic(First, Lost));

        var late = Join();

        await late.ExpectMsgAsync<Interrupted>(Deadline);
        _topic.Tell(new ConfirmTopic(Second));
        await late.ExpectMsgAsync<Restored>(Deadline);
    }

    [Fact]
    public async Task The_last_subscriber_to_leave_is_told_to_the_parent_with_the_number_of_joins()
    {
        var (first, second) = (Join(), Join(batched: true));

        _topic.Tell(new RemoveSubscriber(first));
        await _parent.ExpectNoMsgAsync(TimeSpan.FromMilliseconds(50));
        _topic.Tell(new RemoveSubscriber(second));

        Assert.Equal(new TopicDeserted("a", 2), await _parent.ExpectMsgAsync<TopicDeserted>(Deadline));
    }

    [Fact]
    public async Task A_dead_subscriber_leaves()
    {
        var subscriber = Join();

        Sys.Stop(subscriber);

        Assert.Equal(new TopicDeserted("a", 1), await _parent.ExpectMsgAsync<TopicDeserted>(Deadline));
    }

    [Fact]
    public async Task A_subscriber_that_joins_again_in_batches_gets_nothing_twice()
    {
        var subscriber = Join();
        _topic.Tell(new AddSubscriber(subscriber, Batched: true));

        Post(First, 3);

        Assert.Equal(3, (await subscriber.ExpectMsgAsync<TopicUpdates>(Deadline)).Updates.Count);
        await subscriber.ExpectNoMsgAsync(TimeSpan.FromMilliseconds(50));
    }

    [Fact]
    public async Task The_end_is_told_and_groups_that_come_after_it_give_their_credit_back()
    {
        var subscriber = Join();
        await WatchAsync(_topic);

        _topic.Tell(new EndTopic(CloseReason.Requested));
        for (var i = 0; i < 8; i++)
            Post(First, 1);

        Assert.True((await subscriber.ExpectMsgAsync<TopicClosed>(Deadline)).Reason.IsGraceful);
        await ExpectTerminatedAsync(_topic, Deadline);
        Post(First, 1);
        await AwaitAssertAsync(() => Assert.Equal(16, _gate.Free), Deadline);
    }

    [Fact]
    public async Task An_actor_that_is_stopped_from_outside_tells_its_subscribers_and_frees_the_credits()
    {
        var subscriber = Join();
        await _topic.Ask<ActorIdentity>(new Identify(null), Deadline);

        Sys.Stop(_topic);
        for (var i = 0; i < 8; i++)
            Post(First, 1);

        var messages = await subscriber.FishForMessageAsync(m => m is TopicClosed, Deadline);
        Assert.False(Assert.IsType<TopicClosed>(messages).Reason.IsGraceful);
        await AwaitAssertAsync(() => Assert.Equal(16, _gate.Free), Deadline);
    }

    private TestProbe Join(bool batched = false)
    {
        var subscriber = CreateTestProbe();
        _topic.Tell(new AddSubscriber(subscriber, batched));
        return subscriber;
    }

    private void Post(Epoch epoch, int count)
    {
        Assert.True(_gate.WaitAsync(default).AsTask().IsCompletedSuccessfully);
        var updates = Enumerable.Range(0, count).Select(_ => new TopicUpdate("a", "x"u8.ToArray(), epoch, ++_sequence, null, 0)).ToArray();
        _route.Post(new TopicGroup(epoch, updates, new BatchCredit(_gate)));
    }

    private static IEnumerable<long> Sequences(TestProbe subscriber, int count) =>
        subscriber.ReceiveN(count, Deadline).Cast<TopicUpdate>().Select(u => u.Sequence);
}
