using Akka.Actor;

namespace AkkaWs.Engine.Tests;

public sealed class TimerTests : EngineSpec
{
    private static readonly TimeSpan Soon = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan Later = TimeSpan.FromMilliseconds(120);

    [Fact]
    public async Task A_single_timer_fires_once_and_is_then_no_longer_active()
    {
        var (timed, inbox) = NewTimed();

        await Within(timed, timers => timers.StartSingleTimer("key", "fired", Soon));

        await inbox.Expect("fired");
        Assert.False(await Ask(timed, timers => timers.IsTimerActive("key")));
    }

    [Fact]
    public async Task A_periodic_timer_fires_until_it_is_cancelled()
    {
        var (timed, inbox) = NewTimed();

        await Within(timed, timers => timers.StartPeriodicTimer("key", "tick", TimeSpan.Zero, Soon));

        await inbox.Expect("tick", "tick", "tick");
        await Within(timed, timers => timers.Cancel("key"));
        Assert.False(await Ask(timed, timers => timers.IsTimerActive("key")));
    }

    [Fact]
    public async Task A_timer_of_the_same_key_replaces_the_one_before()
    {
        var (timed, inbox) = NewTimed();

        await Within(timed, timers =>
        {
            timers.StartSingleTimer("key", "first", Soon);
            timers.StartSingleTimer("key", "second", Later);
        });

        await inbox.Expect("second");
    }

    [Fact]
    public async Task A_timer_whose_message_waits_already_is_still_cancelled()
    {
        var (timed, inbox) = NewTimed();

        await Within(timed, timers =>
        {
            timers.StartSingleTimer("key", "fired", TimeSpan.FromMilliseconds(1));
            timers.StartSingleTimer("fence", "fence", Later);
            // The timer's message is in the mailbox when this turn ends.
            SpinWait.SpinUntil(() => false, Soon * 3);
            timers.Cancel("key");
        });

        await inbox.Expect("fence");
    }

    [Fact]
    public async Task A_timer_of_an_earlier_incarnation_never_fires()
    {
        var (timed, inbox) = NewTimed();

        timed.Tell((Func<ITimerScheduler, bool>)(timers =>
        {
            timers.StartSingleTimer("key", "of the first", TimeSpan.FromMilliseconds(1));
            // The timer's message is in the mailbox when the actor fails.
            SpinWait.SpinUntil(() => false, Soon * 3);
            throw new InvalidOperationException();
        }));
        await Within(timed, timers => timers.StartSingleTimer("fence", "of the second", Later));

        await inbox.Expect("of the second");
    }

    [Fact]
    public async Task Timers_can_be_started_in_the_constructor()
    {
        var inbox = NewInbox();
        var report = inbox.Ref;

        Sys.ActorOf(Props.Create(() => new Timed(report, "early")));

        await inbox.Expect("early");
    }

    private static Task<bool> Within(IActorRef timed, Action<ITimerScheduler> use) => Ask(timed, timers =>
    {
        use(timers);
        return true;
    });

    private static Task<bool> Ask(IActorRef timed, Func<ITimerScheduler, bool> use) => timed.Ask<bool>(use, Limit);

    private (IActorRef Timed, Inbox Inbox) NewTimed()
    {
        var inbox = NewInbox();
        var report = inbox.Ref;
        return (Sys.ActorOf(Props.Create(() => new Timed(report, null))), inbox);
    }

    private sealed class Timed : ReceiveActor, IWithTimers
    {
        public Timed(IActorRef report, string? early)
        {
            if (early is not null)
                Timers.StartSingleTimer("early", early, Soon);
            Receive<Func<ITimerScheduler, bool>>(use => Sender.Tell(use(Timers)));
            ReceiveAny(report.Tell);
        }

        public ITimerScheduler Timers { get; set; } = null!;
    }
}
