using System.Text;
using AkkaWs.Client;
using AkkaWs.Errors;
using AkkaWs.Messages;
using AkkaWs.Options;
using AkkaWs.Wire.Tests.Support;

namespace AkkaWs.Testing.Tests;

/// <summary>What the code under test sends to a fake, and the outcomes that a test gives it.</summary>
public sealed class FakeRequestTests
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

    private readonly ManualTime _clock = new();
    private readonly FakeWebSocketClient _client;

    public FakeRequestTests() => _client = Create(_clock);

    [Fact]
    public async Task A_request_is_kept_and_answered_as_it_was_scripted()
    {
        _client.OnRequest = request => FakeReply.Json(new Placed($"{request.Read<Order>().Symbol}-1"));

        var placed = await _client.RequestAsync<Order, Placed>(new Order("BTCUSDT"), new RequestSettings { Id = "7", Priority = MessagePriority.Cancel });

        Assert.Equal("BTCUSDT-1", placed.OrderId);
        var sent = Assert.Single(_client.Requests);
        Assert.Equal(("7", """{"symbol":"BTCUSDT"}""", 1, false), (sent.Id.Value, sent.Text, sent.Writes, sent.IsPending));
        Assert.Equal(MessagePriority.Cancel, sent.Command.Priority);
    }

    [Fact]
    public async Task Each_way_to_fail_is_the_error_that_the_real_client_gives()
    {
        _client.ReplyNext(
            FakeReply.ServerError("110007", "insufficient balance"),
            FakeReply.Timeout(),
            FakeReply.Timeout(written: false),
            FakeReply.NotSent("the gate is full"),
            FakeReply.SentOutcomeUnknown(),
            FakeReply.Error(request => new CapacityExceededException("venue", "pending requests", 1)));

        var refused = await FailsAsync<ServerErrorException>();
        var late = await FailsAsync<RequestTimeoutException>();
        var neverWritten = await FailsAsync<RequestTimeoutException>();
        var notSent = await FailsAsync<NotSentException>();
        var unknown = await FailsAsync<SentOutcomeUnknownException>();
        await FailsAsync<CapacityExceededException>();

        Assert.Equal(("110007", "insufficient balance", "venue"), (refused.Code, refused.Description, refused.Connection));
        Assert.Equal((true, "mine-5", new RequestOptions().Timeout), (late.Written, late.ClientOrderId, late.Timeout));
        Assert.False(neverWritten.Written);
        Assert.Null(neverWritten.ClientOrderId);
        Assert.Contains("the gate is full", notSent.Message, StringComparison.Ordinal);
        Assert.Equal(("mine-5", ErrorClass.AbnormalClosure), (unknown.ClientOrderId, unknown.Reason.Class));
        Assert.Equal([1, 1, 0, 0, 1, 1], _client.Requests.Select(request => request.Writes));
        WebSocketClientException[] errors = [refused, late, neverWritten, notSent, unknown];
        Assert.Equal(_client.Requests.Take(errors.Length).Select(request => (object?)request.Command), errors.Select(error => error.Command));
        Assert.Equal(ConnectionState.Ready, _client.State);
    }

    [Fact]
    public async Task What_is_scripted_for_the_next_requests_goes_ahead_of_what_answers_them_all()
    {
        _client.OnRequest = _ => FakeReply.Success("all");
        _client.ReplyNext(FakeReply.Success("first"), FakeReply.Success("second"));

        List<string> answers = [await AskAsync(), await AskAsync(), await AskAsync(), await AskAsync()];

        Assert.Equal(["first", "second", "all", "all"], answers);
    }

    [Fact]
    public async Task A_request_that_nobody_answers_waits_for_the_test_and_has_one_outcome()
    {
        var answer = _client.RequestRawAsync(Raw());

        var request = await _client.WaitForRequestAsync(request => request.Text == "order");
        Assert.True(request.IsPending);
        Assert.False(request.Reply(FakeReply.None));
        Assert.True(request.Reply(FakeReply.Success("done")));
        Assert.False(request.Reply(FakeReply.Timeout()));

        Assert.Equal("done", Text(await answer));
        Assert.False(request.IsPending);
    }

    [Fact]
    public async Task Time_is_the_test_s()
    {
        var slow = _client.RequestRawAsync(Raw() with { Timeout = TimeSpan.FromSeconds(2) });
        var byDefault = _client.RequestRawAsync(Raw());

        _clock.Advance(TimeSpan.FromSeconds(2));

        Assert.True((await Assert.ThrowsAsync<RequestTimeoutException>(() => slow.WaitAsync(Deadline))).Written);
        Assert.False(byDefault.IsCompleted);
        _clock.Advance(TimeSpan.FromSeconds(28));
        await Assert.ThrowsAsync<RequestTimeoutException>(() => byDefault.WaitAsync(Deadline));
        Assert.Equal(0, (await _client.GetStatusAsync()).PendingRequests);
    }

    [Fact]
    public async Task What_throws_in_the_script_is_what_the_request_fails_with()
    {
        _client.OnRequest = _ => throw new FormatException("an assertion");

        Assert.Equal("an assertion", (await Assert.ThrowsAsync<FormatException>(() => _client.RequestRawAsync(Raw()))).Message);
    }

    [Fact]
    public async Task A_script_may_drop_the_connection_in_the_middle_of_a_request()
    {
        _client.OnRequest = _ =>
        {
            _client.Drop(new CloseReason(ErrorClass.Reset, "reset by the test"));
            return FakeReply.Success("too late");
        };

        var unknown = await Assert.ThrowsAsync<SentOutcomeUnknownException>(() => _client.RequestRawAsync(Raw()));

        Assert.Equal("reset by the test", unknown.Reason.Description);
        Assert.Equal(ConnectionState.Reconnecting, _client.State);
        _client.Recover();
        var repeated = _client.RequestRawAsync(Raw() with { RetryAfterReconnect = true });
        _client.OnRequest = request => FakeReply.Success($"write {request.Writes}");
        _client.Recover();
        Assert.Equal("write 2", Text(await repeated.WaitAsync(Deadline)));
    }

    [Fact]
    public async Task A_request_that_waits_for_Ready_is_written_and_answered_when_it_is()
    {
        _client.OnRequest = request => FakeReply.Success($"write {request.Writes}");
        _client.Drop();
        var kept = _client.RequestRawAsync(Raw() with { WhenNotReady = WhenNotReady.Queue() });
        var request = Assert.Single(_client.Requests);
        Assert.Equal((0, true, 1), (request.Writes, request.IsPending, (await _client.GetStatusAsync()).QueuedCommands));
        Assert.Throws<InvalidOperationException>(() => request.Reply(FakeReply.Success("before it was written")));

        _client.Recover();

        Assert.Equal("write 1", Text(await kept));
    }

    [Fact]
    public async Task A_request_that_is_written_at_the_moment_when_its_wait_was_over_has_all_of_its_time()
    {
        _client.Drop();
        await using var recovery = _clock.CreateTimer(_ => _client.Recover(), null, TimeSpan.FromSeconds(1), Timeout.InfiniteTimeSpan);
        var answer = _client.RequestRawAsync(Raw() with { WhenNotReady = WhenNotReady.Queue(TimeSpan.FromSeconds(1)), Timeout = TimeSpan.FromSeconds(5) });

        _clock.Advance(TimeSpan.FromSeconds(1)); // the recovery comes first, and the end of the wait behind it

        var request = Assert.Single(_client.Requests);
        Assert.Equal((1, true), (request.Writes, request.IsPending));
        _clock.Advance(TimeSpan.FromSeconds(4));
        Assert.True((await Assert.ThrowsAsync<RequestTimeoutException>(() => answer.WaitAsync(Deadline))).Written);
    }

    [Fact]
    public async Task Scripted_replies_go_to_requests_in_the_order_in_which_they_were_written()
    {
        const int Count = 400;
        _client.ReplyNext(Enumerable.Range(0, Count).Select(i => FakeReply.Success($"{i}")));

        var answers = await Task.WhenAll(Enumerable.Range(0, Count).Select(i => Task.Run(async () => (Id: $"{i}", Answer: Text(await _client.RequestRawAsync(Raw() with { Id = $"{i}" }))))));

        var byId = answers.ToDictionary(answer => answer.Id, answer => answer.Answer);
        Assert.Equal(Enumerable.Range(0, Count).Select(i => $"{i}"), _client.Requests.Select(request => byId[request.Id.Value]));
    }

    [Fact]
    public async Task A_request_that_may_be_repeated_is_asked_again_once()
    {
        var query = _client.RequestRawAsync(Raw() with { RetryAfterReconnect = true });

        _client.Drop();
        _client.OnRequest = request => FakeReply.Success($"write {request.Writes}");
        _client.Recover();

        Assert.Equal("write 2", Text(await query));
    }

    [Fact]
    public async Task Many_requests_have_an_outcome_each()
    {
        _client.OnRequest = request => request.Text == "2" ? FakeReply.ServerError("10001") : FakeReply.Success(request.Text);

        var outcomes = await _client.RequestManyAsync<int, int>([1, 2, 3]);

        Assert.Equal([true, false, true], outcomes.Select(outcome => outcome.IsSuccess));
        Assert.IsType<ServerErrorException>(outcomes[1].Error);
        Assert.Equal(["1", "2", "3"], _client.Requests.Select(request => request.Text));
        Assert.IsType<ResponseFormatException>(Assert.Single(await _client.RequestManyAsync<int, string>([1])).Error);
    }

    [Fact]
    public async Task More_requests_than_may_be_in_flight_at_once_take_turns()
    {
        var most = new RequestOptions().MaxPending;
        var answers = _client.RequestManyAsync<int, int>([.. Enumerable.Range(0, most + 1)]);
        var first = _client.Requests;
        Assert.Equal(most, first.Count);

        foreach (var request in first)
            Assert.True(request.Reply(FakeReply.Success(request.Text)));
        var last = await _client.WaitForRequestAsync(request => request.Text == $"{most}");
        Assert.True(last.Reply(FakeReply.Success(last.Text)));

        Assert.Equal(Enumerable.Range(0, most + 1), (await answers.WaitAsync(Deadline)).Select(outcome => outcome.ThrowIfFailed()));
    }

    [Fact]
    public async Task Cancels_have_places_of_their_own_when_all_are_taken()
    {
        for (var i = 0; i < new RequestOptions().MaxPending; i++)
            _ = _client.RequestRawAsync(Raw());

        await FailsAsync<CapacityExceededException>();
        var cancel = _client.RequestRawAsync(Raw() with { Priority = MessagePriority.Cancel });

        Assert.False(cancel.IsCompleted);
    }

    [Fact]
    public async Task Requests_and_sends_that_wait_for_Ready_share_one_queue()
    {
        _client.Drop();
        List<Task> waiting = [];
        for (var i = 0; i < new QueueOptions().Capacity; i++)
            waiting.Add(i % 2 == 0 ? _client.RequestRawAsync(Raw() with { WhenNotReady = WhenNotReady.Queue() }) : _client.SendAsync(new Send("a"u8.ToArray()) { WhenNotReady = WhenNotReady.Queue() }));

        await Assert.ThrowsAsync<CapacityExceededException>(() => _client.RequestRawAsync(Raw() with { WhenNotReady = WhenNotReady.Queue() }));
        await Assert.ThrowsAsync<CapacityExceededException>(() => _client.SendAsync(new Send("b"u8.ToArray()) { WhenNotReady = WhenNotReady.Queue() }));

        Assert.DoesNotContain(waiting, task => task.IsCompleted);
    }

    [Fact]
    public async Task Requests_of_which_one_cannot_be_serialised_are_not_sent()
    {
        await Assert.ThrowsAsync<ArgumentException>(() => _client.RequestManyAsync<double, int>([1, double.NaN]));

        Assert.Empty(_client.Requests);
    }

    [Fact]
    public async Task Sends_are_kept_in_order_those_that_waited_for_Ready_too()
    {
        await _client.SendAsync("a");
        _client.Drop();
        await Assert.ThrowsAsync<NotSentException>(() => _client.SendAsync("refused"));
        var waits = new Send("b"u8.ToArray()) { WhenNotReady = WhenNotReady.Queue(TimeSpan.FromSeconds(3)) };
        var (first, second) = (_client.SendAsync(waits), _client.SendAsync(waits with { Payload = "c"u8.ToArray() }));
        var expired = _client.SendAsync(waits with { WhenNotReady = WhenNotReady.Queue(TimeSpan.FromSeconds(1)) });
        _clock.Advance(TimeSpan.FromSeconds(2));
        await Assert.ThrowsAsync<NotSentException>(() => expired.WaitAsync(Deadline));

        _client.Recover();

        await Task.WhenAll(first, second).WaitAsync(Deadline);
        Assert.Equal(["a", "b", "c"], _client.Sent.Select(message => Encoding.UTF8.GetString(message.Payload.Span)));
        Assert.Equal("c", Encoding.UTF8.GetString((await _client.WaitForSendAsync(message => message.Payload.Span.SequenceEqual("c"u8))).Payload.Span));
    }

    [Fact]
    public async Task A_send_fails_where_the_test_says_so()
    {
        _client.OnSend = message => message.IsBinary ? new NotSentException("venue", "no binary today") : null;

        await Assert.ThrowsAsync<NotSentException>(() => _client.SendAsync(new byte[1], isBinary: true));
        await _client.SendJsonAsync(new Order("ETHUSDT"));

        Assert.Equal("""{"symbol":"ETHUSDT"}""", Encoding.UTF8.GetString(Assert.Single(_client.Sent).Payload.Span));
    }

    [Fact]
    public async Task An_id_is_in_flight_once()
    {
        var first = _client.RequestRawAsync(Raw() with { Id = "7" });

        await Assert.ThrowsAsync<NotSentException>(() => _client.RequestRawAsync(Raw() with { Id = "7" }));
        Assert.False(first.IsCompleted);
    }

    [Fact]
    public async Task What_cannot_find_an_order_id_costs_the_id_and_not_the_outcome()
    {
        _client.ClientOrderIdOf = _ => throw new FormatException("no order");
        var slow = _client.RequestRawAsync(Raw() with { Timeout = TimeSpan.FromSeconds(2) });
        var lost = _client.RequestRawAsync(Raw());

        _clock.Advance(TimeSpan.FromSeconds(2));
        _client.Drop();

        Assert.Null((await Assert.ThrowsAsync<RequestTimeoutException>(() => slow.WaitAsync(Deadline))).ClientOrderId);
        Assert.Null((await Assert.ThrowsAsync<SentOutcomeUnknownException>(() => lost.WaitAsync(Deadline))).ClientOrderId);
        Assert.Equal(0, (await _client.GetStatusAsync()).PendingRequests);
    }

    private static FakeWebSocketClient Create(TimeProvider clock) => new("venue", clock: clock) { ClientOrderIdOf = payload => $"mine-{payload.Length}" };

    private static Request Raw() => new("order"u8.ToArray());

    private static string Text(Response response) => Encoding.UTF8.GetString(response.Result.Span);

    private async Task<string> AskAsync() => Text(await _client.RequestRawAsync(Raw()).WaitAsync(Deadline));

    private Task<TError> FailsAsync<TError>()
        where TError : WebSocketClientException => Assert.ThrowsAsync<TError>(() => _client.RequestRawAsync(Raw()).WaitAsync(Deadline));

    private sealed record Order(string Symbol);

    private sealed record Placed(string OrderId);
}
