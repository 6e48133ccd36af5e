using Akka.Actor;

namespace AkkaWs.Engine.Tests;

public sealed class RestartTests : EngineSpec
{
    private static readonly Exception Broken = new InvalidOperationException("broken");

    [Fact]
    public async Task A_restart_keeps_the_reference_and_the_mailbox_and_does_not_redeliver_the_failing_message()
    {
        var inbox = NewInbox();
        var parent = NewPuppet(NewInbox());
        var child = await NewChild(parent, Puppet.With(inbox, new Hooks { ReportsLife = true }));
        await inbox.Expect("PreStart");

        await Within(child, _ =>
        {
            // These wait while the actor fails.
            child.Tell(new Fail(Broken));
            child.Tell("waiting 1");
            child.Tell("waiting 2");
            return true;
        });

        var restarting = await inbox.Next<Restarting>();
        Assert.Equal((Broken, Broken), (restarting.Cause, Assert.IsType<Fail>(restarting.Message).Cause));
        await inbox.Expect("PostStop", "PostRestart", "PreStart", "waiting 1", "waiting 2");
        Assert.Equal(child, await Within(child, context => context.Self));
        await inbox.ExpectNothingMore();
    }

    [Fact]
    public async Task Resume_keeps_the_instance()
    {
        var inbox = NewInbox();
        var parent = NewPuppet(NewInbox(), new Hooks { Strategy = new OneForOneStrategy(_ => Directive.Resume) });
        var child = await NewChild(parent, Puppet.With(inbox, new Hooks { ReportsLife = true }));

        child.Tell(new Fail(Broken));
        child.Tell("after");

        await inbox.Expect("PreStart", "after");
    }

    [Fact]
    public async Task A_restart_stops_the_children_unless_PreRestart_keeps_them()
    {
        var parent = NewPuppet(NewInbox());
        var child = await NewChild(parent, Puppet.With(NewInbox()));
        var grandchild = await NewChild(child, Puppet.With(NewInbox()), "grandchild");

        child.Tell(new Fail(Broken));

        Assert.True(await grandchild.WatchAsync().WaitAsync(Limit));
        Assert.True(await Within(child, context => context.Child("grandchild").IsNobody()));
    }

    [Fact]
    public async Task A_restart_restarts_the_children_that_survive_it()
    {
        var parent = NewPuppet(NewInbox());
        var child = await NewChild(parent, Puppet.With(NewInbox(), new Hooks { KeepsChildren = true }));
        var life = NewInbox();
        var survivor = await NewChild(child, Puppet.With(life, new Hooks { ReportsLife = true }));
        await life.Expect("PreStart");

        child.Tell(new Fail(Broken));

        Assert.Same(Broken, (await life.Next<Restarting>()).Cause);
        await life.Expect("PostStop", "PostRestart", "PreStart");
        Assert.Equal(survivor, Assert.Single(await Within(child, context => context.GetChildren().ToArray())));
        survivor.Tell("alive");
        await life.Expect("alive");
    }

    [Fact]
    public async Task A_constructor_that_throws_reaches_the_supervisor_as_ActorInitializationException_and_stops_the_child_by_default()
    {
        var causes = NewInbox();
        var report = causes.Ref;
        var parent = NewPuppet(NewInbox(), new Hooks
        {
            Strategy = new OneForOneStrategy(cause =>
            {
                report.Tell(cause);
                return SupervisorStrategy.DefaultDecider.Decide(cause);
            }),
        });

        var child = await NewChild(parent, Puppet.With(NewInbox(), new Hooks { OnConstruct = _ => throw Broken }));

        var cause = await causes.Next<ActorInitializationException>();
        Assert.Same(Broken, cause.GetBaseException());
        Assert.Equal(child, cause.Actor);
        Assert.True(await child.WatchAsync().WaitAsync(Limit));
    }

    [Fact]
    public async Task PreStart_that_throws_is_a_failed_creation()
    {
        var parent = NewPuppet(NewInbox());

        var child = await NewChild(parent, Puppet.With(NewInbox(), new Hooks { OnStart = _ => throw Broken }));

        Assert.True(await child.WatchAsync().WaitAsync(Limit));
    }

    [Fact]
    public async Task A_constructor_that_throws_once_can_be_restarted_and_gets_the_messages_that_waited()
    {
        var attempts = 0;
        var inbox = NewInbox();
        var parent = NewPuppet(NewInbox(), new Hooks { Strategy = new OneForOneStrategy(_ => Directive.Restart) });

        var child = await NewChild(parent, Puppet.With(inbox, new Hooks
        {
            OnConstruct = _ =>
            {
                if (Interlocked.Increment(ref attempts) == 1)
                    throw Broken;
            },
        }));
        child.Tell("waiting");

        await inbox.Expect("waiting");
        Assert.Equal(2, attempts);
    }

    [Fact]
    public async Task A_new_instance_that_cannot_be_made_is_a_PostRestartException_and_stops_the_child()
    {
        var causes = NewInbox();
        var report = causes.Ref;
        var attempts = 0;
        var parent = NewPuppet(NewInbox(), new Hooks
        {
            Strategy = new OneForOneStrategy(cause =>
            {
                report.Tell(cause);
                return SupervisorStrategy.DefaultDecider.Decide(cause);
            }),
        });
        var child = await NewChild(parent, Puppet.With(NewInbox(), new Hooks
        {
            OnConstruct = _ =>
            {
                if (Interlocked.Increment(ref attempts) > 1)
                    throw new NotSupportedException("no second one");
            },
        }));

        child.Tell(new Fail(Broken));

        Assert.Same(Broken, await causes.Next<Exception>());
        var second = await causes.Next<PostRestartException>();
        Assert.IsType<NotSupportedException>(second.GetBaseException());
        Assert.True(await child.WatchAsync().WaitAsync(Limit));
    }
}
