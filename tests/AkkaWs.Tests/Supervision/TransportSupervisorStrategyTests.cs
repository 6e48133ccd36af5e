using System.Net.Sockets;
using Akka.Actor;
using Akka.TestKit.Xunit2;
using AkkaWs.Errors;
using AkkaWs.Supervision;
using AkkaWs.TestSupport;
using AkkaWs.Wire;

namespace AkkaWs.Tests.Supervision;

public sealed class TransportSupervisorStrategyTests() : TestKit(TestHocon.Below())
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task A_transport_s_failure_is_classified_recorded_and_its_child_stopped()
    {
        var (parent, child) = await OpenAsync();

        child.Tell(Refused());

        var failed = await ExpectMsgAsync<Failed>(Deadline);
        Assert.Equal(child, failed.Child);
        Assert.Equal(ErrorClass.Refused, failed.Reason.Class);
        Assert.IsType<WireConnectException>(failed.Error);
        await ExpectTerminatedAsync(child, Deadline);
        Assert.Equal("fine", await parent.Ask<string>("fine?", Deadline));
    }

    [Fact]
    public async Task A_transport_s_failure_is_not_logged_by_the_supervisor()
    {
        var (_, child) = await OpenAsync();
        var refused = Refused();

        await EventFilter.Exception<WireConnectException>().ExpectAsync(0, async () =>
        {
            child.Tell(refused);
            await ExpectMsgAsync<Failed>(Deadline);
            await ExpectTerminatedAsync(child, Deadline);
        });
    }

    [Fact]
    public async Task What_the_child_sent_before_it_failed_comes_before_its_end()
    {
        var (_, child) = await OpenAsync();

        child.Tell("last words");
        child.Tell(Refused());

        var received = new[] { await ReceiveOneAsync(Deadline), await ReceiveOneAsync(Deadline), await ReceiveOneAsync(Deadline) };
        Assert.Single(received.OfType<Failed>());
        Assert.Equal([typeof(string), typeof(Terminated)], received.Where(message => message is not Failed).Select(message => message!.GetType()));
    }

    [Fact]
    public async Task A_bug_is_left_to_the_default_and_logged()
    {
        var (_, child) = await OpenAsync();

        await EventFilter.Exception<InvalidOperationException>("a bug").ExpectOneAsync(Deadline, () =>
        {
            child.Tell(new InvalidOperationException("a bug"));
            return Task.CompletedTask;
        });

        child.Tell("still there");
        Assert.Equal("still there", await ExpectMsgAsync<string>(Deadline));
    }

    [Fact]
    public async Task The_caller_may_explain_failures_of_its_own()
    {
        var (_, child) = await OpenAsync(error => error is TimeoutException ? new CloseReason(ErrorClass.Idle, "slow") : null);

        child.Tell(new TimeoutException());

        Assert.Equal(new CloseReason(ErrorClass.Idle, "slow"), (await ExpectMsgAsync<Failed>(Deadline)).Reason);
        await ExpectTerminatedAsync(child, Deadline);
    }

    private async Task<(IActorRef Parent, IActorRef Child)> OpenAsync(Func<Exception, CloseReason?>? explain = null)
    {
        var test = TestActor;
        Action<IActorRef, CloseReason, Exception> record = (child, reason, error) => test.Tell(new Failed(child, reason, error));
        var strategy = explain is null ? new TransportSupervisorStrategy(record) : new TransportSupervisorStrategy(record, explain);
        var parent = Sys.ActorOf(Props.Create(() => new Parent(strategy, Props.Create(() => new Thrower(test)).WithDeploy(Deploy.Local))).WithDeploy(Deploy.Local));
        var child = await parent.Ask<IActorRef>("child", Deadline);
        await WatchAsync(child);
        return (parent, child);
    }

    private static WireConnectException Refused() => new("refused", SocketError.ConnectionRefused, null);

    private sealed record Failed(IActorRef Child, CloseReason Reason, Exception Error) : INoSerializationVerificationNeeded;
}
