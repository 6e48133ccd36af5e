using Akka.Actor;
using Akka.TestKit;
using Akka.TestKit.Xunit2;
using AkkaWs.Errors;
using AkkaWs.Messages;
using AkkaWs.Primitives;
using AkkaWs.Protocol;
using AkkaWs.Requests;
using AkkaWs.Tests.Support;
using AkkaWs.TestSupport;
using AkkaWs.Transport;
using AkkaWs.Wire;

namespace AkkaWs.Tests.Requests;

/// <summary>Each request has exactly one outcome, whatever comes in whatever order.</summary>
public sealed class RequestActorTests : TestKit, IAsyncLifetime
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Timeout = TimeSpan.FromMinutes(30);
    private static readonly CloseReason Lost = new(ErrorClass.Reset, "lost");
    private static readonly Epoch First = new(1);
    private static readonly TrafficClock Clock = new(() => TimeSpan.Zero);
    private readonly Request _command = new("x"u8.ToArray());
    private readonly TestProbe _owner;
    private readonly TestProbe _asker;
    private readonly RequestTable _table;
    private RequestSeat _seat = new();

    public RequestActorTests()
        : base(TestHocon.Below("akka.loglevel = WARNING"))
    {
        _owner = CreateTestProbe();
        _asker = CreateTestProbe();
        _table = new RequestTable("feed", new LineProtocol()) { Owner = _owner };
    }

    public async Task InitializeAsync() => _seat = await SeatAsync(new LineProtocol { ClientOrderId = _ => "mine-1" });

    public Task DisposeAsync() => Task.CompletedTask;

    [Fact]
    public async Task A_result_is_the_response_and_frees_its_place_before_it_is_told()
    {
        Begun("1", written: true);

        Assert.True(_table.TryTake("1", "R|1|ok|yes"u8.ToArray(), First));

        Assert.Equal(0, _table.Count);
        Assert.Same(_seat, _table.TryTakeIdle());
        Assert.Equal("1", (await _asker.ExpectMsgAsync<Response>(Deadline)).Id.Value);
        await _owner.ExpectNoMsgAsync(TimeSpan.Zero);
    }

    [Fact]
    public async Task The_owner_hears_of_every_end_but_of_answers_only_where_it_asked_for_them()
    {
        Begin("1");
        _seat.Actor.Tell(new AbandonRequest(_seat.Current!));
        Assert.Equal("1", (await _owner.ExpectMsgAsync<RequestEnded>(Deadline)).Request.Id.Value);

        Begun("2", written: true);
        Assert.Equal("2", Assert.Single(_table.Watch(answered: true)).Id.Value);
        Assert.True(_table.TryTake("2", "R|2|ok|yes"u8.ToArray(), First));

        Assert.Equal("2", (await _owner.ExpectMsgAsync<RequestEnded>(Deadline)).Request.Id.Value);
    }

    [Fact]
    public async Task An_error_of_the_server_carries_code_words_and_command()
    {
        Begun("1", written: true);
        Assert.True(_table.TryTake("1", "R|1|err|42|no margin"u8.ToArray(), First));

        var error = await FailureAsync<ServerErrorException>();
        Assert.Equal(("42", "no margin"), (error.Code, error.Description));
        Assert.Same(_command, error.Command);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task An_error_by_which_the_server_does_not_know_either_leaves_the_outcome_unknown(bool handlerFails)
    {
        var table = new RequestTable("feed", new LineProtocol { ClientOrderId = _ => handlerFails ? throw new FormatException("odd") : "mine-1" }) { Owner = _owner };
        Begun("1", written: true, table);
        Assert.True(table.TryTake("1", "R|1|open|-1007|timeout"u8.ToArray(), First));

        var error = await FailureAsync<SentOutcomeUnknownException>();
        Assert.Equal(("1", "-1007", handlerFails ? null : "mine-1"), (error.RequestId.Value, error.Code, error.ClientOrderId));
        Assert.Equal(new CloseReason(ErrorClass.ServerUnavailable, "the server answered with error -1007: timeout"), error.Reason);
        Assert.Equal(DateTimeOffset.UnixEpoch, error.WrittenAt);
        Assert.EndsWith("with error -1007: timeout; its outcome is unknown", error.Message, StringComparison.Ordinal);
        Assert.Same(_command, error.Command);
        Assert.Equal(0, table.Count);
    }

    [Fact]
    public async Task A_response_that_cannot_be_read_is_a_typed_error_with_its_cause()
    {
        Begun("1", written: true);
        Assert.True(_table.TryTake("1", "R|1"u8.ToArray(), First));

        var error = await FailureAsync<ResponseFormatException>();
        Assert.NotNull(error.InnerException);
        Assert.EndsWith("It begins with: R|1", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_response_of_another_connection_than_that_it_was_written_to_is_not_its_own()
    {
        Begun("1", written: true);

        Assert.False(_table.TryTake("1", "R|1|ok|yes"u8.ToArray(), First.Next()));
        Assert.False(_table.TryTake("2", "R|2|ok|yes"u8.ToArray(), First));

        Assert.Equal(1, _table.Count);
        await _asker.ExpectNoMsgAsync(TimeSpan.Zero);
    }

    [Fact]
    public async Task A_response_to_a_request_that_is_not_written_is_not_its_own_and_it_may_still_be_written()
    {
        var (request, write) = Begun("1", written: false);
        Assert.False(_table.TryTake("1", "R|1|ok|stray"u8.ToArray(), First));

        Assert.True(Probing.Begins(write));
        Assert.NotNull(write.TryRepeat(new Expiry(Clock, Timeout)));
        request.GoTo(First.Next(), DateTimeOffset.UnixEpoch);
        Assert.False(_table.TryTake("1", "R|1|ok|stray"u8.ToArray(), First.Next()));

        await _asker.ExpectNoMsgAsync(TimeSpan.Zero);
        Assert.Equal(1, _table.Count);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task The_answer_to_a_request_that_ended_without_it_may_come_late_only_where_it_was_written_and_on_its_own_connection(bool written)
    {
        var (request, _) = Begun("1", written);
        _seat.Actor.Tell(new TimeOutRequest(request));
        await FailureAsync<RequestTimeoutException>();

        Assert.Equal((written, false), (_table.IsLate("1", First, TimeSpan.Zero), _table.IsLate("1", First.Next(), TimeSpan.Zero)));

        _table.CameLate("1", First);
        Assert.False(_table.IsLate("1", First, TimeSpan.Zero));
    }

    [Fact]
    public async Task Of_a_response_and_a_cancellation_at_once_one_is_the_outcome()
    {
        for (var i = 0; i < 500; i++)
        {
            var request = Begun($"{i}", written: true).Request;
            var answering = Task.Run(() => _table.TryTake(request.Id, "R|1|ok|yes"u8.ToArray(), First));
            _seat.Actor.Tell(new AbandonRequest(request));
            var answered = await answering;

            var outcome = await _asker.ReceiveOneAsync(Deadline);
            Assert.Equal(answered, outcome is Response);
            Assert.Equal(!answered, outcome is Status.Failure { Cause: RequestCancelledException });
            Assert.Equal(0, _table.Count);
            Assert.Same(_seat, _table.TryTakeIdle());
        }

        await _asker.ExpectNoMsgAsync(TimeSpan.Zero);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_timeout_says_whether_the_request_was_written_and_one_that_was_not_never_will_be(bool written)
    {
        var (request, write) = Begun("1", written);
        _seat.Actor.Tell(new TimeOutRequest(request));

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
        var (request, write) = Begun("1", written);

        _seat.Actor.Tell(new AbandonRequest(request));

        Assert.Equal(written, (await FailureAsync<RequestCancelledException>()).Written);
        Assert.False(Probing.Begins(write));
    }

    [Fact]
    public async Task A_loss_after_the_write_leaves_the_outcome_unknown()
    {
        var (request, _) = Begun("1", written: true);

        _seat.Actor.Tell(new FailRequest(request, Lost));

        var error = await FailureAsync<SentOutcomeUnknownException>();
        Assert.Equal(("1", Lost, "mine-1"), (error.RequestId.Value, error.Reason, error.ClientOrderId));
    }

    [Fact]
    public async Task A_loss_before_the_write_is_certain_not_to_have_sent_it()
    {
        var (request, write) = Begun("1", written: false);

        _seat.Actor.Tell(new FailRequest(request, Lost));

        await FailureAsync<NotSentException>();
        Assert.False(Probing.Begins(write));
    }

    [Fact]
    public async Task A_write_that_failed_before_it_began_is_told_at_once()
    {
        var (_, write) = Begun("1", written: false);

        Probing.Fail(write, begun: false);

        await FailureAsync<NotSentException>();
    }

    [Fact]
    public async Task A_request_that_was_written_is_repeated_once_and_its_end_ends_the_repetition()
    {
        var (request, write) = Begun("1", written: true);
        var again = write.TryRepeat(new Expiry(Clock, Timeout))!;
        Assert.Null(write.TryRepeat(new Expiry(Clock, Timeout)));
        Assert.True(write.HasBegun);

        _seat.Actor.Tell(new AbandonRequest(request));

        Assert.True((await FailureAsync<RequestCancelledException>()).Written);
        Assert.False(Probing.Begins(again));
    }

    [Fact]
    public async Task A_request_that_ended_or_was_not_written_is_not_repeated()
    {
        var expiry = new Expiry(Clock, Timeout);
        var (_, write) = Begun("1", written: false);
        Assert.Null(write.TryRepeat(expiry));
        Assert.True(Probing.Begins(write));

        Assert.True(_table.TryTake("1", "R|1|ok|yes"u8.ToArray(), First));

        await _asker.ExpectMsgAsync<Response>(Deadline);
        Assert.Null(write.TryRepeat(expiry));
    }

    [Fact]
    public async Task A_repetition_that_is_not_written_leaves_the_outcome_unknown()
    {
        var (request, write) = Begun("1", written: true);
        write.PostedAt = DateTimeOffset.UnixEpoch;
        var again = write.TryRepeat(new Expiry(Clock, Timeout))!;
        again.PostedAt = DateTimeOffset.UnixEpoch.AddDays(1);
        Probing.Fail(again, begun: false);

        _seat.Actor.Tell(new FailRequest(request, Lost));

        Assert.Equal(DateTimeOffset.UnixEpoch, (await FailureAsync<SentOutcomeUnknownException>()).WrittenAt);
        Assert.False(Probing.Begins(again));
    }

    [Fact]
    public async Task A_repetition_whose_time_is_over_before_its_write_is_a_timeout_after_the_write()
    {
        var now = TimeSpan.Zero;
        var (_, write) = Begun("1", written: true);
        var again = write.TryRepeat(new Expiry(new TrafficClock(() => now), TimeSpan.FromSeconds(1)))!;
        now = TimeSpan.FromSeconds(1);

        Assert.False(Probing.Begins(again));

        Assert.True((await FailureAsync<RequestTimeoutException>()).Written);
    }

    [Fact]
    public async Task A_handler_that_fails_to_find_the_client_order_id_costs_the_id_only()
    {
        _seat = await SeatAsync(new LineProtocol { ClientOrderId = _ => throw new FormatException("odd") });
        var (request, _) = Begun("1", written: true);

        _seat.Actor.Tell(new FailRequest(request, Lost));

        Assert.Null((await FailureAsync<SentOutcomeUnknownException>()).ClientOrderId);
    }

    [Fact]
    public async Task A_write_that_failed_in_the_middle_waits_for_the_answer_that_may_have_been_read()
    {
        var (_, write) = Begun("1", written: true);
        Probing.Fail(write, begun: true);

        Assert.True(_table.TryTake("1", "R|1|ok|yes"u8.ToArray(), First));

        await _asker.ExpectMsgAsync<Response>(Deadline);
    }

    [Fact]
    public async Task A_request_that_a_queue_let_go_fails_with_the_queue_s_reason()
    {
        var (request, _) = Begin("1");
        var reason = new NotSentException("feed", "too old");
        _seat.Actor.Tell(new DropRequest(request, reason));

        Assert.Same(reason, await FailureAsync<NotSentException>());
    }

    [Fact]
    public async Task What_concerns_an_earlier_request_is_dropped()
    {
        var (first, _) = Begun("1", written: true);
        Assert.True(_table.TryTake("1", "R|1|ok|one"u8.ToArray(), First));
        await _asker.ExpectMsgAsync<Response>(Deadline);

        Assert.Same(_seat, _table.TryTakeIdle());
        Begun("1", written: true);
        object[] stale =
        [
            new AbandonRequest(first), new DropRequest(first, new NotSentException("feed", "x")), new FailRequest(first, Lost), new TimeOutRequest(first),
            new ExpireRequest(first), new RequestNotWritten(first, new FormatException()),
        ];
        foreach (var message in stale)
            _seat.Actor.Tell(message);
        await _seat.Actor.Ask<ActorIdentity>(new Identify(null), Deadline);
        Assert.False(_table.TryAnswer(first, "R|1|ok|again"u8.ToArray()));
        Assert.True(_table.TryTake("1", "R|1|ok|two"u8.ToArray(), First));

        Assert.Equal("two", System.Text.Encoding.UTF8.GetString((await _asker.ExpectMsgAsync<Response>(Deadline)).Result.Span));
        await _asker.ExpectNoMsgAsync(TimeSpan.Zero);
    }

    [Fact]
    public async Task An_actor_that_has_stopped_takes_no_further_request()
    {
        var (request, _) = Begin("1");
        Watch(_seat.Actor);
        Sys.Stop(_seat.Actor);
        await ExpectTerminatedAsync(_seat.Actor, Deadline);

        await FailureAsync<NotSentException>();
        Assert.True(request.IsEnded);
        Assert.Null(_table.TryTakeIdle());
    }

    [Fact]
    public async Task Stopping_the_actor_answers_its_request()
    {
        Begun("1", written: true);

        Sys.Stop(_seat.Actor);

        await FailureAsync<SentOutcomeUnknownException>();
    }

    private async Task<RequestSeat> SeatAsync(LineProtocol handler)
    {
        var seat = new RequestSeat();
        seat.Actor = await ParentActor.StartChildAsync(Sys, RequestActor.Props("feed", handler, seat), CreateTestProbe());
        return seat;
    }

    private (PendingRequest Request, RequestWrite Write) Begin(string id, RequestTable? table = null)
    {
        table ??= _table;
        var request = new PendingRequest(table, id, _command, new AskingActor(_asker, _owner), _seat) { Timeout = Timeout, Deadline = Timeout }
            .WithWrite(OutboundMessage.Text("x"), WireLane.High, new Expiry(Clock, Timeout));
        table.Add(request);
        request.GoTo(First, DateTimeOffset.UnixEpoch);
        return (request, request.Write);
    }

    private (PendingRequest Request, RequestWrite Write) Begun(string id, bool written, RequestTable? table = null)
    {
        var begun = Begin(id, table);
        if (written)
            Assert.True(Probing.Begins(begun.Write));
        return begun;
    }

    private async Task<T> FailureAsync<T>()
        where T : WebSocketClientException => Assert.IsType<T>((await _asker.ExpectMsgAsync<Status.Failure>(Deadline)).Cause);
}
