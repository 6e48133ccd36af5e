using Akka.Actor;

namespace AkkaWs.Engine.Tests;

public sealed class MessagingTests : EngineSpec
{
    [Theory]
    [InlineData(0, int.MaxValue)]
    [InlineData(400, int.MaxValue)] // about as long as the actor needs: it falls idle between them
    [InlineData(400, 7)]
    public async Task Messages_of_one_sender_arrive_in_the_order_in_which_they_were_sent(int longestPause, int failsOnEach)
    {
        const int Senders = 4;
        const int Each = 10_000;
        var done = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        var next = new int[Senders];
        var left = Senders * Each;
        var inOrder = true;
        var target = Sys.ActorOf(Sink.Of<(int Sender, int Number)>(message =>
        {
            inOrder &= next[message.Sender]++ == message.Number;
            if (--left == 0)
                done.TrySetResult(inOrder);
            if (left % failsOnEach == 1)
                throw new InvalidOperationException("wanted");
        }));

        await Task.WhenAll(Enumerable.Range(0, Senders).Select(sender => Task.Run(() =>
        {
            var random = new Random(sender);
            for (var number = 0; number < Each; number++)
            {
                target.Tell((sender, number));
                if (number % 3 == 0)
                    Thread.SpinWait(random.Next(longestPause + 1));
            }
        })));

        Assert.True(await done.Task.WaitAsync(Limit));
    }

    [Fact]
    public async Task A_message_that_comes_as_its_actor_falls_idle_is_not_left_lying()
    {
        const int Threads = 3;
        const int Each = 5_000;
        var target = Sys.ActorOf(Sink.Of<TaskCompletionSource>(handled => handled.SetResult()));

        await Task.WhenAll(Enumerable.Range(0, Threads).Select(_ => Task.Run(async () =>
        {
            for (var i = 0; i < Each; i++)
            {
                var handled = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                target.Tell(handled);
                await handled.Task.WaitAsync(Limit);
            }
        })));
    }

    [Fact]
    public async Task An_actor_handles_one_message_at_a_time_whatever_the_number_of_threads_that_send()
    {
        const int Threads = 8;
        const int Each = 5_000;
        var done = new TaskCompletionSource<int>(TaskCreationOptions.RunContinuationsAsynchronously);
        var inside = 0;
        var overlaps = 0;
        var count = 0;
        var target = Sys.ActorOf(Sink.Of<string>(_ =>
        {
            if (Interlocked.Increment(ref inside) != 1)
                overlaps++;
            Thread.SpinWait(10);
            Interlocked.Decrement(ref inside);
            if (++count == Threads * Each)
                done.TrySetResult(overlaps);
        }));

        await Task.WhenAll(Enumerable.Range(0, Threads).Select(_ => Task.Run(() =>
        {
            for (var i = 0; i < Each; i++)
                target.Tell("x");
        })));

        Assert.Equal(0, await done.Task.WaitAsync(Limit));
    }

    [Fact]
    public async Task Ten_thousand_actors_each_answer()
    {
        var actors = Enumerable.Range(0, 10_000).Select(_ => Sys.ActorOf(Props.Create(() => new Echo()))).ToList();

        var answers = await Task.WhenAll(actors.Select((actor, i) => actor.Ask<int>(i, Limit)));

        Assert.Equal(Enumerable.Range(0, 10_000), answers);
    }

    [Fact]
    public async Task A_message_sent_from_outside_has_the_dead_letters_as_its_sender()
    {
        var inbox = NewInbox();

        OutsideOfActors(() =>
        {
            inbox.Ref.Tell("x");
            return true;
        });

        Assert.Equal(Sys.DeadLetters, (await inbox.Next()).Sender);
    }

    [Fact]
    public async Task A_message_sent_by_an_actor_carries_it_as_its_sender()
    {
        var inbox = NewInbox();
        var puppet = NewPuppet(NewInbox());

        await Within(puppet, _ =>
        {
            inbox.Ref.Tell("x");
            return true;
        });

        Assert.Equal(puppet, (await inbox.Next()).Sender);
    }

    [Fact]
    public async Task Forward_keeps_the_first_sender()
    {
        var inbox = NewInbox();
        var first = NewInbox();
        var middle = NewPuppet(inbox);

        middle.Tell("x", first.Ref);

        Assert.Equal(("x", first.Ref), await inbox.Next());
    }

    [Fact]
    public async Task Null_is_no_message()
    {
        var actor = Sys.ActorOf(Props.Create(() => new Echo()));
        Assert.True(await actor.Ask<bool>(true, Limit));

        Assert.Throws<ArgumentNullException>(() => actor.Tell(null!));
    }

    [Fact]
    public void The_context_is_there_only_in_the_actors_turn() =>
        Assert.IsType<NotSupportedException>(OutsideOfActors(() => Record.Exception(() => Peek.Self)));

    private abstract class Peek : UntypedActor
    {
        public static new IActorRef Self => Context.Self;
    }
}

internal sealed class Sink<T>(Action<T> handle) : UntypedActor
{
    protected override void OnReceive(object message) => handle((T)message);
}

internal static class Sink
{
    public static Props Of<T>(Action<T> handle) => Props.Create(() => new Sink<T>(handle));
}

internal sealed class Echo : UntypedActor
{
    protected override void OnReceive(object message) => Sender.Tell(message);
}
