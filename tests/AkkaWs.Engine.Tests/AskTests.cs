using Akka.Actor;
using Akka.Event;

namespace AkkaWs.Engine.Tests;

public sealed class AskTests : EngineSpec
{
    private static readonly TimeSpan Short = TimeSpan.FromMilliseconds(30);

    [Fact]
    public async Task The_reply_completes_the_task()
    {
        var actor = Answering(_ => 42);

        Assert.Equal(42, await actor.Ask<int>("?"));
        Assert.Equal(42, await actor.Ask("?"));
        Assert.Equal(42, await actor.Ask<int>(_ => "?", Limit, CancellationToken.None));
    }

    [Fact]
    public async Task Silence_becomes_an_AskTimeoutException()
    {
        var inbox = NewInbox();

        await Assert.ThrowsAsync<AskTimeoutException>(() => inbox.Ref.Ask<int>("?", Short));
    }

    [Fact]
    public async Task A_reply_after_the_timeout_is_a_dead_letter()
    {
        var inbox = NewInbox();
        var letters = NewInbox();
        Sys.EventStream.Subscribe(letters.Ref, typeof(DeadLetter));
        await Assert.ThrowsAsync<AskTimeoutException>(() => inbox.Ref.Ask<int>("?", Short));

        (await inbox.Next()).Sender.Tell(1, inbox.Ref);

        Assert.Equal(1, (await letters.Next<DeadLetter>()).Message);
    }

    [Fact]
    public async Task A_second_reply_changes_nothing()
    {
        var inbox = NewInbox();
        var answer = inbox.Ref.Ask<int>("?", Limit);
        var asker = (await inbox.Next()).Sender;

        asker.Tell(1);
        asker.Tell(2);

        Assert.Equal(1, await answer);
    }

    [Fact]
    public async Task A_reply_of_another_type_is_an_error()
    {
        var actor = Answering(_ => "text");

        var error = await Assert.ThrowsAsync<ArgumentException>(() => actor.Ask<int>("?", Limit));

        Assert.Contains("System.String", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_Status_Failure_becomes_its_exception()
    {
        var cause = new NotSupportedException("no");
        var actor = Answering(_ => new Status.Failure(cause));

        Assert.Same(cause, await Assert.ThrowsAsync<NotSupportedException>(() => actor.Ask<int>("?", Limit)));
    }

    [Fact]
    public async Task A_Status_Failure_is_a_reply_to_whoever_asks_for_a_Status()
    {
        var actor = Answering(_ => new Status.Failure(new NotSupportedException("no")));

        Assert.IsType<Status.Failure>(await actor.Ask<Status>("?", Limit));
    }

    [Fact]
    public async Task A_cancelled_token_cancels_the_task()
    {
        using var source = new CancellationTokenSource();
        var inbox = NewInbox();
        var answer = inbox.Ref.Ask<int>("?", source.Token);

        await source.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => answer);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => inbox.Ref.Ask<int>("?", source.Token));
    }

    [Fact]
    public async Task The_factory_gets_the_reference_that_takes_the_reply()
    {
        var inbox = NewInbox();
        var answer = inbox.Ref.Ask<string>(self => ("reply to", self), Limit, CancellationToken.None);

        var (message, sender) = await inbox.Next();
        var (_, self) = ((string, IActorRef))message;
        Assert.Equal(sender, self);
        self.Tell("here");

        Assert.Equal("here", await answer);
    }

    [Fact]
    public async Task The_askers_reference_has_its_path_below_temp()
    {
        var inbox = NewInbox();
        var answer = inbox.Ref.Ask<int>("?", Limit);
        var asker = (await inbox.Next()).Sender;

        Assert.StartsWith("akka://spec/temp/", asker.Path.ToString(), StringComparison.Ordinal);
        asker.Tell(1);

        Assert.Equal(1, await answer);
    }

    [Fact]
    public async Task Many_asks_at_once_get_each_its_own_reply()
    {
        var actor = Sys.ActorOf(Props.Create<Echo>());

        var answers = await Task.WhenAll(Enumerable.Range(0, 5_000).Select(i => actor.Ask<int>(i, Limit)));

        Assert.Equal(Enumerable.Range(0, 5_000), answers);
    }

    [Fact]
    public async Task Asking_nobody_is_an_error() => await Assert.ThrowsAnyAsync<Exception>(() => ActorRefs.Nobody.Ask<int>("?", Short));

    [Fact]
    public async Task Asking_a_dead_actor_times_out()
    {
        var actor = Answering(_ => 1);
        Assert.True(await actor.GracefulStop(Limit));

        await Assert.ThrowsAsync<AskTimeoutException>(() => actor.Ask<int>("?", Short));
    }

    private IActorRef Answering(Func<object, object> answer) => Sys.ActorOf(Props.Create(() => new Answer(answer)));

    private sealed class Answer(Func<object, object> answer) : UntypedActor
    {
        protected override void OnReceive(object message) => Sender.Tell(answer(message));
    }
}
