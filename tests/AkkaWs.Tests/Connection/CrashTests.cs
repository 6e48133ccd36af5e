using Akka.Actor;
using AkkaWs.Errors;
using AkkaWs.Messages;
using AkkaWs.Primitives;
using AkkaWs.Protocol;
using AkkaWs.Tests.Support;

namespace AkkaWs.Tests.Connection;

/// <summary>A protocol handler that throws in between costs the connection's actor; one that throws where it builds or reads costs a topic or a message.</summary>
public sealed class CrashTests : ConnectionTest
{
    [Fact]
    public async Task A_crash_behind_a_subscribe_message_restarts_with_backoff_and_nobody_loses_a_subscription()
    {
        await using var server = await LineServer.StartAsync();
        var protocol = new LineProtocol();
        await using var client = await ConnectAsync(server.Options("crash"), protocol);
        var subscriber = CreateTestProbe();
        await AskAsync<Subscribed>(client.Connection, new Subscribe(["a"], subscriber));
        var crashes = 3;
        protocol.FailSubscribe = () => crashes-- > 0 ? new InvalidOperationException("bug") : null!;

        await using var late = await client.SubscribeAsync("b", Ct).WaitAsync(Deadline);

        Assert.Equal(4, client.Epoch.Value);
        await subscriber.ExpectMsgAsync<Interrupted>(Deadline);
        await subscriber.ExpectMsgAsync<Restored>(Deadline);
        var connection = await server.Server.WaitForConnectionAsync(4, cancellationToken: Ct);
        await connection.SendTextAsync("U|a|after", Ct);
        Assert.Equal("U|a|after", Text(await subscriber.ExpectMsgAsync<TopicUpdate>(Deadline)));
        await server.Server.WaitForConnectionsAsync(1, cancellationToken: Ct);
    }

    [Fact]
    public async Task A_crash_answers_the_requests_in_flight_and_keeps_the_actor()
    {
        await using var server = await LineServer.StartAsync();
        server.AnswersRequests = false;
        var protocol = new LineProtocol();
        await using var client = await ConnectAsync(server.Options("crash-requests"), protocol);
        var request = client.RequestRawAsync(Request("order"), Ct);
        await AwaitAssertAsync(() => Assert.Single(server.Received), Deadline);
        var crashes = 1;
        protocol.FailSubscribe = () => crashes-- > 0 ? new InvalidOperationException("bug") : null!;

        var subscribing = client.SubscribeAsync("a", Ct);

        await Assert.ThrowsAsync<SentOutcomeUnknownException>(() => request.WaitAsync(Deadline));
        await (await subscribing.WaitAsync(Deadline)).DisposeAsync();
        Assert.Equal(0, (await client.GetStatusAsync(Ct)).PendingRequests);
    }

    [Fact]
    public async Task Each_of_many_requests_is_answered_when_the_actor_crashes_right_behind_them()
    {
        await using var server = await LineServer.StartAsync();
        server.AnswersRequests = false;
        var protocol = new LineProtocol();
        await using var client = await ConnectAsync(server.Options("crash-behind-many"), protocol);
        var crashes = 1;
        protocol.FailSubscribe = () => crashes-- > 0 ? new InvalidOperationException("bug") : null!;
        var caller = CreateTestProbe();

        for (var i = 0; i < 500; i++)
            client.Connection.Tell(Request("order"), caller);
        client.Connection.Tell(new Subscribe(["a"], CreateTestProbe()), caller);

        var replies = caller.ReceiveN(501, TimeSpan.FromSeconds(20));
        Assert.Single(replies.OfType<Subscribed>());
        Assert.All(replies.OfType<Status.Failure>(), failure => Assert.True(failure.Cause is SentOutcomeUnknownException or NotSentException, $"{failure.Cause}"));
    }

    [Fact]
    public async Task Where_the_venue_confirms_nothing_a_crash_behind_a_subscribe_message_does_not_answer_its_command_twice()
    {
        await using var server = await LineServer.StartAsync();
        var protocol = new LineProtocol { Confirms = false };
        await using var client = await ConnectAsync(server.Options("crash-unconfirmed"), protocol);
        var crashes = 1;
        protocol.FailSubscribe = () => crashes-- > 0 ? new InvalidOperationException("bug") : null!;
        var caller = CreateTestProbe();

        client.Connection.Tell(new Subscribe(["a"], CreateTestProbe()), caller);

        await caller.ExpectMsgAsync<Subscribed>(Deadline);
        client.Connection.Tell(GetStatus.Instance, caller);
        await caller.ExpectMsgAsync<ConnectionStatus>(Deadline);
        Assert.Equal(2, client.Epoch.Value);
    }

