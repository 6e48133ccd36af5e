using Akka.Actor;
using AkkaWs.Errors;
using AkkaWs.Messages;
using AkkaWs.Primitives;
using AkkaWs.Protocol;
using AkkaWs.Tests.Support;
using AkkaWs.Transport;
using AkkaWs.Wire;

namespace AkkaWs.Tests.Connection;

public sealed class CommandOrderTests : ConnectionTest
{
    [Fact]
    public async Task After_connecting_comes_the_login_then_the_handler_s_messages_then_the_topics_then_the_queue_in_its_order()
    {
        await using var server = await LineServer.StartAsync();
        server.AnswersLogin = false;
        await using var client = await OpenAsync(server.Options("order"), new LineProtocol { Authenticates = true, Greetings = ["hello", "world"] });
        var queue = WhenNotReady.Queue(Deadline);
        var sent = new List<Task>();
        for (var i = 0; i < 10; i++)
        {
            sent.Add(client.Connection.Ask<Sent>(new Send(System.Text.Encoding.UTF8.GetBytes($"send|{i}")) { WhenNotReady = queue }, Deadline));
            sent.Add(client.RequestRawAsync(Request($"{i}") with { WhenNotReady = queue }, Ct));
        }

        var subscribing = client.SubscribeAsync("a", Ct);
        await AwaitAssertAsync(async () => Assert.Equal((20, 1), await WaitingAsync(client)), Deadline);
        await AwaitAssertAsync(() => Assert.Equal(["auth|secret"], server.Received), Deadline);
        await server.Connection.SendTextAsync("S|auth|ok", Ct);

        await Task.WhenAll(sent).WaitAsync(Deadline);
        await (await subscribing).DisposeAsync();
        string[] expected = ["auth", "hello", "world", "sub", .. Enumerable.Range(0, 10).SelectMany(_ => new[] { "send", "req" })];
        Assert.Equal(expected, server.Received.Take(expected.Length).Select(t => t.Split('|')[0]));
        Assert.Equal(Enumerable.Range(0, 10).SelectMany(i => new[] { $"{i}", $"{i}" }), server.Received.Skip(4).Take(20).Select(t => t.Split('|')[^1]));
    }

    [Fact]
    public async Task An_acceptance_that_comes_before_the_login_is_no_answer_to_it()
    {
        await using var server = await LineServer.StartAsync();
        server.AnswersLogin = false;
        var login = new TaskCompletionSource<OutboundMessage>(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var client = await OpenAsync(server.Options("early-answer"), new LateLogin(login.Task));
        await AwaitAssertAsync(() => Assert.Equal(ConnectionState.Authenticating, client.State), Deadline);
        await server.Connection.SendTextAsync("S|auth|ok", Ct);
        await AwaitAssertAsync(async () => Assert.Equal(1, (await client.GetStatusAsync(Ct)).MessagesReceived), Deadline);
        Assert.Equal(ConnectionState.Authenticating, (await client.GetStatusAsync(Ct)).State);

        server.AnswersLogin = true;
        login.SetResult(OutboundMessage.Text("auth|secret"));

        await client.WaitUntilReadyAsync(Ct);
        Assert.Equal(["auth|secret"], server.Received);
    }

    [Fact]
    public async Task Requests_of_one_caller_leave_in_the_order_in_which_they_came()
    {
        await using var server = await LineServer.StartAsync();
        await using var client = await ConnectAsync(server.Options("request-order"));

        await Task.WhenAll(Enumerable.Range(0, 500).Select(i => client.RequestRawAsync(Request($"{i}"), Ct))).WaitAsync(Deadline);

        Assert.Equal(Enumerable.Range(0, 500).Select(i => $"{i}"), server.Received.Select(t => t.Split('|')[^1]));
    }

    [Fact]
    public async Task A_request_that_is_cancelled_before_it_is_made_is_never_sent()
    {
        await using var server = await LineServer.StartAsync();
        await using var client = await ConnectAsync(server.Options("cancelled-before"));

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => client.RequestRawAsync(Request("ghost"), new CancellationToken(canceled: true)));

        await client.RequestRawAsync(Request("after"), Ct);
        Assert.Single(server.Received);
    }

    [Fact]
    public async Task Withdrawing_one_use_of_a_request_leaves_the_other()
    {
        await using var server = await LineServer.StartAsync();
        server.AnswersRequests = false;
        await using var client = await ConnectAsync(server.Options("twice"));
        using var cancellation = new CancellationTokenSource();
        var request = Request("same");
        var kept = client.RequestRawAsync(request, Ct);
        var withdrawn = client.RequestRawAsync(request, cancellation.Token);
        await AwaitAssertAsync(() => Assert.Equal(2, server.Received.Count), Deadline);

        await cancellation.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => withdrawn.WaitAsync(Deadline));
        await server.Connection.SendTextAsync($"R|{server.Received[0].Split('|')[1]}|ok|yes", Ct);
        await kept.WaitAsync(Deadline);
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(0)]
    public async Task A_request_without_time_is_rejected(int milliseconds)
    {
        await using var server = await LineServer.StartAsync();
        await using var client = await ConnectAsync(server.Options("no-time"));

        await Assert.ThrowsAsync<NotSentException>(() => client.RequestRawAsync(Request("x") with { Timeout = TimeSpan.FromMilliseconds(milliseconds) }, Ct));

        await client.RequestRawAsync(Request("x") with { Timeout = TimeSpan.MaxValue, WhenNotReady = WhenNotReady.Queue(TimeSpan.MaxValue) }, Ct);
    }

    [Fact]
    public async Task A_send_that_broke_during_its_write_does_not_claim_to_be_unsent()
    {
        var asker = CreateTestProbe();
        var command = new Send("x"u8.ToArray());
        var cause = new WireResetException("reset", System.Net.Sockets.SocketError.ConnectionReset, null);
        WireWrite write = new SendWrite(OutboundMessage.Text("x"), asker, "feed", command, DateTimeOffset.UnixEpoch);

        write.OnFailed(cause, begun: true);
        write.OnFailed(cause, begun: false);

        var unknown = Assert.IsType<SentOutcomeUnknownException>((await asker.ExpectMsgAsync<Status.Failure>(Deadline)).Cause);
        Assert.Equal((command, cause, ErrorClass.Reset), (unknown.Command, unknown.InnerException, unknown.Reason.Class));
        Assert.IsType<NotSentException>((await asker.ExpectMsgAsync<Status.Failure>(Deadline)).Cause);
    }

    private sealed class LateLogin(Task<OutboundMessage> login) : ProtocolHandler
    {
        private readonly LineProtocol _line = new();

        public override bool RequiresAuthentication => true;

        public override async ValueTask<OutboundMessage> BuildAuthenticationAsync(CancellationToken cancellationToken) => await login;

        public override AuthenticationVerdict ReadAuthentication(ReadOnlySpan<byte> message) => _line.ReadAuthentication(message);

        public override Classification Classify(ReadOnlySpan<byte> message) => _line.Classify(message);

        public override OutboundMessage BuildSubscribe(IReadOnlyList<Topic> topics, RequestId id) => _line.BuildSubscribe(topics, id);

        public override OutboundMessage BuildUnsubscribe(IReadOnlyList<Topic> topics, RequestId id) => _line.BuildUnsubscribe(topics, id);
    }

    private async Task<(int, int)> WaitingAsync(AkkaWs.Client.WebSocketClient client)
    {
        var status = await client.GetStatusAsync(Ct);
        return (status.QueuedCommands, status.DesiredTopics);
    }
}
