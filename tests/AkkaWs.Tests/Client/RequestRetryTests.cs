using System.Net;
using AkkaWs.Client;
using AkkaWs.Errors;
using AkkaWs.Messages;
using AkkaWs.Options;
using AkkaWs.Tests.Connection;
using AkkaWs.Tests.Support;

namespace AkkaWs.Tests.Client;

/// <summary>A request that may be seen twice is written a second time after a loss, once, within its time; time is virtual.</summary>
public sealed class RequestRetryTests : VirtualTimeTest
{
    private static readonly LineProtocol Orders = new() { ClientOrderId = payload => "mine-" + payload };

    [Fact]
    public async Task A_request_with_retry_is_written_again_after_the_reconnect_with_the_same_id_and_gets_its_answer()
    {
        await using var server = await LineServer.StartAsync();
        server.AnswersRequests = false;
        await using var client = await ConnectAsync(Options(server, "retry"));
        var requests = Enumerable.Range(1, 20).Select(i => client.RequestRawAsync(Retried($"{i}"), Ct)).ToList();
        await ReceivedAsync(server, 20);

        server.AnswersRequests = true;
        server.Connection.Drop();
        await AdvanceUntilAsync(client, Task.WhenAll(requests));

        var first = Enumerable.Range(1, 20).Select(i => $"req|{i}|{i}").ToList();
        Assert.Equal([.. first, .. first], server.Received);
        Assert.Equal(0, (await client.GetStatusAsync(Ct)).PendingRequests);
    }

    [Fact]
    public async Task A_request_with_retry_that_is_lost_twice_has_an_unknown_outcome_and_is_not_written_a_third_time()
    {
        await using var server = await LineServer.StartAsync();
        server.AnswersRequests = false;
        await using var client = await ConnectAsync(Options(server, "lost-twice"), Orders);
        var request = client.RequestRawAsync(Retried("1"), Ct);
        await ReceivedAsync(server, 1);

        server.Connection.Drop();
        await AdvanceUntilAsync(client, AwaitAssertAsync(() => Assert.Equal(2, server.Received.Count), Deadline));
        server.AnswersRequests = true;
        server.Connection.Drop();

        var error = await Assert.ThrowsAsync<SentOutcomeUnknownException>(() => AdvanceUntilAsync(client, request));
        Assert.Equal(("1", "mine-1"), (error.RequestId.Value, error.ClientOrderId));
        await AdvanceUntilAsync(client, client.RequestRawAsync(Retried("2") with { WhenNotReady = WhenNotReady.Queue(TimeSpan.FromHours(1)) }, Ct));
        Assert.Equal(["req|1|1", "req|1|1", "req|2|2"], server.Received);
    }

    [Fact]
    public async Task A_request_without_retry_is_not_written_again()
    {
        await using var server = await LineServer.StartAsync();
        server.AnswersRequests = false;
        await using var client = await ConnectAsync(Options(server, "no-retry"));
        var request = client.RequestRawAsync(Retried("1") with { RetryAfterReconnect = false }, Ct);
        await ReceivedAsync(server, 1);
        server.AnswersRequests = true;

        server.Connection.Drop();

        await Assert.ThrowsAsync<SentOutcomeUnknownException>(() => request.WaitAsync(Deadline));
        await AdvanceUntilAsync(client, client.RequestRawAsync(Retried("2") with { WhenNotReady = WhenNotReady.Queue(TimeSpan.FromHours(1)) }, Ct));
        Assert.Equal(["req|1|1", "req|2|2"], server.Received);
    }

    [Fact]
    public async Task The_time_of_a_request_with_retry_runs_from_its_first_write_and_then_it_is_never_written_again()
    {
        await using var server = await LineServer.StartAsync();
        server.AnswersRequests = false;
        await using var client = await ConnectAsync(Options(server, "retry-deadline"));
        var request = client.RequestRawAsync(Retried("1"), Ct);
        await ReceivedAsync(server, 1);
        server.Server.RefuseConnections(HttpStatusCode.ServiceUnavailable);
        server.Connection.Drop();
        await WaitingAsync(client, 1);

        var error = await Assert.ThrowsAsync<RequestTimeoutException>(() => AdvanceUntilAsync(client, request, TimeSpan.FromSeconds(5)));

        Assert.True(error.Written);
        await WaitingAsync(client, 0);
        await AcceptAgainAsync(server, client);
        Assert.Equal(["req|1|1", "req|2|2"], server.Received);
    }

