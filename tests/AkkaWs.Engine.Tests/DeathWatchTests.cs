using Akka.Actor;

namespace AkkaWs.Engine.Tests;

public sealed class DeathWatchTests : EngineSpec
{
    [Fact]
    public async Task A_watcher_gets_Terminated_exactly_once()
    {
        var inbox = NewInbox();
        var watcher = NewPuppet(inbox);
        var subject = NewPuppet(NewInbox());
        await Within(watcher, context => context.Watch(context.Watch(subject)));

        Sys.Stop(subject);

        await inbox.Expect(new Ended(subject, ExistenceConfirmed: true, AddressTerminated: false));
        await Within(watcher, _ => true);
        await inbox.ExpectNothingMore();
    }

    [Fact]
    public async Task The_parent_gets_Terminated_exactly_once_and_has_the_child_no_more()
    {
        var inbox = NewInbox();
        var parent = NewPuppet(inbox, new Hooks { OnMessage = Reporting(inbox) });
        var child = await NewWatched(parent, Puppet.With(NewInbox()));

        child.Tell(PoisonPill.Instance);

        await inbox.Expect("terminated with 0 children");
        await Within(parent, _ => true);
        await inbox.ExpectNothingMore();

        static Func<IUntypedActorContext, object, bool> Reporting(Inbox inbox) => (context, message) =>
        {
            if (message is Terminated)
                inbox.Ref.Tell($"terminated with {context.GetChildren().Count()} children");
            return message is Terminated;
        };
    }

    [Fact]
    public async Task An_actor_that_is_dead_already_is_reported_to_a_new_watcher()
    {
        var inbox = NewInbox();
        var watcher = NewPuppet(inbox);
        var subject = NewPuppet(NewInbox());
        Assert.True(await subject.GracefulStop(Limit));

        await Within(watcher, context => context.Watch(subject));

        await inbox.Expect(new Ended(subject, ExistenceConfirmed: false, AddressTerminated: false));
        await Within(watcher, _ => true);
        await inbox.ExpectNothingMore();
    }

    [Fact]
    public async Task Unwatch_keeps_Terminated_away()
    {
        var inbox = NewInbox();
        var watcher = NewPuppet(inbox);
        var subject = NewPuppet(NewInbox());
        await Within(watcher, context => context.Watch(subject));
        await Within(watcher, context => context.Unwatch(subject));

        Assert.True(await subject.GracefulStop(Limit));

        await Within(watcher, _ => true);
        await inbox.ExpectNothingMore();
    }

    [Fact]
    public async Task Unwatch_drops_a_Terminated_that_waits_in_the_mailbox_already()
    {
        var inbox = NewInbox();
        var watcher = NewPuppet(inbox);
        var subject = await NewWatched(watcher, Puppet.With(NewInbox()));

        // The watcher's handler lasts until the subject has ended; its next message waits already, and Terminated comes behind that.
        var busy = Within(watcher, context =>
        {
            context.Stop(subject);
            return subject.WatchAsync().Wait(Limit);
        });
        var unwatched = Within(watcher, context => context.Unwatch(subject));
        Assert.True(await busy);
        await unwatched;

        await Within(watcher, _ => true);
        await inbox.ExpectNothingMore();
    }

    [Fact]
    public async Task WatchWith_sends_the_given_message_instead()
    {
        var inbox = NewInbox();
        var watcher = NewPuppet(inbox);
        var subject = NewPuppet(NewInbox());
        await Within(watcher, context => context.WatchWith(subject, "gone"));

        Sys.Stop(subject);

        await inbox.Expect("gone");
    }

    [Fact]
    public async Task The_first_watch_holds_with_its_message()
    {
        var inbox = NewInbox();
        var watcher = NewPuppet(inbox);
        var subject = NewPuppet(NewInbox());
        await Within(watcher, context => context.Watch(context.WatchWith(context.WatchWith(subject, "first"), "second")));

        Sys.Stop(subject);

        await inbox.Expect("first");
    }

    [Fact]
    public async Task Messages_sent_before_the_end_are_handled_before_Terminated()
    {
        var inbox = NewInbox();
        var parent = NewPuppet(inbox);
        var child = await NewWatched(parent, Puppet.With(NewInbox(), new Hooks
        {
            OnMessage = (context, _) =>
            {
                for (var i = 0; i < 3; i++)
                    context.Parent.Tell(i);
                throw new InvalidOperationException();
            },
        }));
        await Within(parent, _ => true);

        child.Tell("go");
        await inbox.Expect(0, 1, 2);
        child.Tell(Kill.Instance);

        Assert.Equal(child, (await inbox.Next<Ended>()).Subject);
    }

    [Fact]
    public async Task Terminated_that_is_not_handled_fails_the_watcher_with_a_DeathPactException()
    {
        var causes = NewInbox();
        var report = causes.Ref;
        var parent = NewPuppet(NewInbox(), new Hooks
        {
            Strategy = new OneForOneStrategy(cause =>
            {
                report.Tell(cause);
                return Directive.Stop;
            }),
        });
        var child = await NewChild(parent, Props.Create(() => new Careless()));
        var subject = NewPuppet(NewInbox());
        Assert.Equal("watching", await child.Ask<string>(subject, Limit));

        Sys.Stop(subject);

        Assert.Equal(subject, (await causes.Next<DeathPactException>()).DeadActor);
        Assert.True(await child.WatchAsync().WaitAsync(Limit));
    }

    [Fact]
    public async Task GracefulStop_is_true_when_the_actor_has_ended_and_false_when_time_is_up()
    {
        var obedient = NewPuppet(NewInbox());
        var stubborn = NewPuppet(NewInbox());

        Assert.True(await obedient.GracefulStop(Limit));
        Assert.False(await stubborn.GracefulStop(TimeSpan.FromMilliseconds(30), "not a reason to stop"));
    }

    private sealed class Careless : ReceiveActor
    {
        public Careless() => Receive<IActorRef>(subject =>
        {
            Context.Watch(subject);
            Sender.Tell("watching");
        });
    }
}
