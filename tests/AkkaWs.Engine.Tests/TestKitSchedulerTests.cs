using Akka.Actor;
using Akka.TestKit;
using Akka.TestKit.Xunit2;

namespace AkkaWs.Engine.Tests;

public sealed class TestKitSchedulerTests() : TestKit($"akka.test.single-expect-default = 20s\nakka.scheduler.implementation = \"{typeof(TestScheduler).AssemblyQualifiedName}\"")
{
    private sealed class Timed : ReceiveActor, IWithTimers
    {
        public Timed(IActorRef target)
        {
            ReceiveAny(target.Tell);
            Timers.StartPeriodicTimer("periodic", "tick", TimeSpan.FromSeconds(1));
            Timers.StartSingleTimer("single", "once", TimeSpan.FromSeconds(1));
            target.Tell("started");
        }

        public ITimerScheduler Timers { get; set; } = null!;
    }

    private TestScheduler Scheduler => (TestScheduler)Sys.Scheduler;

    private static TimeSpan Seconds(double seconds) => TimeSpan.FromSeconds(seconds);

    private void Once(double delay, string message) => Scheduler.ScheduleTellOnce(Seconds(delay), TestActor, message, ActorRefs.NoSender);

    [Fact]
    public void Nothing_happens_until_time_is_moved()
    {
        Once(1, "once");
        Scheduler.Advance(Seconds(0.9));
        ExpectNoMsg(50);
        Scheduler.Advance(Seconds(0.1));
        ExpectMsg("once");
        Scheduler.Advance(Seconds(5));
        ExpectNoMsg(50);
    }

    [Fact]
    public void What_is_due_comes_in_the_order_of_its_times()
    {
        Once(2, "c");
        Once(1, "a");
        Once(1, "b");
        Scheduler.Advance(Seconds(3));
        Assert.Equal(["a", "b", "c"], ReceiveN(3));
    }

    [Fact]
    public void Even_what_is_due_at_once_waits_for_a_move()
    {
        Once(0, "now");
        ExpectNoMsg(50);
        Scheduler.Advance(TimeSpan.Zero);
        ExpectMsg("now");
    }

    [Fact]
    public void A_repeating_message_comes_once_per_move()
    {
        Scheduler.ScheduleTellRepeatedly(Seconds(1), Seconds(1), TestActor, "again", ActorRefs.NoSender);
        Scheduler.Advance(Seconds(5));
        ExpectMsg("again");
        ExpectNoMsg(50);
        Scheduler.Advance(Seconds(1));
        ExpectMsg("again");
        Scheduler.Advance(Seconds(0.5));
        ExpectNoMsg(50);
        Scheduler.Advance(Seconds(0.5));
        ExpectMsg("again");
    }

    [Fact]
    public void What_is_cancelled_does_not_come()
    {
        using var once = new Cancelable((IScheduler)Scheduler);
        using var repeating = new Cancelable((IScheduler)Scheduler);
        Scheduler.ScheduleTellOnce(Seconds(1), TestActor, "once", ActorRefs.NoSender, once);
        Scheduler.ScheduleTellRepeatedly(Seconds(1), Seconds(1), TestActor, "again", ActorRefs.NoSender, repeating);
        once.Cancel();
        Scheduler.Advance(Seconds(1));
        ExpectMsg("again");
        repeating.Cancel();
        Scheduler.Advance(Seconds(1));
        ExpectNoMsg(50);
    }

    [Fact]
    public void An_action_runs_on_the_thread_that_moves_time()
    {
        var ran = new List<int>();
        Scheduler.Advanced.ScheduleOnce(Seconds(1), () =>
        {
            ran.Add(Environment.CurrentManagedThreadId);
            Scheduler.Advanced.ScheduleOnce(Seconds(1), () => ran.Add(-1));
        });
        Scheduler.Advance(Seconds(5));
        Assert.Equal([Environment.CurrentManagedThreadId], ran);
        Scheduler.Advance(Seconds(1));
        Assert.Equal(2, ran.Count);
    }

    [Fact]
    public void Time_is_moved_to_a_point_but_not_back()
    {
        var start = Scheduler.Now;
        Scheduler.Advance(Seconds(60));
        Assert.Equal(start.AddSeconds(60), Scheduler.Now);
        Scheduler.AdvanceTo(start.AddSeconds(90));
        Assert.Equal(start.AddSeconds(90), Scheduler.Now);
        Assert.Throws<InvalidOperationException>(() => Scheduler.AdvanceTo(start));
    }

    [Fact]
    public void Timers_and_cancellation_follow_the_moved_time()
    {
        ActorOf(Props.Create(() => new Timed(TestActor)));
        ExpectMsg("started");
        Scheduler.Advance(Seconds(1));
        ExpectMsgAllOf("tick", "once");
        Scheduler.Advance(Seconds(3));
        ExpectMsg("tick");
        ExpectNoMsg(50);
        using var cancelable = new Cancelable((IScheduler)Scheduler, Seconds(1));
        Scheduler.Advance(Seconds(2));
        Assert.True(cancelable.IsCancellationRequested);
    }
}