    [Fact]
    public async Task A_request_with_retry_that_is_cancelled_before_the_reconnect_is_never_written_again()
    {
        await using var server = await LineServer.StartAsync();
        server.AnswersRequests = false;
        await using var client = await ConnectAsync(Options(server, "retry-cancel"));
        using var cancel = new CancellationTokenSource();
        var request = client.RequestRawAsync(Retried("1"), cancel.Token);
        await ReceivedAsync(server, 1);
        server.Server.RefuseConnections(HttpStatusCode.ServiceUnavailable);
        server.Connection.Drop();
        await WaitingAsync(client, 1);

        await cancel.CancelAsync();

        var error = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => request.WaitAsync(Deadline));
        Assert.True(Assert.IsType<RequestCancelledException>(error.InnerException).Written);
        await WaitingAsync(client, 0);
        await AcceptAgainAsync(server, client);
        Assert.Equal(["req|1|1", "req|2|2"], server.Received);
    }

    [Fact]
    public async Task A_close_before_the_reconnect_leaves_the_outcome_of_a_request_with_retry_unknown()
    {
        await using var server = await LineServer.StartAsync();
        server.AnswersRequests = false;
        await using var client = await ConnectAsync(Options(server, "retry-close"), Orders);
        var request = client.RequestRawAsync(Retried("1"), Ct);
        await ReceivedAsync(server, 1);
        server.Server.RefuseConnections(HttpStatusCode.ServiceUnavailable);
        server.Connection.Drop();
        await WaitingAsync(client, 1);

        await client.CloseAsync(Ct);

        var error = await Assert.ThrowsAsync<SentOutcomeUnknownException>(() => request.WaitAsync(Deadline));
        Assert.Equal(("mine-1", false), (error.ClientOrderId, error.Reason.IsGraceful));
    }

    [Fact]
    public async Task A_crash_of_the_connection_s_actor_does_not_repeat_a_request_with_retry()
    {
        await using var server = await LineServer.StartAsync();
        server.AnswersRequests = false;
        var protocol = new LineProtocol { ClientOrderId = payload => "mine-" + payload };
        await using var client = await ConnectAsync(Options(server, "retry-crash"), protocol);
        var request = client.RequestRawAsync(Retried("1"), Ct);
        await ReceivedAsync(server, 1);
        var crashes = 1;
        protocol.FailSubscribe = () => crashes-- > 0 ? new InvalidOperationException("bug") : null!;

        var subscribing = client.SubscribeAsync("a", Ct);

        Assert.Equal("mine-1", (await Assert.ThrowsAsync<SentOutcomeUnknownException>(() => request.WaitAsync(Deadline))).ClientOrderId);
        await AdvanceUntilAsync(client, subscribing);
        await (await subscribing).DisposeAsync();
        Assert.Single(server.Received, text => text.StartsWith("req", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_full_queue_leaves_the_outcome_of_a_request_with_retry_unknown_at_once()
    {
        await using var server = await LineServer.StartAsync();
        server.AnswersRequests = false;
        await using var client = await ConnectAsync(Options(server, "retry-full") with { Queue = new QueueOptions { Capacity = 1, Overflow = QueueOverflow.Reject } });
        var first = client.RequestRawAsync(Retried("1"), Ct);
        var second = client.RequestRawAsync(Retried("2"), Ct);
        await ReceivedAsync(server, 2);
        server.AnswersRequests = true;

        server.Connection.Drop();

        await Assert.ThrowsAsync<SentOutcomeUnknownException>(() => second.WaitAsync(Deadline));
        await AdvanceUntilAsync(client, first);
    }

    private static WebSocketClientOptions Options(LineServer server, string name) =>
        server.Options(name) with { Heartbeat = new HeartbeatOptions { PingInterval = TimeSpan.Zero } };

    private static Request Retried(string id) => Request(id) with { Id = id, RetryAfterReconnect = true };

    private Task ReceivedAsync(LineServer server, int count) => AwaitAssertAsync(() => Assert.Equal(count, server.Received.Count), Deadline);

    private Task WaitingAsync(WebSocketClient client, int count) =>
        AwaitAssertAsync(async () => Assert.Equal((count, count), await CountsAsync(client)), Deadline);

    private async Task<(int Queued, int Pending)> CountsAsync(WebSocketClient client)
    {
        var status = await client.GetStatusAsync(Ct);
        return (status.QueuedCommands, status.PendingRequests);
    }

    private async Task AcceptAgainAsync(LineServer server, WebSocketClient client)
    {
        server.AnswersRequests = true;
        await server.Server.AcceptConnectionsAsync(Ct);
        await AdvanceUntilAsync(client, client.RequestRawAsync(Retried("2") with { WhenNotReady = WhenNotReady.Queue(TimeSpan.FromHours(1)), Timeout = TimeSpan.FromHours(1) }, Ct));
    }

    // Little steps, so that the delays before attempts pass and deadlines of requests do not.
    private async Task AdvanceUntilAsync(WebSocketClient client, Task task, TimeSpan? step = null)
    {
        using var patience = new CancellationTokenSource(Deadline);
        while (!task.IsCompleted)
        {
            patience.Token.ThrowIfCancellationRequested();
            if (client.State == ConnectionState.Reconnecting || step is not null)
                Scheduler.Advance(step ?? TimeSpan.FromMilliseconds(200));
            await SettleAsync(client);
        }

        await task;
    }
}
