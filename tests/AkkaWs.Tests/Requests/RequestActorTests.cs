using Akka.Actor;
using Akka.TestKit;
using Akka.TestKit.Xunit2;
using AkkaWs.Errors;
using AkkaWs.Messages;
using AkkaWs.Protocol;
using AkkaWs.Requests;
using AkkaWs.Tests.Support;
using AkkaWs.Transport;
using AkkaWs.Wire;

namespace AkkaWs.Tests.Requests;

/// <summary>Each request has exactly one outcome, whatever comes in whatever order; time is virtual.</summary>
public sealed class RequestActorTests : TestKit, IAsyncLifetime
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Timeout = TimeSpan.FromMinutes(30);
    private static readonly CloseReason Lost = new(ErrorClass.Reset, "lost");
    private readonly Request _command = new("x"u8.ToArray());
    private readonly TestProbe _parent;
    private readonly TestProbe _asker;
    private IActorRef _actor = ActorRefs.Nobody;

    public RequestActorTests()
        : base($"akka.loglevel = WARNING\nakka.scheduler.implementation = \"{typeof(TestScheduler).AssemblyQualifiedName}\"")
    {
        _parent = CreateTestProbe();
        _asker = CreateTestProbe();
    }

    private TestScheduler Scheduler => (TestScheduler)Sys.Scheduler;

    public async Task InitializeAsync() => _actor = await ParentActor.StartChildAsync(Sys, RequestActor.Props("feed", new LineProtocol { ClientOrderId = _ => "mine-1" }), _parent);

    public Task DisposeAsync() => Task.CompletedTask;

    [Fact]
    public async Task A_result_is_the_response()
    {
        Begin("1");
        _actor.Tell(new CompleteRequest("1", "yes"u8.ToArray()));

        Assert.Equal("1", (await _asker.ExpectMsgAsync<Response>(Deadline)).Id.Value);
        Assert.Equal(new RequestEnded("1", _actor, Answered: true), await _parent.ExpectMsgAsync<RequestEnded>(Deadline));
    }

    [Fact]
    public async Task An_error_of_the_server_carries_code_words_and_command()
    {
        Begin("1");
        _actor.Tell(new CompleteRequest("1", default, new ServerErrorException("feed", "1", "42", "no margin")));

        var error = await FailureAsync<ServerErrorException>();
        Assert.Equal(("42", "no margin"), (error.Code, error.Description));
        Assert.Same(_command, error.Command);
    }

    [Fact]
    public async Task A_response_that_cannot_be_read_is_a_typed_error_with_its_cause()
    {
        Begin("1");
        var cause = new FormatException("odd");
        _actor.Tell(new RejectResponse("1", cause, "R|1|odd"));

        var error = await FailureAsync<ResponseFormatException>();
        Assert.Equal((cause, "R|1|odd"), (error.InnerException, error.Excerpt));
        Assert.EndsWith("It begins with: R|1|odd", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_timeout_says_whether_the_request_was_written_and_one_that_was_not_never_will_be(bool written)
    {
        var write = await BegunAsync("1", written);
        Scheduler.Advance(Timeout - TimeSpan.FromMilliseconds(1));
        await _asker.ExpectNoMsgAsync(TimeSpan.Zero);
        Scheduler.Advance(TimeSpan.FromMilliseconds(1));

        var error = await FailureAsync<RequestTimeoutException>();
        Assert.Equal((written, written ? "mine-1" : null), (error.Written, error.ClientOrderId));
        Assert.Equal(written, write.HasBegun);
        Assert.False(Probing.Begins(write));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_cancelled_request_says_whether_it_was_written_and_one_that_was_not_never_will_be(bool written)
    {
        var write = await BegunAsync("1", written);

        _actor.Tell(new AbandonRequest("1"));

        Assert.Equal(written, (await FailureAsync<RequestCancelledException>()).Written);
        Assert.False(Probing.Begins(write));
    }

    [Fact]
    public async Task A_loss_after_the_write_leaves_the_outcome_unknown()
    {
        await BegunAsync("1", written: true);

        _actor.Tell(new FailRequest("1", Lost));

        var error = await FailureAsync<SentOutcomeUnknownException>();
        Assert.Equal(("1", Lost, "mine-1"), (error.RequestId.Value, error.Reason, error.ClientOrderId));
    }

    [Fact]
    public async Task A_loss_before_the_write_is_certain_not_to_have_sent_it()
    {
        var write = await BegunAsync("1", written: false);

        _actor.Tell(new FailRequest("1", Lost));

        await FailureAsync<NotSentException>();
        Assert.False(Probing.Begins(write));
    }

    [Fact]
    public async Task A_write_that_failed_before_it_began_is_told_at_once()
    {
        var write = await BegunAsync("1", written: false);

        Probing.Fail(write, begun: false);

        await FailureAsync<NotSentException>();
    }

    [Fact]
    public async Task A_request_that_was_written_is_repeated_once_and_its_end_ends_the_repetition()
    {
        var clock = new TrafficClock(() => TimeSpan.Zero);
        var write = await BegunAsync("1", written: true);
        var again = write.TryRepeat(new Expiry(clock, Timeout))!;
        Assert.Null(write.TryRepeat(new Expiry(clock, Timeout)));
        Assert.True(write.HasBegun);

        _actor.Tell(new AbandonRequest("1"));

        Assert.True((await FailureAsync<RequestCancelledException>()).Written);
        Assert.False(Probing.Begins(again));
    }

    [Fact]
    public async Task A_request_that_ended_or_was_not_written_is_not_repeated()
    {
        var expiry = new Expiry(new TrafficClock(() => TimeSpan.Zero), Timeout);
        var write = await BegunAsync("1", written: false);
        Assert.Null(write.TryRepeat(expiry));
        Assert.True(Probing.Begins(write));

        _actor.Tell(new CompleteRequest("1", "yes"u8.ToArray()));

        await _asker.ExpectMsgAsync<Response>(Deadline);
        Assert.Null(write.TryRepeat(expiry));
    }

    [Fact]
    public async Task A_repetition_that_is_not_written_leaves_the_outcome_unknown()
    {
        var write = await BegunAsync("1", written: true);
        write.PostedAt = DateTimeOffset.UnixEpoch;
        var again = write.TryRepeat(new Expiry(new TrafficClock(() => TimeSpan.Zero), Timeout))!;
        again.PostedAt = DateTimeOffset.UnixEpoch.AddDays(1);
        Probing.Fail(again, begun: false);

        _actor.Tell(new FailRequest("1", Lost));

        Assert.Equal(DateTimeOffset.UnixEpoch, (await FailureAsync<SentOutcomeUnknownException>()).WrittenAt);
        Assert.False(Probing.Begins(again));
    }

    [Fact]
    public async Task A_repetition_whose_time_is_over_before_its_write_is_a_timeout_after_the_write()
    {
        var now = TimeSpan.Zero;
        var write = await BegunAsync("1", written: true);
        var again = write.TryRepeat(new Expiry(new TrafficClock(() => now), TimeSpan.FromSeconds(1)))!;
        now = TimeSpan.FromSeconds(1);

        Assert.False(Probing.Begins(again));

        Assert.True((await FailureAsync<RequestTimeoutException>()).Written);
    }

    [Fact]
    public async Task A_handler_that_fails_to_find_the_client_order_id_costs_the_id_only()
    {
        var actor = await ParentActor.StartChildAsync(Sys, RequestActor.Props("feed", new LineProtocol { ClientOrderId = _ => throw new FormatException("odd") }), _parent);
        var write = new RequestWrite("1", OutboundMessage.Text("x"), actor, WireLane.High);
        Assert.True(Probing.Begins(write));
        actor.Tell(new BeginRequest("1", write, _asker, _command, Timeout));

        actor.Tell(new FailRequest("1", Lost));

        Assert.Null((await FailureAsync<SentOutcomeUnknownException>()).ClientOrderId);
    }

    [Fact]
    public async Task A_write_that_failed_in_the_middle_waits_for_the_answer_that_may_have_been_read()
    {
        var write = await BegunAsync("1", written: true);
        Probing.Fail(write, begun: true);

        _actor.Tell(new CompleteRequest("1", "yes"u8.ToArray()));

        await _asker.ExpectMsgAsync<Response>(Deadline);
    }

    [Fact]
    public async Task A_request_that_a_queue_let_go_fails_with_the_queue_s_reason()
    {
        Begin("1");
        var reason = new NotSentException("feed", "too old");
        _actor.Tell(new DropRequest("1", reason));

        Assert.Same(reason, await FailureAsync<NotSentException>());
    }

    [Fact]
    public async Task What_concerns_an_earlier_request_is_dropped()
    {
        Begin("1");
        _actor.Tell(new CompleteRequest("1", "one"u8.ToArray()));
        await _asker.ExpectMsgAsync<Response>(Deadline);

        Begin("2");
        object[] stale =
        [
            new CompleteRequest("1", "again"u8.ToArray()), new RejectResponse("1", new FormatException(), ""), new AbandonRequest("1"),
            new DropRequest("1", new NotSentException("feed", "x")), new FailRequest("1", Lost), new RequestNotWritten("1", new FormatException()),
        ];
        foreach (var message in stale)
            _actor.Tell(message);
        _actor.Tell(new CompleteRequest("2", "two"u8.ToArray()));

        Assert.Equal("two", System.Text.Encoding.UTF8.GetString((await _asker.ExpectMsgAsync<Response>(Deadline)).Result.Span));
        Scheduler.Advance(Timeout + Timeout);
        await _asker.ExpectNoMsgAsync(TimeSpan.FromMilliseconds(50));
    }

    [Fact]
    public async Task Stopping_the_actor_answers_its_request()
    {
        await BegunAsync("1", written: true);

        Sys.Stop(_actor);

        await FailureAsync<SentOutcomeUnknownException>();
    }

    private RequestWrite Begin(string id)
    {
        var write = new RequestWrite(id, OutboundMessage.Text("x"), _actor, WireLane.High);
        _actor.Tell(new BeginRequest(id, write, _asker, _command, Timeout));
        return write;
    }

    private async Task<RequestWrite> BegunAsync(string id, bool written)
    {
        var write = Begin(id);
        if (written)
            Assert.True(Probing.Begins(write));

        // Its deadline runs from when the actor took it on.
        await _actor.Ask<ActorIdentity>(new Identify(null), Deadline);
        return write;
    }

    private async Task<T> FailureAsync<T>()
        where T : WebSocketClientException => Assert.IsType<T>((await _asker.ExpectMsgAsync<Status.Failure>(Deadline)).Cause);
}
