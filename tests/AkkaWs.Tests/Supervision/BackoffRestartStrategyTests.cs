using Akka.Actor;
using Akka.TestKit.Xunit2;
using AkkaWs.Options;
using AkkaWs.Supervision;
using AkkaWs.TestSupport;

namespace AkkaWs.Tests.Supervision;

public sealed class BackoffRestartStrategyTests() : TestKit(TestHocon.Below("akka.test.filter-leeway = 20s"))
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Window = TimeSpan.FromMinutes(1);

    private long _now;

    [Fact]
    public async Task A_crashed_child_is_restarted_and_waits_longer_each_time()
    {
        var (child, _) = await OpenAsync(maxCrashes: 3);

        Assert.Equal([100, 200, 400], new[] { await CrashAsync(child), await CrashAsync(child), await CrashAsync(child) }.Select(crash => crash.Delay.TotalMilliseconds));

        child.Tell("still there");
        Assert.Equal("still there", await ExpectMsgAsync<string>(Deadline));
    }

    [Fact]
    public async Task One_crash_more_than_allowed_stops_the_child_with_the_cause_recorded()
    {
        var (child, strategy) = await OpenAsync(maxCrashes: 1);
        var first = await CrashAsync(child);

        var last = await CrashAsync(child, "the last straw");

        Assert.Equal((1, false), (first.Count, first.GivesUp));
        Assert.Equal((2, true, "the last straw", TimeSpan.Zero), (last.Count, last.GivesUp, last.Cause.Message, last.Delay));
        await ExpectTerminatedAsync(child, Deadline);
        await AwaitAssertAsync(() => Assert.Equal(0, strategy.CrashesOf(child)), Deadline);
    }

    [Fact]
    public async Task Crashes_beyond_the_window_are_forgotten()
    {
        var (child, _) = await OpenAsync(maxCrashes: 2);
        await CrashAsync(child);
        Advance(Window / 2);
        await CrashAsync(child);
        Advance(Window / 2);

        var third = await CrashAsync(child);

        Assert.Equal((2, false), (third.Count, third.GivesUp));
    }

    [Fact]
    public async Task Each_crash_is_logged_once_with_its_cause()
    {
        var (child, _) = await OpenAsync(maxCrashes: 3);

        await EventFilter.Exception<InvalidOperationException>("boom").ExpectOneAsync(() => CrashAsync(child));
    }

    [Fact]
    public async Task Children_may_have_curves_of_their_own()
    {
        var test = TestActor;
        var strategy = new BackoffRestartStrategy(
            maxCrashes: 3,
            Window,
            child => new ReconnectOptions { Jitter = 0, InitialDelay = TimeSpan.FromMilliseconds(child.Path.Name.Length) },
            () => TimeSpan.Zero,
            () => 0.5,
            (_, crash) => test.Tell(crash));
        var parent = Sys.ActorOf(Props.Create(() => new Parent(strategy, Props.Create(() => new Thrower(test)).WithDeploy(Deploy.Local))).WithDeploy(Deploy.Local));
        var child = await parent.Ask<IActorRef>("child", Deadline);

        Assert.Equal(child.Path.Name.Length, (await CrashAsync(child)).Delay.TotalMilliseconds);
    }

    [Fact]
    public async Task A_child_that_was_killed_is_stopped_at_once()
    {
        var (child, _) = await OpenAsync(maxCrashes: 3);

        child.Tell(Kill.Instance);

        var crash = await ExpectMsgAsync<CrashReport>(Deadline);
        Assert.True(crash.GivesUp);
        Assert.IsType<ActorKilledException>(crash.Cause);
        await ExpectTerminatedAsync(child, Deadline);
    }

    [Fact]
    public void Figures_out_of_range_are_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => Strategy(-1, Window));
        Assert.Throws<ArgumentOutOfRangeException>(() => Strategy(1, TimeSpan.Zero));
    }

    private async Task<(IActorRef Child, BackoffRestartStrategy Strategy)> OpenAsync(int maxCrashes)
    {
        var strategy = Strategy(maxCrashes, Window);
        var test = TestActor;
        var parent = Sys.ActorOf(Props.Create(() => new Parent(strategy, Props.Create(() => new Thrower(test)).WithDeploy(Deploy.Local))).WithDeploy(Deploy.Local));
        var child = await parent.Ask<IActorRef>("child", Deadline);
        await WatchAsync(child);
        return (child, strategy);
    }

    private BackoffRestartStrategy Strategy(int maxCrashes, TimeSpan window)
    {
        var test = TestActor;
        return new BackoffRestartStrategy(
            maxCrashes,
            window,
            new ReconnectOptions { Jitter = 0 },
            () => TimeSpan.FromTicks(Interlocked.Read(ref _now)),
            () => 0.5,
            (_, crash) => test.Tell(crash));
    }

    private void Advance(TimeSpan by) => Interlocked.Add(ref _now, by.Ticks);

    private async Task<CrashReport> CrashAsync(IActorRef child, string why = "boom")
    {
        child.Tell(new InvalidOperationException(why));
        return await ExpectMsgAsync<CrashReport>(Deadline);
    }
}
