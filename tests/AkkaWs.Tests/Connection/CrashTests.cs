using System.Diagnostics;
using Akka.Actor;
using AkkaWs.Errors;
using AkkaWs.Messages;
using AkkaWs.Primitives;
using AkkaWs.Protocol;
using AkkaWs.Tests.Support;

namespace AkkaWs.Tests.Connection;

/// <summary>A protocol handler that throws where it builds messages costs the connection's actor; one that throws where it reads costs a message.</summary>
public sealed class CrashTests : ConnectionTest
{
    [Fact]
    public async Task A_crash_in_BuildSubscribe_restarts_with_backoff_and_nobody_loses_a_subscription()
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
        var thrown = 0;
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == "AkkaWs",
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = activity =>
            {
                if ("crash-listener".Equals(activity.GetTagItem("akkaws.connection")) && activity.OperationName == "subscribe" && thrown++ == 0)
                    throw new InvalidOperationException("bug");
            },
        };
        ActivitySource.AddActivityListener(listener);
        await using var client = await ConnectAsync(server.Options("crash-listener"), new LineProtocol { Confirms = false });
        var caller = CreateTestProbe();

        client.Connection.Tell(new Subscribe(["a"], CreateTestProbe()), caller);

        await caller.ExpectMsgAsync<Subscribed>(Deadline);
        client.Connection.Tell(GetStatus.Instance, caller);
        await caller.ExpectMsgAsync<ConnectionStatus>(Deadline);
        Assert.Equal(2, client.Epoch.Value);
    }

    [Fact]
    public async Task A_handler_that_keeps_crashing_closes_the_connection_with_the_cause()
    {
        await using var server = await LineServer.StartAsync();
        var protocol = new LineProtocol();
        await using var client = await ConnectAsync(server.Options("crash-loop"), protocol);
        await using var everything = await client.SubscribeToEverythingAsync(Ct);
        var closed = NextAsync<ConnectionClosed>(client);
        protocol.FailSubscribe = () => new InvalidOperationException("the bug");

        var subscribing = client.SubscribeAsync("a", Ct);

        var error = await Assert.ThrowsAsync<ConnectionClosedException>(() => subscribing.WaitAsync(TimeSpan.FromSeconds(60)));
        Assert.Equal(ErrorClass.Internal, error.Reason.Class);
        Assert.Contains("the bug", (await closed).Reason.Description, StringComparison.Ordinal);
        await Assert.ThrowsAsync<ConnectionClosedException>(async () =>
        {
            await foreach (var _ in everything.WithCancellation(Ct))
            {
            }
        });
        await Assert.ThrowsAsync<ConnectionClosedException>(() => client.RequestRawAsync(Request("x"), Ct));
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

        public override IReadOnlyList<OutboundMessage> OnConnect() => OnConnectError is null ? [] : throw OnConnectError;

        public override Classification Classify(ReadOnlySpan<byte> message) => _line.Classify(message);

        public override OutboundMessage BuildSubscribe(IReadOnlyList<Topic> topics, RequestId id) => _line.BuildSubscribe(topics, id);

        public override OutboundMessage BuildUnsubscribe(IReadOnlyList<Topic> topics, RequestId id) => _line.BuildUnsubscribe(topics, id);

        // A message without its fields is an index out of range.
        public override Acknowledgement? ReadAcknowledgement(ReadOnlySpan<byte> message) => _line.ReadAcknowledgement(message);

        public override long? SequenceOf(ReadOnlySpan<byte> update) => update.EndsWith("crash"u8) ? throw new FormatException("odd") : null;
    }
}
