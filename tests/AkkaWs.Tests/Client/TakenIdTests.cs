using Akka.Actor;
using AkkaWs.Errors;
using AkkaWs.Messages;
using AkkaWs.Options;
using AkkaWs.Primitives;
using AkkaWs.Tests.Connection;
using AkkaWs.Tests.Support;

namespace AkkaWs.Tests.Client;

/// <summary>Ids that are out on a physical connection are unique, whoever made them; and only what was written is answered.</summary>
public sealed class TakenIdTests : VirtualTimeTest
{
    private int _lastId;

    [Fact]
    public async Task A_refused_order_whose_caller_chose_the_id_that_a_subscribe_message_would_get_is_refused()
    {
        await using var server = await LineServer.StartAsync();
        server.AnswersRequests = false;
        await using var client = await ConnectAsync(Options(server, "order-and-subscribe"), Numbering());
        var order = client.RequestRawAsync(Request("buy") with { Id = "1" }, Ct);
        await AwaitAssertAsync(() => Assert.Single(server.Received), Deadline);

        await using var subscription = await client.SubscribeAsync("a", Ct);
        await server.Connection.SendTextAsync("R|1|err|10009|not enough funds", Ct);

        Assert.Equal("10009", (await Assert.ThrowsAsync<ServerErrorException>(() => order.WaitAsync(Deadline))).Code);
        Assert.Equal(["req|1|buy", "sub|2|a"], server.Received);
    }

