using Akka.Actor;
using Akka.Event;

namespace AkkaWs.Engine.Tests;

public sealed class BehaviorTests : EngineSpec
{
    [Fact]
    public async Task Become_replaces_all_handlers()
    {
        var unhandled = NewInbox();
        Sys.EventStream.Subscribe(unhandled.Ref, typeof(UnhandledMessage));
        var actor = Sys.ActorOf(Props.Create(() => new Switching()));

        actor.Tell("become");
        Assert.Equal("second 1", await actor.Ask<string>(1, Limit));
        actor.Tell("become");

        Assert.Equal("become", (await unhandled.Next<UnhandledMessage>()).Message);
    }

    [Fact]
    public async Task UnbecomeStacked_returns_to_the_behaviour_below()
    {
        var actor = Sys.ActorOf(Props.Create(() => new Switching()));

        actor.Tell("stack");
        Assert.Equal("stacked 1", await actor.Ask<string>(1, Limit));
        actor.Tell("unstack");

        Assert.Equal("first 2", await actor.Ask<string>(2, Limit));
    }

    [Fact]
    public async Task UnbecomeStacked_at_the_bottom_keeps_the_behaviour()
    {
        var puppet = NewPuppet(NewInbox());

        await Within(puppet, context =>
        {
            context.UnbecomeStacked();
            return true;
        });

        Assert.True(await Within(puppet, _ => true));
    }

    [Fact]
    public async Task A_behaviour_chosen_in_the_constructor_holds()
    {
        var actor = Sys.ActorOf(Props.Create(() => new BornSwitched()));

        Assert.Equal("chosen 1", await actor.Ask<string>(1, Limit));
    }

    [Fact]
    public async Task A_restart_returns_to_the_first_behaviour()
    {
        var actor = Sys.ActorOf(Props.Create(() => new Switching()));

        actor.Tell("become");
        actor.Tell("fail");

        Assert.Equal("first 1", await actor.Ask<string>(1, Limit));
    }

    [Fact]
    public async Task The_first_handler_whose_type_and_predicate_fit_takes_the_message()
    {
        var actor = Sys.ActorOf(Props.Create(() => new Choosing()));

        Assert.Equal("small", await actor.Ask<string>(1, Limit));
        Assert.Equal("big", await actor.Ask<string>(11, Limit));
        Assert.Equal("decided", await actor.Ask<string>("yes", Limit));
        Assert.Equal("any String", await actor.Ask<string>("no", Limit));
        Assert.Equal("base", await actor.Ask<string>(new ArgumentNullException(), Limit));
        Assert.Equal("typed", await actor.Ask<string>(1.5, Limit));
        Assert.Equal("any Char", await actor.Ask<string>('c', Limit));
    }

    [Fact]
    public async Task A_handler_after_ReceiveAny_is_an_error()
    {
        var outcome = new TaskCompletionSource<Exception?>();
        Sys.ActorOf(Props.Create(() => new Late(outcome)));

        Assert.IsType<InvalidOperationException>(await outcome.Task.WaitAsync(Limit));
    }

    [Fact]
    public async Task Receive_outside_of_construction_and_Become_is_an_error()
    {
        var actor = Sys.ActorOf(Props.Create(() => new Switching()));

        Assert.Equal(nameof(InvalidOperationException), await actor.Ask<string>("receive now", Limit));
    }

    [Fact]
    public async Task An_unhandled_message_is_published_with_its_sender_and_recipient()
    {
        var inbox = NewInbox();
        Sys.EventStream.Subscribe(inbox.Ref, typeof(UnhandledMessage));
        var actor = Sys.ActorOf(Props.Create(() => new Switching()));

        actor.Tell('?', inbox.Ref);

        var unhandled = await inbox.Next<UnhandledMessage>();
        Assert.Equal(('?', inbox.Ref, actor), ((char)unhandled.Message, unhandled.Sender, unhandled.Recipient));
    }

    [Fact]
    public async Task An_asynchronous_handler_suspends_the_mailbox_and_keeps_context_and_sender()
    {
        var inbox = NewInbox();
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var actor = Sys.ActorOf(Props.Create(() => new Asynchronous(gate.Task)));

        actor.Tell("wait", inbox.Ref);
        actor.Tell("next", inbox.Ref);
        await inbox.Expect("started");
        await inbox.ExpectNothingMore();
        gate.SetResult();

        await inbox.Expect("resumed", "next");
    }

    [Fact]
    public async Task The_failure_of_an_asynchronous_handler_restarts_the_actor()
    {
        var inbox = NewInbox();
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var actor = Sys.ActorOf(Props.Create(() => new Asynchronous(gate.Task)));

        actor.Tell("wait", inbox.Ref);
        actor.Tell("next", inbox.Ref);
        gate.SetException(new InvalidOperationException("broken"));

        await inbox.Expect("started", "restarting broken", "next");
    }

    private sealed class Switching : ReceiveActor
    {
        public Switching()
        {
            Receive<int>(number => Sender.Tell($"first {number}"));
            Receive<string>(text => text == "become", _ => Become(Second));
            Receive<string>(text => text == "stack", _ => BecomeStacked(() =>
            {
                Receive<int>(number => Sender.Tell($"stacked {number}"));
                Receive<string>(_ => UnbecomeStacked());
            }));
            Receive<string>(text => text == "receive now", _ =>
            {
                try
                {
                    Receive<object>(_ => { });
                }
                catch (InvalidOperationException e)
                {
                    Sender.Tell(e.GetType().Name);
                }
            });
        }

        private void Second()
        {
            Receive<int>(number => Sender.Tell($"second {number}"));
            Receive<string>(text => text == "fail", _ => throw new InvalidOperationException());
        }
    }

    private sealed class BornSwitched : ReceiveActor
    {
        public BornSwitched()
        {
            Receive<int>(number => Sender.Tell($"first {number}"));
            Become(() => Receive<int>(number => Sender.Tell($"chosen {number}")));
        }
    }

    private sealed class Choosing : ReceiveActor
    {
        public Choosing()
        {
            Receive<int>(number => number < 10, _ => Sender.Tell("small"));
            Receive<int>(_ => Sender.Tell("big"));
            Receive<string>(text =>
            {
                if (text == "yes")
                    Sender.Tell("decided");
                return text == "yes";
            });
            Receive<ArgumentException>(_ => Sender.Tell("base"));
            Receive(typeof(double), _ => Sender.Tell("typed"));
            ReceiveAny(message => Sender.Tell("any " + message.GetType().Name));
        }
    }

    private sealed class Late : ReceiveActor
    {
        public Late(TaskCompletionSource<Exception?> outcome)
        {
            ReceiveAny(_ => { });
            outcome.SetResult(Record.Exception(() => Receive<string>(_ => { })));
        }
    }

    private sealed class Asynchronous : ReceiveActor
    {
        public Asynchronous(Task gate)
        {
            ReceiveAsync<string>(text => text == "wait", async _ =>
            {
                Sender.Tell("started");
                await gate;
                Context.Sender.Tell("resumed");
            });
            ReceiveAny(message => Sender.Tell(message));
        }

        protected override void PreRestart(Exception reason, object message) => Sender.Tell("restarting " + reason.Message);
    }
}
