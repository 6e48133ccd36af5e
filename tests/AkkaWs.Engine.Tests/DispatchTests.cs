using Akka.Actor;

namespace AkkaWs.Engine.Tests;

/// <summary>When actors get their turn, and on whose thread.</summary>
public sealed class DispatchTests : EngineSpec
{
    [Fact]
    public async Task Actors_that_stand_still_in_their_handlers_do_not_hold_up_those_behind_them()
    {
        using var gate = new ManualResetEventSlim();
        var waiting = Environment.ProcessorCount + 2;
        using var passed = new CountdownEvent(waiting);
        for (var i = 0; i < waiting; i++)
        {
            Sys.ActorOf(Sink.Of<string>(_ =>
            {
                if (gate.Wait(Limit))
                    passed.Signal();
            })).Tell("wait");
        }

        Sys.ActorOf(Sink.Of<string>(_ => gate.Set())).Tell("open");

        Assert.True(await Task.Run(() => passed.Wait(Limit)));
    }

    // On Akka.NET actors that always have something to do can hold up the thread pool, and with it all others, for half a minute.
    [EmbeddedFact]
    public async Task An_actor_that_has_much_to_do_lets_others_have_their_turn()
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        // More than the thread pool adds threads for within the limit.
        var busy = Enumerable.Range(0, 1_000).Select(_ => Sys.ActorOf(Props.Create(() => new Restless()))).ToList();
        busy.ForEach(actor => actor.Tell("go"));

        Sys.ActorOf(Sink.Of<string>(_ => done.SetResult())).Tell("x");

        await done.Task.WaitAsync(Limit);
        busy.ForEach(Sys.Stop);
    }

    [EmbeddedFact]
    public async Task Work_of_the_thread_pool_has_its_turn_among_restless_actors()
    {
        var busy = Enumerable.Range(0, 64).Select(_ => Sys.ActorOf(Props.Create(() => new Restless()))).ToList();
        busy.ForEach(actor => actor.Tell("go"));

        await InTurn().WaitAsync(Limit);
        busy.ForEach(Sys.Stop);

        // So many that threads which the pool adds for those that never come back are too few.
        static async Task InTurn()
        {
            for (var i = 0; i < 100; i++)
            {
                var turn = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                ThreadPool.UnsafeQueueUserWorkItem(_ => turn.SetResult(), null); // not to the queue of this thread
                await turn.Task;
            }
        }
    }

    [Fact]
    public async Task Every_one_of_many_actors_gets_what_many_threads_tell_it_in_order()
    {
        const int Threads = 4;
        const int Actors = 3_000;
        const int Rounds = 20;
        using var left = new CountdownEvent(Actors);
        var wrong = 0;
        var actors = Enumerable.Range(0, Actors).Select(_ => Sys.ActorOf(Props.Create(() => new InOrder(Threads, Rounds, () => left.Signal(), () => Interlocked.Increment(ref wrong))))).ToList();

        await Task.WhenAll(Enumerable.Range(0, Threads).Select(thread => Task.Run(() =>
        {
            for (var round = 0; round < Rounds; round++)
                actors.ForEach(actor => actor.Tell((thread, round)));
        })));

        Assert.True(await Task.Run(() => left.Wait(Limit)), $"{left.CurrentCount} actors wait still");
        Assert.Equal(0, Volatile.Read(ref wrong));
    }

    [Fact]
    public async Task A_message_that_comes_as_a_parent_fails_waits_until_the_parent_is_resumed()
    {
        var inbox = NewInbox();
        var top = NewPuppet(NewInbox(), new Hooks { Strategy = new OneForOneStrategy(_ => Directive.Resume) });
        var parent = await NewChild(top, Puppet.With(NewInbox(), new Hooks { KeepsChildren = true }));
        var child = await NewChild(parent, Puppet.With(inbox));

        for (var i = 0; i < 500; i++)
        {
            parent.Tell(new Fail(new InvalidOperationException("wanted")));
            Thread.SpinWait(i * 10);
            child.Tell(i);
            child.Tell(-i);
            await inbox.Expect(i, -i);
        }
    }

    [Fact]
    public async Task An_actor_that_ends_after_its_children_knows_the_sender_of_its_last_message_still()
    {
        var inbox = NewInbox();
        var actor = Sys.ActorOf(Props.Create(() => new LeavesLast()));

        actor.Tell("end", inbox.Ref);

        await inbox.Expect("ended");
    }

    // Tells itself to go on.
    private sealed class Restless : UntypedActor
    {
        protected override void OnReceive(object message) => Self.Tell(message);
    }

    private sealed class InOrder : ReceiveActor
    {
        public InOrder(int threads, int rounds, Action done, Action wrong)
        {
            var next = new int[threads];
            Receive<(int Thread, int Round)>(message =>
            {
                if (next[message.Thread]++ != message.Round)
                    wrong();
                if (Array.TrueForAll(next, round => round == rounds))
                    done();
            });
        }
    }

    private sealed class LeavesLast : UntypedActor
    {
        protected override void PreStart() => Context.ActorOf(Sink.Of<string>(_ => { }));

        protected override void PostStop() => Sender.Tell("ended");

        protected override void OnReceive(object message) => Context.Stop(Self);
    }
}
