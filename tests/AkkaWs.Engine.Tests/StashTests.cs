using Akka.Actor;
using Akka.Event;

namespace AkkaWs.Engine.Tests;

public sealed class StashTests : EngineSpec
{
    [Fact]
    public async Task Unstashed_messages_come_in_their_order_before_those_that_wait_and_keep_their_sender()
    {
        var inbox = NewInbox();
        var actor = Sys.ActorOf(Props.Create(() => new Stashing()));

        foreach (var message in (object[])[1, 2, 3, "open", 4, 5])
            actor.Tell(message, inbox.Ref);

        await inbox.Expect(1, 2, 3, 4, 5);
    }

    [Fact]
    public async Task A_message_is_stashed_at_most_once()
    {
        var inbox = NewInbox();
        var actor = Sys.ActorOf(Props.Create(() => new Stashing()));

        actor.Tell("twice", inbox.Ref);

        await inbox.Expect(nameof(IllegalActorStateException));
    }

    [Fact]
    public async Task A_restart_gives_the_stashed_messages_to_the_new_instance()
    {
        var inbox = NewInbox();
        var actor = Sys.ActorOf(Props.Create(() => new Stashing()));

        foreach (var message in (object[])[1, 2, "fail", "open", 3])
            actor.Tell(message, inbox.Ref);

        await inbox.Expect(1, 2, 3);
    }

    [Fact]
    public async Task A_stop_sends_the_stashed_messages_to_the_dead_letters()
    {
        var inbox = NewInbox();
        var letters = NewInbox();
        Sys.EventStream.Subscribe(letters.Ref, typeof(DeadLetter));
        var actor = Sys.ActorOf(Props.Create(() => new Stashing()));

        actor.Tell(1, inbox.Ref);
        actor.Tell(2, inbox.Ref);
        actor.Tell(PoisonPill.Instance);

        var first = await letters.Next<DeadLetter>();
        Assert.Equal((1, inbox.Ref, actor), ((int)first.Message, first.Sender, first.Recipient));
        Assert.Equal(2, (await letters.Next<DeadLetter>()).Message);
    }

    [Fact]
    public async Task Unstash_gives_back_the_oldest_alone()
    {
        var inbox = NewInbox();
        var actor = Sys.ActorOf(Props.Create(() => new Stashing()));

        foreach (var message in (object[])[1, 2, "one", "count"])
            actor.Tell(message, inbox.Ref);

        await inbox.Expect("one of 1", 1);
    }

    private sealed class Stashing : ReceiveActor, IWithUnboundedStash
    {
        public Stashing() => Closed();

        public IStash Stash { get; set; } = null!;

        private void Closed()
        {
            Receive<int>(_ => Stash.Stash());
            Receive<string>(text => text == "open", _ =>
            {
                Become(Open);
                Stash.UnstashAll();
            });
            Receive<string>(text => text == "one", _ =>
            {
                Become(Open);
                Stash.Unstash();
                Sender.Tell($"one of {Stash.Count}");
            });
            Receive<string>(text => text == "twice", _ =>
            {
                Stash.Stash();
                Sender.Tell(Record.Exception(Stash.Stash)?.GetType().Name ?? "none");
                Stash.ClearStash();
            });
            Receive<string>(text => text == "fail", _ => throw new InvalidOperationException());
        }

        private void Open() => Receive<int>(number => Sender.Tell(number));
    }
}
