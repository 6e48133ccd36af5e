using System.Diagnostics;
using Akka.Actor;

namespace AkkaWs.Engine.Tests;

public sealed class SchedulerTests : EngineSpec
{
    private static readonly TimeSpan Soon = TimeSpan.FromMilliseconds(30);

    [Fact]
    public async Task A_message_comes_after_its_delay_and_not_before()
    {
        var inbox = NewInbox();
        var started = Stopwatch.GetTimestamp();

        Sys.Scheduler.ScheduleTellOnce(Soon, inbox.Ref, "x", ActorRefs.NoSender);

        await inbox.Expect("x");
        Assert.True(Stopwatch.GetElapsedTime(started) >= Soon - TimeSpan.FromMilliseconds(10));
    }

    [Fact]
    public async Task A_repeated_message_comes_until_it_is_cancelled()
    {
        var inbox = NewInbox();

        var cancelable = Sys.Scheduler.ScheduleTellRepeatedlyCancelable(TimeSpan.Zero, Soon, inbox.Ref, "tick", ActorRefs.NoSender);
        await inbox.Expect("tick", "tick", "tick");
        cancelable.Cancel();

        Assert.True(cancelable.IsCancellationRequested);
    }

    [Fact]
    public async Task What_was_cancelled_is_not_sent()
    {
        Inbox inbox;
        long started;

        // A machine that paused between the two calls proves nothing: once more, with an inbox of its own.
        do
        {
            inbox = NewInbox();
            started = Stopwatch.GetTimestamp();
            Sys.Scheduler.ScheduleTellOnceCancelable(Soon, inbox.Ref, "cancelled", ActorRefs.NoSender).Cancel();
        }
        while (Stopwatch.GetElapsedTime(started) >= Soon / 2);

        Sys.Scheduler.ScheduleTellOnce(Soon * 3, inbox.Ref, "fence", ActorRefs.NoSender);

        await inbox.Expect("fence");
    }

    [Fact]
    public async Task Actions_run_once_or_repeatedly()
    {
        var inbox = NewInbox();

        Sys.Scheduler.Advanced.ScheduleOnce(Soon, () => inbox.Ref.Tell("once"));
        await inbox.Expect("once");
        var repeated = Sys.Scheduler.Advanced.ScheduleRepeatedlyCancelable(Soon, Soon, () => inbox.Ref.Tell("again"));
        await inbox.Expect("again", "again");

        repeated.Cancel();
    }

    [Fact]
    public async Task An_action_that_throws_harms_no_other()
    {
        var inbox = NewInbox();

        Sys.Scheduler.Advanced.ScheduleOnce(Soon, () => throw new InvalidOperationException());
        Sys.Scheduler.Advanced.ScheduleOnce(Soon * 2, () => inbox.Ref.Tell("other"));

        await inbox.Expect("other");
    }

    [Fact]
    public void Negative_delays_and_empty_intervals_are_refused()
    {
        var target = NewInbox().Ref;

        Assert.Throws<ArgumentOutOfRangeException>(() => Sys.Scheduler.ScheduleTellOnce(TimeSpan.FromMilliseconds(-1), target, "x", ActorRefs.NoSender));
        Assert.Throws<ArgumentOutOfRangeException>(() => Sys.Scheduler.ScheduleTellRepeatedly(TimeSpan.Zero, TimeSpan.Zero, target, "x", ActorRefs.NoSender));
    }

    [Fact]
    public async Task A_cancelable_cancels_itself_after_a_time()
    {
        using var cancelable = new Cancelable(Sys.Scheduler, Soon);
        var cancelled = new TaskCompletionSource();
        cancelable.Token.Register(cancelled.SetResult);

        await cancelled.Task.WaitAsync(Limit);

        Assert.True(cancelable.IsCancellationRequested);
    }

    [Fact]
    public void A_linked_cancelable_is_cancelled_with_any_of_its_sources()
    {
        using var first = new Cancelable(Sys.Scheduler);
        using var second = new Cancelable(Sys.Scheduler);
        var linked = Cancelable.CreateLinkedCancelable(Sys.Scheduler, first, second);

        second.Cancel();

        Assert.True(linked.IsCancellationRequested);
        Assert.False(first.IsCancellationRequested);
    }

    [Fact]
    public void The_clock_is_the_wall_clock_and_the_monotonic_one_does_not_run_backwards()
    {
        var first = Sys.Scheduler.MonotonicClock;

        Assert.InRange(Sys.Scheduler.Now - TimeProvider.System.GetUtcNow(), -Limit, Limit);
        Assert.True(Sys.Scheduler.MonotonicClock >= first);
    }
}
