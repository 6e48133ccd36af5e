using AkkaWs.Errors;
using AkkaWs.Messages;
using AkkaWs.Options;
using AkkaWs.Tests.Support;

namespace AkkaWs.Tests.Client;

/// <summary>Every request has exactly one outcome, and its type tells what the caller may do.</summary>
public sealed class RequestOutcomeTests : ConnectionTest
{
    [Fact]
    public async Task A_server_error_carries_code_and_words()
    {
        await using var server = await LineServer.StartAsync();
        await using var client = await ConnectAsync(server.Options("server-error"));

        var error = await Assert.ThrowsAsync<ServerErrorException>(() => client.RequestRawAsync(Request("fail"), Ct));

        Assert.Equal(("42", "insufficient margin"), (error.Code, error.Description));
    }

    [Fact]
    public async Task A_refusal_that_the_handler_makes_no_error_of_is_no_success()
    {
        await using var server = await LineServer.StartAsync();
        await using var client = await ConnectAsync(server.Options("no-error"), new LineProtocol { MakesNoErrors = true });

        var error = await Assert.ThrowsAsync<ServerErrorException>(() => client.RequestRawAsync(Request("fail"), Ct));

        Assert.Equal(("42", "insufficient margin"), (error.Code, error.Description));
    }

    [Fact]
    public async Task A_request_that_the_handler_makes_no_message_of_costs_no_other()
    {
        await using var server = await LineServer.StartAsync();
        server.AnswersRequests = false;
        await using var client = await ConnectAsync(server.Options("no-message"), new LineProtocol { Unwritable = "none" });
        var order = client.RequestRawAsync(Request("order") with { Id = "9" }, Ct);
        await server.Server.WaitForMessageAsync(m => m.Text == "req|9|order", cancellationToken: Ct);

        await Assert.ThrowsAsync<NotSentException>(() => client.RequestRawAsync(Request("none"), Ct));
        await server.Connection.SendTextAsync("R|9|ok|done", Ct);

        Assert.Equal("9", (await order.WaitAsync(Deadline)).Id.Value);
        Assert.Equal(1, client.Epoch.Value);
    }

    [Fact]
    public async Task A_request_whose_connection_breaks_after_the_write_has_an_unknown_outcome()
    {
        await using var server = await LineServer.StartAsync();
        server.AnswersRequests = false;
        await using var client = await ConnectAsync(server.Options("unknown"));
        var request = client.RequestRawAsync(Request("order") with { Id = "9" }, Ct);
        await AwaitAssertAsync(() => Assert.Contains("req|9|order", server.Received), Deadline);

        server.Connection.Drop();

        var error = await Assert.ThrowsAsync<SentOutcomeUnknownException>(() => request.WaitAsync(Deadline));
        Assert.Equal("9", error.RequestId.Value);
    }

    [Fact]
    public async Task While_not_Ready_a_request_fails_fast_and_is_never_sent()
    {
        await using var server = await LineServer.StartAsync();
        server.AnswersLogin = false;
        await using var client = await OpenAsync(server.Options("down"), new LineProtocol { Authenticates = true });

        await Assert.ThrowsAsync<NotSentException>(() => client.RequestRawAsync(Request("x"), Ct));
        await Assert.ThrowsAsync<NotSentException>(() => client.SendAsync("x", Ct));
    }

    [Fact]
    public async Task A_queued_request_is_sent_when_Ready_and_an_expired_one_never()
    {
        await using var server = await LineServer.StartAsync();
        server.AnswersLogin = false;
        await using var client = await OpenAsync(server.Options("queue"), new LineProtocol { Authenticates = true });
        var kept = client.RequestRawAsync(Request("kept") with { WhenNotReady = WhenNotReady.Queue(Deadline) }, Ct);
        var expired = client.RequestRawAsync(Request("ghost") with { WhenNotReady = WhenNotReady.Queue(TimeSpan.FromMilliseconds(50)) }, Ct);

        await Assert.ThrowsAsync<NotSentException>(() => expired.WaitAsync(Deadline));
        await server.Server.WaitForConnectionsAsync(1, cancellationToken: Ct);
        await server.Server.WaitForMessageAsync(m => m.Text == "auth|secret", cancellationToken: Ct);
        await server.Connection.SendTextAsync("S|auth|ok", Ct);

        await kept.WaitAsync(Deadline);
        Assert.DoesNotContain(server.Received, t => t.Contains("ghost", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_cancelled_queued_request_is_never_written()
    {
        await using var server = await LineServer.StartAsync();
        server.AnswersLogin = false;
        await using var client = await OpenAsync(server.Options("cancel"), new LineProtocol { Authenticates = true });
        using var cancel = new CancellationTokenSource();
        var request = client.RequestRawAsync(Request("ghost") with { WhenNotReady = WhenNotReady.Queue(Deadline) }, cancel.Token);

        await server.Server.WaitForConnectionsAsync(1, cancellationToken: Ct);
        await cancel.CancelAsync();

        var error = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => request.WaitAsync(Deadline));
        Assert.False(Assert.IsType<RequestCancelledException>(error.InnerException).Written);
        await server.Server.WaitForMessageAsync(m => m.Text == "auth|secret", cancellationToken: Ct);
        await server.Connection.SendTextAsync("S|auth|ok", Ct);
        await client.WaitUntilReadyAsync(Ct);
        await client.RequestRawAsync(Request("after"), Ct);
        Assert.DoesNotContain(server.Received, t => t.Contains("ghost", StringComparison.Ordinal));
    }

    [Fact]
    public async Task One_request_too_many_is_rejected_at_once()
    {
        await using var server = await LineServer.StartAsync();
        server.AnswersRequests = false;
        await using var client = await ConnectAsync(server.Options("full") with { Requests = new RequestOptions { MaxPending = 2 } });
        var first = client.RequestRawAsync(Request("1"), Ct);
        var second = client.RequestRawAsync(Request("2"), Ct);

        var error = await Assert.ThrowsAsync<CapacityExceededException>(() => client.RequestRawAsync(Request("3"), Ct));

        Assert.Equal(2, error.Limit);
        await client.CloseAsync(Ct);
        await Assert.ThrowsAnyAsync<WebSocketClientException>(() => first.WaitAsync(Deadline));
        await Assert.ThrowsAnyAsync<WebSocketClientException>(() => second.WaitAsync(Deadline));
    }

    [Fact]
    public async Task An_answered_request_has_left_its_place_to_the_next()
    {
        await using var server = await LineServer.StartAsync();
        await using var client = await ConnectAsync(server.Options("one-place") with { Requests = new RequestOptions { MaxPending = 1 } });

        for (var i = 0; i < 500; i++)
            await client.RequestRawAsync(Request($"n{i}"), Ct);
    }

    [Fact]
    public async Task A_thousand_requests_at_once_each_get_their_own_answer()
    {
        await using var server = await LineServer.StartAsync();
        await using var client = await ConnectAsync(server.Options("many"));

        var answers = await Task.WhenAll(Enumerable.Range(0, 1_000).Select(async i =>
        {
            var response = await client.RequestRawAsync(Request($"n{i}"), Ct);
            return (i, System.Text.Encoding.UTF8.GetString(response.Result.Span));
        })).WaitAsync(Deadline);

        Assert.All(answers, a => Assert.Equal($"n{a.i}", a.Item2));
        await AwaitAssertAsync(async () => Assert.Equal(0, (await client.GetStatusAsync(Ct)).PendingRequests), Deadline);
    }
}