    [Fact]
    public async Task A_request_whose_caller_chose_the_id_of_an_open_subscribe_message_is_refused_before_the_write()
    {
        await using var server = await LineServer.StartAsync();
        server.ConfirmsSubscriptions = false;
        await using var client = await ConnectAsync(Options(server, "subscribe-first"), Numbering());
        var subscribing = client.SubscribeAsync("a", Ct);
        await AwaitAssertAsync(() => Assert.Single(server.Received), Deadline);

        var error = await Assert.ThrowsAsync<NotSentException>(() => client.RequestRawAsync(Request("x") with { Id = "1" }, Ct));
        await server.Connection.SendTextAsync("A|1|ok", Ct);

        Assert.Contains("id 1", error.Message, StringComparison.Ordinal);
        await using var subscription = await subscribing.WaitAsync(Deadline);
        Assert.Equal(["sub|1|a"], server.Received);
        await client.RequestRawAsync(Request("y") with { Id = "1" }, Ct).WaitAsync(Deadline);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task An_id_whose_request_ended_without_its_answer_is_free_again_once_the_answer_or_another_connection_has_come(bool answered)
    {
        await using var server = await LineServer.StartAsync();
        server.AnswersRequests = false;
        await using var client = await ConnectAsync(Options(server, $"late-{answered}"));
        await AbandonAsync(server, client, Request("x") with { Id = "7" });

        await Assert.ThrowsAsync<NotSentException>(() => client.RequestRawAsync(Request("y") with { Id = "7" }, Ct));

        server.AnswersRequests = true;
        if (answered)
        {
            await server.Connection.SendTextAsync("R|7|ok|late", Ct);
            await AwaitAssertAsync(async () => Assert.Equal(1, (await client.GetStatusAsync(Ct)).LateResponses), Deadline);
        }
        else
        {
            await ReconnectAsync(server, client);
        }

        Assert.Equal("z", System.Text.Encoding.UTF8.GetString((await client.RequestRawAsync(Request("z") with { Id = "7" }, Ct).WaitAsync(Deadline)).Result.Span));
        Assert.DoesNotContain("req|7|y", server.Received);
    }

    [Fact]
    public async Task An_id_whose_answer_does_not_come_is_free_again_when_it_counts_as_lost()
    {
        await using var server = await LineServer.StartAsync();
        server.AnswersRequests = false;
        await using var client = await ConnectAsync(Options(server, "lost-answer"));
        await AbandonAsync(server, client, Request("x") with { Id = "7" });
        Scheduler.Advance(TimeSpan.FromMinutes(5) - TimeSpan.FromSeconds(1));
        await Assert.ThrowsAsync<NotSentException>(() => client.RequestRawAsync(Request("y") with { Id = "7" }, Ct));
        server.AnswersRequests = true;

        Scheduler.Advance(TimeSpan.FromSeconds(2));

        await client.RequestRawAsync(Request("z") with { Id = "7" }, Ct).WaitAsync(Deadline);
        Assert.Equal(["req|7|x", "req|7|z"], server.Received);
    }

    [Fact]
    public async Task A_handler_that_makes_one_id_only_goes_on_with_it_though_an_answer_was_lost()
    {
        await using var server = await LineServer.StartAsync();
        server.AnswersRequests = false;
        await using var client = await ConnectAsync(Options(server, "one-id"), new LineProtocol { Ids = () => "1" });
        await AbandonAsync(server, client, Request("x"));
        server.AnswersRequests = true;

        await client.RequestRawAsync(Request("y"), Ct).WaitAsync(Deadline);

        Assert.Equal(["req|1|x", "req|1|y"], server.Received);
    }

    [Fact]
    public async Task The_id_of_a_subscribe_message_that_was_not_answered_in_time_is_not_given_to_a_request()
    {
        await using var server = await LineServer.StartAsync();
        server.ConfirmsSubscriptions = false;
        var options = Options(server, "subscribe-late");
        await using var client = await ConnectAsync(options, Numbering());
        var subscribing = client.SubscribeAsync("a", Ct);
        await AwaitAssertAsync(() => Assert.Single(server.Received), Deadline);
        await SettleAsync(client);
        Scheduler.Advance(options.Subscriptions.ConfirmTimeout);
        await Assert.ThrowsAsync<SubscriptionFailedException>(() => subscribing.WaitAsync(Deadline));
        await AwaitAssertAsync(() => Assert.Equal(["sub|1|a", "unsub|2|a"], server.Received), Deadline);

        await Assert.ThrowsAsync<NotSentException>(() => client.RequestRawAsync(Request("x") with { Id = "1" }, Ct));

        await server.Connection.SendTextAsync("A|1|ok", Ct);
        await AwaitAssertAsync(async () => Assert.Equal(2, (await client.GetStatusAsync(Ct)).MessagesReceived), Deadline);
        await SettleAsync(client);
        await client.RequestRawAsync(Request("x") with { Id = "1" }, Ct).WaitAsync(Deadline);
    }

    [Fact]
    public async Task A_replaced_connection_is_not_left_under_the_id_of_a_message_that_it_has_not_answered()
    {
        await using var server = await LineServer.StartAsync();
        var ids = new Queue<RequestId>(["1", "2", "3", "2", "4"]);
        await using var client = await ConnectAsync(Options(server, "leaves"), new LineProtocol { Ids = ids.Dequeue });
        var (kept, left) = (CreateTestProbe(), CreateTestProbe());
        await AskAsync<Subscribed>(client.Connection, new Subscribe(["a"], kept));
        server.ConfirmsSubscriptions = false;
        client.Connection.Tell(new Subscribe(["b"], left), ActorRefs.NoSender);
        await AwaitAssertAsync(() => Assert.Equal(["sub|1|a", "sub|2|b"], server.Received), Deadline);
        await AskAsync<Unsubscribed>(client.Connection, new Unsubscribe(["b"], left));
        server.ConfirmsSubscriptions = true;

        await client.RotateAsync(Ct).WaitAsync(Deadline);

        Assert.Equal(["sub|1|a", "sub|2|b", "unsub|4|a", "sub|3|a"], server.Received);
    }

    [Fact]
    public async Task A_stray_response_is_no_answer_to_a_request_that_waits_for_its_turn_which_is_written_later()
    {
        await using var server = await LineServer.StartAsync();
        var rate = new RateOptions { Limit = 1, Interval = TimeSpan.FromSeconds(3), Burst = 1 };
        await using var client = await ConnectAsync(Options(server, "stray") with { Rates = new RateLimitOptions { Outgoing = rate } });
        await client.RequestRawAsync(Request("first") with { Id = "n1" }, Ct).WaitAsync(Deadline);
        var waiting = client.RequestRawAsync(Request("second") with { Id = "n2" }, Ct);
        await AwaitAssertAsync(async () => Assert.Equal(1, (await client.GetStatusAsync(Ct)).ThrottledMessages), Deadline);

        await server.Connection.SendTextAsync("R|n2|ok|ghost", Ct);
        await AwaitAssertAsync(async () => Assert.Equal(1, (await client.GetStatusAsync(Ct)).LateResponses), Deadline);
        Assert.Equal((1, 1), (await client.GetStatusAsync(Ct)) is var status ? (status.PendingRequests, status.ThrottledMessages) : default);
        Scheduler.Advance(rate.Interval);

        Assert.Equal("second", System.Text.Encoding.UTF8.GetString((await waiting.WaitAsync(Deadline)).Result.Span));
        Assert.Equal(["req|n1|first", "req|n2|second"], server.Received);
    }

    // It is written and ends without its answer.
    private async Task AbandonAsync(LineServer server, AkkaWs.Client.WebSocketClient client, Request request)
    {
        using var patience = new CancellationTokenSource();
        var abandoned = client.RequestRawAsync(request, patience.Token);
        await AwaitAssertAsync(() => Assert.Single(server.Received), Deadline);
        await patience.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => abandoned.WaitAsync(Deadline));
        await SettleAsync(client);
        await AwaitAssertAsync(async () => Assert.Equal(0, (await client.GetStatusAsync(Ct)).PendingRequests), Deadline);
    }

    private LineProtocol Numbering() => new() { Ids = () => $"{++_lastId}" };

    private static WebSocketClientOptions Options(LineServer server, string name) =>
        server.Options(name) with { Heartbeat = new HeartbeatOptions { PingInterval = TimeSpan.Zero } };

    private async Task ReconnectAsync(LineServer server, AkkaWs.Client.WebSocketClient client)
    {
        var watcher = await WatchAsync(client);
        server.Connection.Drop();
        await NextAsync<Reconnecting>(watcher);
        await SettleAsync(client);
        Scheduler.Advance(TimeSpan.FromSeconds(1));
        await NextAsync<Reconnected>(watcher);
    }
}
