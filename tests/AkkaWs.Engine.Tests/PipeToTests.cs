using Akka.Actor;

namespace AkkaWs.Engine.Tests;

public sealed class PipeToTests : EngineSpec
{
    [Fact]
    public async Task The_result_of_a_task_is_sent()
    {
        var inbox = NewInbox();
        var sender = NewInbox();

        await Task.FromResult(1).PipeTo(inbox.Ref, sender.Ref);
        await Task.FromResult(2).PipeTo(inbox.Ref, success: number => $"result {number}");
        await new ValueTask<int>(3).PipeTo(inbox.Ref);

        Assert.Equal((1, sender.Ref), await inbox.Next());
        await inbox.Expect("result 2", 3);
    }

    [Fact]
    public async Task A_failure_is_sent_as_Status_Failure_or_as_the_caller_maps_it()
    {
        var inbox = NewInbox();
        var cause = new NotSupportedException("no");

        await Task.FromException<int>(cause).PipeTo(inbox.Ref);
        await Task.FromException(cause).PipeTo(inbox.Ref, failure: e => "failed " + e.Message);
        await Task.FromCanceled<int>(new CancellationToken(true)).PipeTo(inbox.Ref);

        Assert.Same(cause, (await inbox.Next<Status.Failure>()).Cause);
        await inbox.Expect("failed no");
        Assert.IsAssignableFrom<OperationCanceledException>((await inbox.Next<Status.Failure>()).Cause);
    }

    [Fact]
    public async Task A_task_without_a_result_sends_what_success_makes_or_nothing()
    {
        var inbox = NewInbox();

        await Task.CompletedTask.PipeTo(inbox.Ref);
        await Task.CompletedTask.PipeTo(inbox.Ref, success: () => "done");

        await inbox.Expect("done");
    }
}