    [Fact]
    public async Task A_handler_that_keeps_crashing_is_retried_slowly_and_nobody_loses_a_subscription()
    {
        await using var server = await LineServer.StartAsync();
        var protocol = new LineProtocol();
        var options = server.Options("crash-loop");
        options = options with { Reconnect = options.Reconnect with { Slow = new() { Initial = TimeSpan.FromMilliseconds(20), Max = TimeSpan.FromMilliseconds(200) } } };
        await using var client = await ConnectAsync(options, protocol);
        await using var everything = await client.SubscribeToEverythingAsync(Ct);
        var slowly = NextAsync<RetryingSlowly>(client);
        protocol.FailSubscribe = () => new InvalidOperationException("the bug");

        var subscribing = client.SubscribeAsync("a", Ct);

        var report = await slowly;
        Assert.Equal(ErrorClass.Internal, report.Reason.Class);
        Assert.Contains("the bug", report.Reason.Description, StringComparison.Ordinal);
        Assert.False(subscribing.IsCompleted);
        protocol.FailSubscribe = null;
        await using var late = await subscribing.WaitAsync(Deadline);
        Assert.Equal(ConnectionHealth.Healthy, (await client.GetStatusAsync(Ct)).Health);
    }

    [Fact]
    public async Task A_topic_that_the_handler_cannot_build_a_message_for_fails_its_own_subscribe_alone()
    {
        await using var server = await LineServer.StartAsync();
        await using var client = await ConnectAsync(server.Options("poison"), new LineProtocol { IsUnbuildable = topic => topic.Value.StartsWith("bad", StringComparison.Ordinal) });
        await using var good = await client.SubscribeAsync("good", Ct);

        var error = await Assert.ThrowsAsync<SubscriptionFailedException>(() => client.SubscribeAsync(["fine", "bad-1", "well", "bad-2"], Ct).WaitAsync(Deadline));

        Assert.Equal(["bad-1", "bad-2"], error.Failures.Select(failure => failure.Topic.Value).Order());
        Assert.IsType<ArgumentException>(error.InnerException);
        await client.RequestRawAsync(Request("order"), Ct);
        var status = await client.GetStatusAsync(Ct);
        Assert.Equal((1, 1, 1), (client.Epoch.Value, status.DesiredTopics, status.ConfirmedTopics));
    }

    [Fact]
    public async Task A_handler_that_cannot_make_an_id_fails_that_request_alone()
    {
        await using var server = await LineServer.StartAsync();
        var protocol = new LineProtocol();
        await using var client = await ConnectAsync(server.Options("no-id"), protocol);
        server.AnswersRequests = false;
        var pending = client.RequestRawAsync(new Request("order"u8.ToArray()) { Id = "order" }, Ct);
        await AwaitAssertAsync(() => Assert.Single(server.Received), Deadline);
        protocol.Ids = () => throw new InvalidOperationException("out of ids");

        var error = await Assert.ThrowsAsync<NotSentException>(() => client.RequestRawAsync(Request("x"), Ct));

        Assert.Contains("out of ids", error.Message, StringComparison.Ordinal);
        await server.Connection.SendTextAsync("R|order|ok|done", Ct);
        Assert.Equal("done"u8.ToArray(), (await pending.WaitAsync(Deadline)).Result.ToArray());
        Assert.Equal(1, client.Epoch.Value);
    }

    [Fact]
    public async Task A_topic_that_cannot_be_asked_for_any_more_after_a_loss_costs_no_other_one()
    {
        await using var server = await LineServer.StartAsync();
        var protocol = new LineProtocol();
        await using var client = await ConnectAsync(server.Options("poison-later"), protocol);
        await using var both = await client.SubscribeAsync(["good", "bad"], Ct);
        protocol.IsUnbuildable = topic => topic.Value == "bad";
        var reconnected = NextAsync<Reconnected>(client);

        server.Connection.Drop();
        await reconnected;

        await AwaitAssertAsync(async () => Assert.Equal(1, (await client.GetStatusAsync(Ct)).ConfirmedTopics), Deadline);
        await client.RequestRawAsync(Request("order"), Ct);
        protocol.IsUnbuildable = _ => false;
        await AwaitAssertAsync(async () => Assert.Equal(2, (await client.GetStatusAsync(Ct)).ConfirmedTopics), Deadline);
        Assert.Equal(2, client.Epoch.Value);
    }

