using Akka.Actor;
using Akka.Event;

namespace AkkaWs.Engine.Tests;

public sealed class DeadLetterTests : EngineSpec
{
    [Fact]
    public async Task A_message_to_a_dead_actor_is_published_with_sender_and_recipient()
    {
        var (letters, dead) = await DeadActor();

        dead.Tell("lost", letters.Ref);

        var letter = await letters.Next<DeadLetter>();
        Assert.Equal(("lost", letters.Ref, dead), ((string)letter.Message, letter.Sender, letter.Recipient));
    }

    [Fact]
    public async Task Messages_that_wait_when_the_actor_ends_are_dead_letters_in_their_order()
    {
        var letters = NewInbox();
        Sys.EventStream.Subscribe(letters.Ref, typeof(DeadLetter));
        var puppet = NewPuppet(NewInbox());

        await Within(puppet, context =>
        {
            for (var i = 0; i < 100; i++)
                puppet.Tell(i);
            context.Stop(context.Self);
            return true;
        });

        for (var i = 0; i < 100; i++)
            Assert.Equal(i, (await letters.Next<DeadLetter>()).Message);
    }

    [Fact]
    public async Task What_an_actor_gives_back_as_it_ends_is_a_dead_letter_before_what_waits()
    {
        for (var i = 0; i < 50; i++)
        {
            var letters = NewInbox();
            Sys.EventStream.Subscribe(letters.Ref, typeof(DeadLetter));
            var stashed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            var actor = Sys.ActorOf(Props.Create<Hoarder>(stashed));
            actor.Tell("stashed");
            await stashed.Task.WaitAsync(Limit);

            // Most of the time the actor ends before it gets to see this one.
            actor.Tell("waiting");
            Sys.Stop(actor);

            Assert.Equal("stashed", (await letters.Next<DeadLetter>()).Message);
            Assert.Equal("waiting", (await letters.Next<DeadLetter>()).Message);
            Sys.EventStream.Unsubscribe(letters.Ref);
        }
    }

    private sealed class Hoarder : ReceiveActor, IWithStash
    {
        public Hoarder(TaskCompletionSource stashed) => ReceiveAny(_ =>
        {
            Stash.Stash();
            stashed.TrySetResult();
        });

        public IStash Stash { get; set; } = null!;
    }

    // On Akka.NET one that is posted just as the actor ends may be neither handled nor a dead letter.
    [EmbeddedFact]
    public async Task No_message_is_lost_between_an_actor_and_the_dead_letters_while_it_ends()
    {
        const int Threads = 4;
        const int Each = 2_000;
        var handled = 0;
        var buried = 0;
        var all = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var counter = Sys.ActorOf(Sink.Of<DeadLetter>(_ => Count(ref buried)));
        Sys.EventStream.Subscribe(counter, typeof(DeadLetter));
        var target = Sys.ActorOf(Sink.Of<int>(_ => Count(ref handled)));

        await Task.WhenAll(Enumerable.Range(0, Threads).Select(thread => Task.Run(() =>
        {
            for (var i = 0; i < Each; i++)
            {
                if (thread == 0 && i == Each / 2)
                    Sys.Stop(target);
                target.Tell(i);
            }
        })));

        await all.Task.WaitAsync(Limit);
        Assert.Equal(Threads * Each, handled + buried);

        void Count(ref int counter)
        {
            Interlocked.Increment(ref counter);
            if (Volatile.Read(ref handled) + Volatile.Read(ref buried) == Threads * Each)
                all.TrySetResult();
        }
    }

    [Fact]
    public async Task A_message_to_a_path_where_nobody_is_becomes_a_dead_letter()
    {
        var letters = NewInbox();
        Sys.EventStream.Subscribe(letters.Ref, typeof(DeadLetter));

        Sys.ActorSelection("/user/nobody").Tell("lost", letters.Ref);

        Assert.Equal("lost", (await letters.Next<DeadLetter>()).Message);
    }

    [Fact]
    public async Task Suppressed_messages_are_published_apart()
    {
        var (letters, dead) = await DeadActor();
        Sys.EventStream.Subscribe(letters.Ref, typeof(SuppressedDeadLetter));

        dead.Tell(PoisonPill.Instance, letters.Ref);

        Assert.Same(PoisonPill.Instance, (await letters.Next<SuppressedDeadLetter>()).Message);
    }

    [Fact]
    public async Task Identify_to_a_dead_actor_is_answered_with_no_subject()
    {
        var (_, dead) = await DeadActor();

        Assert.Null((await dead.Ask<ActorIdentity>(new Identify(1), Limit)).Subject);
    }

    private async Task<(Inbox Letters, IActorRef Dead)> DeadActor()
    {
        var letters = NewInbox();
        Sys.EventStream.Subscribe(letters.Ref, typeof(DeadLetter));
        var dead = NewPuppet(NewInbox());
        Assert.True(await dead.GracefulStop(Limit));
        return (letters, dead);
    }
}
