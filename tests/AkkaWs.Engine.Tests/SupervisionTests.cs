using Akka.Actor;

namespace AkkaWs.Engine.Tests;

public sealed class SupervisionTests : EngineSpec
{
    private static readonly Exception Broken = new InvalidOperationException("broken");

    [Fact]
    public async Task Stop_ends_the_child()
    {
        var inbox = NewInbox();
        var parent = NewPuppet(NewInbox(), new Hooks { Strategy = SupervisorStrategy.StoppingStrategy });
        var child = await NewChild(parent, Puppet.With(inbox, new Hooks { ReportsLife = true }));

        child.Tell(new Fail(Broken));

        await inbox.Expect("PreStart", "PostStop");
        Assert.True(await child.WatchAsync().WaitAsync(Limit));
    }

    [Fact]
    public async Task Escalate_fails_the_supervisor_with_the_childs_exception()
    {
        var causes = NewInbox();
        var report = causes.Ref;
        var top = NewPuppet(NewInbox(), new Hooks
        {
            Strategy = new OneForOneStrategy(cause =>
            {
                report.Tell(cause);
                return Directive.Restart;
            }),
        });
        var life = NewInbox();
        var middle = await NewChild(top, Puppet.With(life, new Hooks { ReportsLife = true, Strategy = new OneForOneStrategy(_ => Directive.Escalate) }));
        var bottom = await NewChild(middle, Puppet.With(NewInbox()));
        await life.Expect("PreStart");

        bottom.Tell(new Fail(Broken));

        Assert.Same(Broken, await causes.Next<Exception>());
        Assert.Same(Broken, (await life.Next<Restarting>()).Cause);
        await life.Expect("PostStop", "PostRestart", "PreStart");
        Assert.True(await bottom.WatchAsync().WaitAsync(Limit));
    }

    [Fact]
    public async Task Restarts_beyond_the_limit_stop_the_child()
    {
        var life = NewInbox();
        var parent = NewPuppet(NewInbox(), new Hooks { Strategy = new OneForOneStrategy(2, TimeSpan.FromMinutes(1), _ => Directive.Restart) });
        var child = await NewChild(parent, Puppet.With(life, new Hooks { OnStart = _ => { } }));

        for (var i = 0; i < 2; i++)
        {
            child.Tell(new Fail(Broken));
            Assert.True(await Within(child, _ => true));
        }

        child.Tell(new Fail(Broken));

        Assert.True(await child.WatchAsync().WaitAsync(Limit));
    }

    [Fact]
    public async Task Restarts_spread_beyond_the_window_do_not_count_together()
    {
        var window = TimeSpan.FromMilliseconds(40);
        var parent = NewPuppet(NewInbox(), new Hooks { Strategy = new OneForOneStrategy(1, window, _ => Directive.Restart) });
        var child = await NewChild(parent, Puppet.With(NewInbox()));

        for (var i = 0; i < 3; i++)
        {
            child.Tell(new Fail(Broken));
            Assert.True(await Within(child, _ => true));
            await Pause(window * 3);
        }

        Assert.True(await Within(child, _ => true));
    }

    [Fact]
    public async Task No_retries_means_no_restart()
    {
        var parent = NewPuppet(NewInbox(), new Hooks { Strategy = new OneForOneStrategy(0, TimeSpan.FromMinutes(1), _ => Directive.Restart) });
        var child = await NewChild(parent, Puppet.With(NewInbox()));

        child.Tell(new Fail(Broken));

        Assert.True(await child.WatchAsync().WaitAsync(Limit));
    }

    [Fact]
    public async Task AllForOne_restarts_the_siblings_too()
    {
        var parent = NewPuppet(NewInbox(), new Hooks { Strategy = new AllForOneStrategy(_ => Directive.Restart) });
        var life = NewInbox();
        var failing = await NewChild(parent, Puppet.With(NewInbox()));
        await NewChild(parent, Puppet.With(life, new Hooks { ReportsLife = true }));
        await life.Expect("PreStart");

        failing.Tell(new Fail(Broken));

        Assert.Same(Broken, (await life.Next<Restarting>()).Cause);
        await life.Expect("PostStop", "PostRestart", "PreStart");
    }

    [Fact]
    public async Task A_decider_that_throws_fails_the_supervisor()
    {
        var causes = NewInbox();
        var report = causes.Ref;
        var top = NewPuppet(NewInbox(), new Hooks
        {
            Strategy = new OneForOneStrategy(cause =>
            {
                report.Tell(cause);
                return Directive.Stop;
            }),
        });
        var middle = await NewChild(top, Puppet.With(NewInbox(), new Hooks { Strategy = new OneForOneStrategy(_ => throw new NotSupportedException("undecided")) }));
        var bottom = await NewChild(middle, Puppet.With(NewInbox()));

        bottom.Tell(new Fail(Broken));

        Assert.Equal("undecided", (await causes.Next<NotSupportedException>()).Message);
        Assert.True(await middle.WatchAsync().WaitAsync(Limit));
    }

    [Fact]
    public async Task The_strategy_of_the_props_goes_before_the_actors_own()
    {
        var parent = Sys.ActorOf(Puppet.With(NewInbox(), new Hooks { Strategy = new OneForOneStrategy(_ => Directive.Restart) })
            .WithSupervisorStrategy(SupervisorStrategy.StoppingStrategy));
        var child = await NewChild(parent, Puppet.With(NewInbox()));

        child.Tell(new Fail(Broken));

        Assert.True(await child.WatchAsync().WaitAsync(Limit));
    }

    [Fact]
    public void The_default_decider_stops_what_cannot_run_and_restarts_the_rest()
    {
        var decider = SupervisorStrategy.DefaultDecider;

        Assert.Equal(Directive.Stop, decider.Decide(new ActorInitializationException("x")));
        Assert.Equal(Directive.Stop, decider.Decide(new ActorKilledException("x")));
        Assert.Equal(Directive.Stop, decider.Decide(new DeathPactException(Sys.DeadLetters)));
        Assert.Equal(Directive.Restart, decider.Decide(Broken));
    }

    [Fact]
    public void A_deployable_decider_takes_the_first_fitting_type()
    {
        var decider = Decider.From(Directive.Escalate, Directive.Stop.When<ArgumentException>(), Directive.Resume.When<Exception>());

        Assert.Equal(Directive.Stop, decider.Decide(new ArgumentNullException()));
        Assert.Equal(Directive.Resume, decider.Decide(Broken));
    }

    [Fact]
    public async Task System_messages_overtake_user_messages()
    {
        var inbox = NewInbox();
        var puppet = NewPuppet(inbox, new Hooks { ReportsLife = true });
        await inbox.Expect("PreStart");

        await Within(puppet, context =>
        {
            puppet.Tell("waits");
            context.Stop(context.Self);
            return true;
        });

        await inbox.Expect("PostStop");
    }

    private static Task Pause(TimeSpan time)
    {
        // The window under test is a real one.
        var over = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var timer = new Timer(_ => over.TrySetResult(), null, time, Timeout.InfiniteTimeSpan);
        return over.Task.ContinueWith(_ => timer.Dispose(), TaskScheduler.Default);
    }
}