    [Theory]
    [InlineData(nameof(ProtocolHandler.ConflationKeyOf))]
    [InlineData(nameof(ProtocolHandler.KindOf))]
    [InlineData(nameof(ProtocolHandler.PreviousSequenceOf))]
    public async Task A_reading_member_that_throws_costs_the_subscriber_that_update_and_no_order(string member)
    {
        await using var server = await LineServer.StartAsync();
        await using var client = await ConnectAsync(server.Options("bad-member"), new CrashingProtocol { Throwing = member });
        var asks = member == nameof(ProtocolHandler.ConflationKeyOf)
            ? new SubscribeOptions { Overflow = OverflowPolicy.Conflate }
            : new SubscribeOptions { Gaps = GapRecovery.None };
        await using var updates = await client.SubscribeAsync("a", asks, Ct);

        foreach (var text in (string[])["U|a|1", "U|a|odd", "U|a|3"])
            await server.Connection.SendTextAsync(text, Ct);

        await client.RequestRawAsync(Request("order"), Ct);
        var got = new List<string>();
        await foreach (var update in updates.WithCancellation(Ct))
        {
            got.Add(Text(update));
            if (got[^1] == "U|a|3")
                break;
        }

        Assert.DoesNotContain("U|a|odd", got);
        Assert.Equal((1, 1), (client.Epoch.Value, (await client.GetStatusAsync(Ct)).UnknownMessages));
    }

    [Fact]
    public async Task A_handler_that_crashes_on_connect_fails_the_caller_with_its_own_error()
    {
        await using var server = await LineServer.StartAsync();

        var error = await Assert.ThrowsAsync<ConnectionFailedException>(
            () => ConnectAsync(server.Options("crash-connect"), new CrashingProtocol { OnConnectError = new InvalidOperationException("bug") }));

        Assert.Equal("bug", error.InnerException?.Message);
    }

    [Fact]
    public async Task A_message_that_the_handler_cannot_read_costs_that_message_only()
    {
        await using var server = await LineServer.StartAsync();
        await using var client = await ConnectAsync(server.Options("bad-messages"), new CrashingProtocol());
        await using var updates = await client.SubscribeAsync("a", Ct);

        for (var i = 0; i < 50; i++)
            await server.Connection.SendTextAsync("A|bad", Ct);
        await server.Connection.SendTextAsync("U|a|crash", Ct);
        await server.Connection.SendTextAsync("U|a|fine", Ct);

        await foreach (var update in updates.WithCancellation(Ct))
        {
            Assert.Equal(("U|a|fine", 1), (Text(update), update.Sequence));
            break;
        }

        Assert.Equal(1, client.Epoch.Value);
        Assert.Equal(51, (await client.GetStatusAsync(Ct)).UnknownMessages);
    }

    private sealed class CrashingProtocol : ProtocolHandler
    {
        private readonly LineProtocol _line = new();

        public Exception? OnConnectError { get; init; }

        /// <summary>The reading member that throws on odd updates.</summary>
        public string? Throwing { get; init; }

        public override IReadOnlyList<OutboundMessage> OnConnect() => OnConnectError is null ? [] : throw OnConnectError;

        public override Classification Classify(ReadOnlySpan<byte> message) => _line.Classify(message);

        public override OutboundMessage EncodeRequest(RequestId id, ReadOnlyMemory<byte> payload) => _line.EncodeRequest(id, payload);

        public override ResponseVerdict ReadResponse(ReadOnlyMemory<byte> message) => _line.ReadResponse(message);

        public override OutboundMessage BuildSubscribe(IReadOnlyList<Topic> topics, RequestId id) => _line.BuildSubscribe(topics, id);

        public override OutboundMessage BuildUnsubscribe(IReadOnlyList<Topic> topics, RequestId id) => _line.BuildUnsubscribe(topics, id);

        // A message without its fields is an index out of range.
        public override Acknowledgement? ReadAcknowledgement(ReadOnlySpan<byte> message) => _line.ReadAcknowledgement(message);

        public override long? SequenceOf(ReadOnlySpan<byte> update) => update.EndsWith("crash"u8) ? throw new FormatException("odd") : Throwing is null ? null : 1;

        public override long? PreviousSequenceOf(ReadOnlySpan<byte> update) => ThrowIfOdd(nameof(PreviousSequenceOf), update) ? 1 : null;

        public override UpdateKind KindOf(ReadOnlySpan<byte> update) => ThrowIfOdd(nameof(KindOf), update) ? UpdateKind.Delta : UpdateKind.Unknown;

        public override ReadOnlySpan<byte> ConflationKeyOf(ReadOnlySpan<byte> update) => ThrowIfOdd(nameof(ConflationKeyOf), update) ? update : default;

        private bool ThrowIfOdd(string member, ReadOnlySpan<byte> update) => Throwing == member && (update.EndsWith("odd"u8) ? throw new FormatException("odd") : true);
    }
}
