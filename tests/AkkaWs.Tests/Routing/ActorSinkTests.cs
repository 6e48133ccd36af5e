using Akka.Actor;
using Akka.TestKit;
using Akka.TestKit.Xunit2;
using AkkaWs.Errors;
using AkkaWs.Messages;
using AkkaWs.Policies;
using AkkaWs.Primitives;
using AkkaWs.Protocol;
using AkkaWs.Routing;
using AkkaWs.TestSupport;

namespace AkkaWs.Tests.Routing;

/// <summary>Acknowledged delivery: a slow actor pushes back instead of growing its mailbox.</summary>
public sealed class ActorSinkTests : TestKit
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(10);
    private readonly CreditGate _gate = new(8);
    private readonly SubscriberCounters _counters = new();
    private readonly Backlogs _backlogs = new();
    private readonly TestProbe _subscriber;
    private readonly TestProbe _owner;
    private long _sequence;

    public ActorSinkTests()
        : base(TestHocon.Below("akka.loglevel = WARNING"))
    {
        _subscriber = CreateTestProbe();
        _owner = CreateTestProbe();
    }

    [Fact]
    public async Task No_more_than_the_window_is_under_way_and_an_acknowledgement_lets_the_next_go()
    {
        var sink = Sink(Pushing(window: 2));
        Offer(sink, 5);

        Assert.Equal([1, 2], Sequences(2));
        await _subscriber.ExpectNoMsgAsync(TimeSpan.FromMilliseconds(50));
        sink.Acknowledge(1);
        Assert.Equal([3], Sequences(1));
        sink.Acknowledge(2);
        Assert.Equal([4, 5], Sequences(2));
        Assert.Equal(_owner.Ref, _subscriber.LastSender);
    }

    [Fact]
    public void The_credit_comes_back_with_the_last_acknowledgement()
    {
        var sink = Sink(Pushing(window: 8));
        Offer(sink, 3);
        Assert.Equal(7, _gate.Free);

        sink.Acknowledge(2);
        Assert.Equal(7, _gate.Free);
        sink.Acknowledge(1);

        Assert.Equal(8, _gate.Free);
        sink.Acknowledge(5);
        Assert.Equal(8, _gate.Free);
    }

    [Fact]
    public void A_batch_is_one_message_and_needs_one_acknowledgement()
    {
        var sink = Sink(Pushing(window: 1), batched: true);
        Offer(sink, 3);
        Offer(sink, 2);

        Assert.Equal(3, ((TopicUpdates)_subscriber.ReceiveN(1, Deadline).Single()).Updates.Count);
        Assert.Equal(6, _gate.Free);
        sink.Acknowledge(1);
        Assert.Equal(2, ((TopicUpdates)_subscriber.ReceiveN(1, Deadline).Single()).Updates.Count);
        Assert.Equal(7, _gate.Free);
    }

    [Fact]
    public void Markers_keep_their_place_and_need_no_acknowledgement()
    {
        var sink = Sink(Pushing(window: 1));
        Offer(sink, 1);
        sink.Accept(new Interrupted("a", new Epoch(1), CloseReason.Requested));
        sink.Accept(new Restored("a", new Epoch(2)));
        Offer(sink, 1);

        Assert.Equal([typeof(TopicUpdate), typeof(Interrupted), typeof(Restored)], _subscriber.ReceiveN(3, Deadline).Select(m => m.GetType()));
        sink.Acknowledge(1);
        Assert.Equal([2], Sequences(1));
    }

    [Fact]
    public void Behind_a_full_window_the_policy_drops_and_tells()
    {
        var sink = Sink(new SubscribeOptions { Window = 1, Overflow = OverflowPolicy.DropOldest }, capacity: 2);
        Offer(sink, 6);
        Assert.Equal(8, _gate.Free);

        sink.Acknowledge(1);
        sink.Acknowledge(1);

        Assert.Equal(["1", "lagged 3", "5", "6"], _subscriber.ReceiveN(4, Deadline).Select(m => m is Lagged lagged ? $"lagged {lagged.Count}" : $"{((TopicUpdate)m).Sequence}"));
        Assert.Equal(3, _counters.Dropped);
    }

    [Fact]
    public void A_subscriber_that_wants_to_fail_is_told_how_many_it_missed_and_leaves()
    {
        var sink = Sink(new SubscribeOptions { Window = 1, Overflow = OverflowPolicy.Fail }, capacity: 2);
        Offer(sink, 6);

        var told = _subscriber.ReceiveN(3, Deadline);
        Assert.Equal(3, ((Lagged)told.ElementAt(1)).Count);
        Assert.Equal(ErrorClass.Lagged, ((TopicClosed)told.ElementAt(2)).Reason.Class);
        Assert.Equal(new SubscriberGone(_subscriber, sink, ((TopicClosed)told.ElementAt(2)).Reason), _owner.ReceiveN(1, Deadline).Single());
        Assert.StartsWith("2 updates (2 B) waited unread, the oldest for ", ((TopicClosed)told.ElementAt(2)).Reason.Description, StringComparison.Ordinal);
    }

    [Fact]
    public void One_that_holds_up_the_reading_fails_unless_it_acknowledged_all_that_came_before_the_mark()
    {
        var sink = Sink(Pushing(window: 1));
        Offer(sink, 2);
        sink.MarkProgress(round: 1);
        Offer(sink, 2);
        Assert.True(sink.HoldsReading);
        sink.Acknowledge(1);
        Assert.True(sink.HoldsReading);
        sink.Acknowledge(1);
        Assert.False(sink.HoldsReading);
        Assert.False(sink.FailIfStuck(new CloseReason(ErrorClass.Lagged, "stuck"), round: 2));

        sink.MarkProgress(round: 2);
        sink.Acknowledge(1);

        Assert.True(sink.FailIfStuck(new CloseReason(ErrorClass.Lagged, "stuck"), round: 3));
        Assert.Equal(8, _gate.Free);
        Assert.Equal([1, 2, 3, 4], Sequences(4));
        Assert.Equal(ErrorClass.Lagged, ((TopicClosed)_subscriber.ReceiveN(1, Deadline).Single()).Reason.Class);
    }

    [Fact]
    public void The_end_lets_go_of_all_that_waits()
    {
        var sink = Sink(Pushing(window: 1));
        Offer(sink, 3);

        sink.Accept(new TopicClosed("a", CloseReason.Requested));

        Assert.Equal([1, 2, 3], Sequences(3));
        Assert.IsType<TopicClosed>(_subscriber.ReceiveN(1, Deadline).Single());
        Assert.Equal(8, _gate.Free);
    }

    [Fact]
    public void By_default_what_waits_behind_a_full_window_holds_no_credit()
    {
        var sink = Sink(new SubscribeOptions { Window = 1 });
        Offer(sink, 3);

        Assert.Equal(8, _gate.Free);
        Assert.Equal([1], Sequences(1));
        _subscriber.Ref.Tell("nothing before this", ActorRefs.NoSender); // the sink tells at once, or not at all
        _subscriber.ExpectMsg("nothing before this", Deadline);
        sink.Acknowledge(1);
        Assert.Equal([2], Sequences(1));
    }

    [Fact]
    public void One_that_has_to_give_way_is_told_how_many_it_missed_and_leaves()
    {
        _backlogs.MaxBytes = 3;
        var sink = Sink(new SubscribeOptions { Window = 1 });
        _backlogs.Add(sink, ["a"]);
        Offer(sink, 4);
        Assert.Equal(3, sink.Measure().Bytes);

        Offer(sink, 1);

        Assert.Equal([1], Sequences(1));
        var told = _subscriber.ReceiveN(2, Deadline);
        Assert.Equal(4, ((Lagged)told.ElementAt(0)).Count);
        Assert.Contains("the buffers of the connection held more than 3 B together", ((TopicClosed)told.ElementAt(1)).Reason.Description, StringComparison.Ordinal);
        Assert.Equal((4, 1), (_counters.Dropped, _counters.Lagged));
        Assert.Equal(0, _backlogs.Bytes);
    }

    [Fact]
    public void What_waits_is_counted_until_it_is_told_or_the_subscriber_leaves()
    {
        var sink = Sink(new SubscribeOptions { Window = 1 });
        Offer(sink, 3);
        Assert.Equal(2, _backlogs.Bytes);
        sink.Acknowledge(1);
        Assert.Equal(1, _backlogs.Bytes);

        sink.Close();

        Assert.Equal(0, _backlogs.Bytes);
    }

    [Fact]
    public void A_subscriber_without_a_window_is_told_at_once()
    {
        var sink = Sink(new SubscribeOptions { Gaps = GapRecovery.None }, capacity: 2);
        Offer(sink, 6);

        Assert.Equal([1, 2, 3, 4, 5, 6], Sequences(6));
        Assert.Equal(8, _gate.Free);
    }

    private static SubscribeOptions Pushing(int window) => new() { Window = window, Overflow = OverflowPolicy.Backpressure };

    private ActorSink Sink(SubscribeOptions options, bool batched = false, int capacity = 1_024) =>
        new("a", _subscriber, _owner, batched, new SinkSettings(options, new BufferLimits(capacity, 1 << 20), new GenericJsonHandler(), _counters, _backlogs));

    private void Offer(ActorSink sink, int count)
    {
        Assert.True(_gate.WaitAsync(default).AsTask().IsCompletedSuccessfully);
        var credit = new BatchCredit(_gate);
        sink.Accept([.. Enumerable.Range(0, count).Select(_ => new TopicUpdate("a", "x"u8.ToArray(), new Epoch(1), ++_sequence, null, 0))], credit);
        credit.Release();
    }

    private IEnumerable<long> Sequences(int count) => _subscriber.ReceiveN(count, Deadline).Cast<TopicUpdate>().Select(u => u.Sequence);
}
