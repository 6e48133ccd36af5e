using System.Text;
using AkkaWs.Client;
using AkkaWs.Errors;
using AkkaWs.Messages;
using AkkaWs.Options;
using AkkaWs.Protocol;
using AkkaWs.Tests.Connection;
using AkkaWs.Tests.Support;

namespace AkkaWs.Tests.Client;

/// <summary>What code that takes an <see cref="IWebSocketClient"/> may rely on, be the client real or a fake. Derived once for each.</summary>
public abstract class ClientContract : VirtualTimeTest
{
    /// <summary>A client that is Ready, and what happens to it at the test's will.</summary>
    internal interface IStage : IAsyncDisposable
    {
        IWebSocketClient Client { get; }

        Task PublishAsync(string topic, string text);

        /// <summary>Drops the connection: it is Reconnecting, until <see cref="RecoverAsync"/>.</summary>
        Task DropAsync();

        Task RecoverAsync();

        Task<Rotated> RotateAsync();

        Task ReopenAsync();

        /// <summary>The venue refuses the topic from now on, as one that it does not have.</summary>
        void Refuse(string topic);

        /// <summary>Lets so much time pass.</summary>
        void Pass(TimeSpan time);

        /// <summary>Requests are not answered from now on.</summary>
        void AnswerNoRequests();

        /// <summary>Completes when the venue has a request.</summary>
        Task UntilRequestedAsync(string payload);
    }

    /// <summary>Requests are answered with their payload; <c>fail</c> with error 42.</summary>
    internal abstract Task<IStage> OpenStageAsync(string name);

    [Fact]
    public async Task A_stream_shows_updates_and_the_loss_between_them_and_ends_with_the_connection()
    {
        await using var stage = await OpenStageAsync("stream");
        await using var updates = await stage.Client.SubscribeAsync("a", Ct);
        await stage.PublishAsync("a", "1");
        await stage.PublishAsync("b", "of a topic that nobody subscribes");
        List<TopicMessage> read = [];
        await using var messages = updates.ReadAllAsync(Ct).GetAsyncEnumerator(Ct);
        await ReadAsync(1);

        await stage.DropAsync();
        await ReadAsync(1);
        await stage.RecoverAsync();
        await ReadAsync(1);
        await stage.PublishAsync("a", "2");
        await ReadAsync(1);
        await stage.Client.CloseAsync(Ct);

        Assert.False(await messages.MoveNextAsync().AsTask().WaitAsync(Deadline));
        Assert.Equal(["TopicUpdate", "Interrupted", "Restored", "TopicUpdate"], read.Select(message => message.GetType().Name));
        Assert.All(read, message => Assert.Equal("a", message.Topic.Value));
        Assert.Equal([(1L, 1L), (2L, 2L)], read.OfType<TopicUpdate>().Select(update => (update.Sequence, update.Epoch.Value)));
        Assert.True(read.OfType<TopicUpdate>().Last().Payload.Span.EndsWith("2"u8));

        async Task ReadAsync(int count)
        {
            for (; count > 0; count--)
            {
                Assert.True(await messages.MoveNextAsync().AsTask().WaitAsync(Deadline));
                read.Add(messages.Current);
            }
        }
    }

    [Fact]
    public async Task A_stream_has_one_reader_and_a_cancelled_one_leaves()
    {
        await using var stage = await OpenStageAsync("reader");
        await using var updates = await stage.Client.SubscribeAsync(["a", "b"], Ct);
        using var impatience = CancellationTokenSource.CreateLinkedTokenSource(Ct);
        await using var reader = updates.GetAsyncEnumerator(impatience.Token);
        var next = reader.MoveNextAsync().AsTask();

        await Assert.ThrowsAsync<InvalidOperationException>(() => updates.ReadAllAsync(Ct).GetAsyncEnumerator(Ct).MoveNextAsync().AsTask());
        Assert.Throws<InvalidOperationException>(updates.AsChannel);
        await impatience.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => next.WaitAsync(Deadline));
        await AwaitAssertAsync(async () => Assert.Equal(0, (await stage.Client.GetStatusAsync(Ct)).DesiredTopics), Deadline);
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => stage.Client.SubscribeAsync([], Ct));
    }

    [Fact]
    public async Task Who_joins_a_topic_that_is_interrupted_is_told_so_before_it_is_restored()
    {
        await using var stage = await OpenStageAsync("joins");
        await using var first = await stage.Client.SubscribeAsync("a", Ct);
        await stage.DropAsync();
        var (joining, anew) = (stage.Client.SubscribeAsync("a", Ct), stage.Client.SubscribeAsync("b", Ct));
        Assert.Equal(2, (await stage.Client.GetStatusAsync(Ct)).DesiredTopics);

        await stage.RecoverAsync();
        await using var second = await joining.WaitAsync(Deadline);
        await using var other = await anew.WaitAsync(Deadline);
        await stage.PublishAsync("a", "1");
        await stage.PublishAsync("b", "1");

        Assert.Equal(["Interrupted", "Restored", "TopicUpdate"], await NamesAsync(second, 3));
        Assert.Equal(["TopicUpdate"], await NamesAsync(other, 1));
    }

    [Fact]
    public async Task A_recorder_need_not_wait_for_Ready_and_is_no_topic_of_the_venue()
    {
        await using var stage = await OpenStageAsync("recorder");
        await stage.DropAsync();

        await using var everything = await stage.Client.SubscribeToEverythingAsync(Ct).WaitAsync(Deadline);

        Assert.Equal(0, (await stage.Client.GetStatusAsync(Ct)).DesiredTopics);
        await stage.RecoverAsync();
        await stage.Client.WaitUntilReadyAsync(Ct);
        await stage.PublishAsync("a", "1");
        await foreach (var update in everything.WithCancellation(Ct))
        {
            if (update.MessageKind != MessageKind.Update)
                continue; // the real venue says more than updates
            Assert.Equal("a", update.MessageTopic?.Value);
            break;
        }
    }

    [Fact]
    public async Task A_refused_topic_is_named_in_the_venue_s_words_and_none_of_its_call_is_subscribed()
    {
        await using var stage = await OpenStageAsync("refused");
        stage.Refuse("b");

        var error = await Assert.ThrowsAsync<SubscriptionFailedException>(() => stage.Client.SubscribeAsync(["a", "b"], Ct));

        Assert.Equal(new TopicFailure("b", "no such topic"), Assert.Single(error.Failures));
        await AwaitAssertAsync(async () => Assert.Equal(0, (await stage.Client.GetStatusAsync(Ct)).DesiredTopics), Deadline);
        await using var updates = await stage.Client.SubscribeAsync("a", Ct);
        Assert.Equal(1, (await stage.Client.GetStatusAsync(Ct)).ConfirmedTopics);
    }

    [Fact]
    public async Task A_channel_completes_when_the_connection_is_closed_and_everything_is_read()
    {
        await using var stage = await OpenStageAsync("channel");
        await using var updates = await stage.Client.SubscribeAsync("a", Ct);
        var channel = updates.AsChannel();
        await stage.PublishAsync("a", "1");
        Assert.Equal("a", (await channel.ReadAsync(Ct)).Topic.Value);

        await stage.Client.CloseAsync(Ct);

        Assert.False(await channel.WaitToReadAsync(Ct));
        await channel.Completion.WaitAsync(Deadline);
    }

    [Fact]
    public async Task Values_callbacks_and_channels_are_the_same_stream()
    {
        await using var stage = await OpenStageAsync("shapes");
        await using var values = await stage.Client.SubscribeAsync(["a"], utf8 => Encoding.UTF8.GetString(utf8)[^1], cancellationToken: Ct);
        await using var stream = await stage.Client.SubscribeAsync("a", Ct);
        var called = new TaskCompletionSource<TopicMessage>(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var callback = await stage.Client.SubscribeAsync(
            ["a"],
            (message, _) =>
            {
                called.TrySetResult(message);
                return ValueTask.CompletedTask;
            },
            cancellationToken: Ct);

        await stage.PublishAsync("a", "7");

        await foreach (var value in values.WithCancellation(Ct))
        {
            Assert.Equal('7', value);
            break;
        }

        Assert.Equal(1, Assert.IsType<TopicUpdate>(await stream.AsChannel().ReadAsync(Ct)).Sequence);
        Assert.Equal("a", (await called.Task.WaitAsync(Deadline)).Topic.Value);
        await callback.UnsubscribeAsync(Ct);
        await callback.Completion.WaitAsync(Deadline);
    }

    [Fact]
    public async Task Requests_have_results_and_typed_errors_that_carry_their_command()
    {
        await using var stage = await OpenStageAsync("requests");
        var failing = new Request("fail"u8.ToArray()) { Id = "17" };

        Assert.Equal("order", Encoding.UTF8.GetString((await stage.Client.RequestRawAsync(Request("order"), Ct)).Result.Span));
        Assert.Equal(5, await stage.Client.RequestAsync<int, int>(5, cancellationToken: Ct));
        Assert.Equal([1, 2, 3], (await stage.Client.RequestManyAsync<int, int>([1, 2, 3], cancellationToken: Ct)).Select(outcome => outcome.ThrowIfFailed()));
        var refused = await Assert.ThrowsAsync<ServerErrorException>(() => stage.Client.RequestRawAsync(failing, Ct));
        Assert.Equal(("42", "17"), (refused.Code, refused.RequestId.Value));
        Assert.Same(failing, refused.Command);
        Assert.Equal("5", (await Assert.ThrowsAsync<ResponseFormatException>(() => stage.Client.RequestAsync<int, string>(5, cancellationToken: Ct))).Excerpt);
        var unreadable = Assert.Single(await stage.Client.RequestManyAsync<int, string>([6], cancellationToken: Ct));
        Assert.Equal("6", Assert.IsType<ResponseFormatException>(unreadable.Error).Excerpt);

        stage.AnswerNoRequests();
        var slow = new Request("slow"u8.ToArray()) { Timeout = TimeSpan.FromMilliseconds(50) };
        var answer = stage.Client.RequestRawAsync(slow, Ct);
        await stage.UntilRequestedAsync("slow");
        stage.Pass(TimeSpan.FromMilliseconds(100));
        var late = await Assert.ThrowsAsync<RequestTimeoutException>(() => answer.WaitAsync(Deadline));
        Assert.True(late.Written);
        Assert.Same(slow, late.Command);
        using var impatience = new CancellationTokenSource();
        var withdrawn = stage.Client.RequestRawAsync(Request("withdrawn"), impatience.Token);
        await stage.UntilRequestedAsync("withdrawn");
        await impatience.CancelAsync();
        var cancelled = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => withdrawn.WaitAsync(Deadline));
        Assert.True(Assert.IsType<RequestCancelledException>(cancelled.InnerException).Written);
    }

    [Fact]
    public async Task A_loss_leaves_what_was_written_unknown_refuses_the_rest_and_keeps_what_may_wait()
    {
        await using var stage = await OpenStageAsync("loss");
        stage.AnswerNoRequests();
        var written = stage.Client.RequestRawAsync(Request("written") with { Id = "9" }, Ct);
        await stage.UntilRequestedAsync("written");

        await stage.DropAsync();

        Assert.Equal("9", (await Assert.ThrowsAsync<SentOutcomeUnknownException>(() => written.WaitAsync(Deadline))).RequestId.Value);
        Assert.Equal(ConnectionState.Reconnecting, stage.Client.State);
        await Assert.ThrowsAsync<NotSentException>(() => stage.Client.RequestRawAsync(Request("refused"), Ct));
        await Assert.ThrowsAsync<NotSentException>(() => stage.Client.SendAsync("refused", Ct));
        var expired = stage.Client.RequestRawAsync(Request("expired") with { WhenNotReady = WhenNotReady.Queue(TimeSpan.FromMilliseconds(20)) }, Ct);
        await stage.Client.GetStatusAsync(Ct);
        stage.Pass(TimeSpan.FromMilliseconds(50));
        await Assert.ThrowsAsync<NotSentException>(() => expired.WaitAsync(Deadline));
        var sent = stage.Client.SendAsync(new Send("waits"u8.ToArray()) { WhenNotReady = WhenNotReady.Queue(Deadline) }, Ct);
        var kept = stage.Client.RequestRawAsync(Request("kept") with { WhenNotReady = WhenNotReady.Queue(Deadline) }, Ct);
        var subscribing = stage.Client.SubscribeAsync("a", Ct);
        var ready = stage.Client.WaitUntilReadyAsync(Ct);
        Assert.False(ready.IsCompleted);

        await stage.RecoverAsync();

        await ready.WaitAsync(Deadline);
        await sent.WaitAsync(Deadline);
        await stage.UntilRequestedAsync("kept");
        await (await subscribing.WaitAsync(Deadline)).DisposeAsync();
        Assert.Equal((2, true), (stage.Client.Epoch.Value, stage.Client.IsConnected));
        Assert.Equal(1, (await stage.Client.GetStatusAsync(Ct)).Reconnects);
        Assert.False(kept.IsCompleted);
    }

    [Fact]
    public async Task A_request_that_may_be_repeated_is_written_again_after_a_loss()
    {
        await using var stage = await OpenStageAsync("repeats");
        stage.AnswerNoRequests();
        var query = stage.Client.RequestRawAsync(Request("query") with { Id = "3", RetryAfterReconnect = true }, Ct);
        await stage.UntilRequestedAsync("query");

        await stage.DropAsync();
        await stage.RecoverAsync();
        await stage.Client.WaitUntilReadyAsync(Ct);
        Assert.False(query.IsCompleted);
        await stage.DropAsync();

        Assert.Equal("3", (await Assert.ThrowsAsync<SentOutcomeUnknownException>(() => query.WaitAsync(Deadline))).RequestId.Value);
    }

    [Fact]
    public async Task A_life_is_told_in_order()
    {
        await using var stage = await OpenStageAsync("told");
        var told = new List<ConnectionEvent>();
        await using var events = stage.Client.WatchAsync(Ct).GetAsyncEnumerator(Ct);
        await UntilAsync<ConnectionStateChanged>();
        Assert.Equal((ConnectionState.Ready, ConnectionState.Ready), (((ConnectionStateChanged)told[0]).From, ((ConnectionStateChanged)told[0]).To));

        await stage.DropAsync();
        await UntilAsync<Reconnecting>();
        await stage.RecoverAsync();
        await UntilAsync<Reconnected>();
        await stage.Client.CloseAsync(Ct);
        await UntilAsync<ConnectionClosed>();

        Assert.False(await events.MoveNextAsync());
        Assert.Equal(
            [
                "Ready!",
                "Disconnected", "ConnectionInterrupted", "ConnectionError", "Reconnecting!", "Reconnecting",
                "Connecting!", "Connected!", "Connected", "Ready!", "Ready", "Reconnected",
                "Closing!", "Disconnected", "Closed!", "ConnectionClosed",
            ],
            told.Select(happened => happened is ConnectionStateChanged changed ? $"{changed.To}!" : happened.GetType().Name));

        async Task UntilAsync<T>()
        {
            do
            {
                Assert.True(await events.MoveNextAsync().AsTask().WaitAsync(Deadline));
                told.Add(events.Current);
            }
            while (told[^1] is not T);
        }
    }

    [Fact]
    public async Task A_closed_client_refuses_everything_with_one_type_of_error()
    {
        await using var stage = await OpenStageAsync("closed");
        stage.AnswerNoRequests();
        var pending = stage.Client.RequestRawAsync(Request("pending"), Ct);
        await stage.UntilRequestedAsync("pending");

        await stage.Client.CloseAsync(Ct);

        await Assert.ThrowsAsync<SentOutcomeUnknownException>(() => pending.WaitAsync(Deadline));
        Assert.Equal(ConnectionState.Closed, stage.Client.State);
        await Assert.ThrowsAsync<ConnectionClosedException>(() => stage.Client.RequestRawAsync(Request("x"), Ct));
        await Assert.ThrowsAsync<ConnectionClosedException>(() => stage.Client.SendAsync("x", Ct));
        await Assert.ThrowsAsync<ConnectionClosedException>(() => stage.Client.SubscribeAsync("a", Ct));
        await Assert.ThrowsAsync<ConnectionClosedException>(() => stage.Client.WaitUntilReadyAsync(Ct));
        Assert.Equal(ConnectionHealth.Unhealthy, (await stage.Client.GetStatusAsync(Ct)).Health);
        await stage.Client.CloseAsync(Ct);

        await stage.ReopenAsync();
        await stage.Client.WaitUntilReadyAsync(Ct);
        Assert.Equal(1, stage.Client.Epoch.Value);
    }

    [Fact]
    public async Task A_rotation_gives_the_next_epoch_and_interrupts_nobody()
    {
        await using var stage = await OpenStageAsync("rotation");
        await using var updates = await stage.Client.SubscribeAsync("a", Ct);

        var rotated = await stage.RotateAsync();
        await stage.PublishAsync("a", "1");

        Assert.Equal((1, 2, 2), (rotated.Previous.Value, rotated.Epoch.Value, stage.Client.Epoch.Value));
        Assert.Equal(2, Assert.IsType<TopicUpdate>(await updates.AsChannel().ReadAsync(Ct)).Epoch.Value);
    }

    private async Task<List<string>> NamesAsync(ITopicSubscription updates, int count)
    {
        List<string> names = [];
        await foreach (var message in updates.ReadAllAsync(Ct))
        {
            names.Add(message.GetType().Name);
            if (names.Count == count)
                break;
        }

        return names;
    }
}

/// <summary>The real client, over a server on loopback.</summary>
public sealed class RealClientTests : ClientContract
{
    private static readonly TimeSpan Delay = TimeSpan.FromSeconds(1);

    internal override async Task<IStage> OpenStageAsync(string name)
    {
        var server = await LineServer.StartAsync();
        var options = server.Options($"contract-{name}") with
        {
            Reconnect = new ReconnectOptions { InitialDelay = Delay, MaxDelay = Delay, ImmediateFirstRetry = false },
        };
        return new Stage(this, server, await ConnectAsync(options));
    }

    private sealed class Stage(RealClientTests test, LineServer server, WebSocketClient client) : IStage
    {
        public IWebSocketClient Client => client;

        public Task PublishAsync(string topic, string text) => server.Connection.SendTextAsync($"U|{topic}|{text}", test.Ct);

        public async Task DropAsync()
        {
            server.Connection.Drop();
            await test.AwaitAssertAsync(() => Assert.Equal(ConnectionState.Reconnecting, client.State), Deadline);
            await test.SettleAsync(client);
        }

        public async Task RecoverAsync()
        {
            test.Scheduler.Advance(Delay * 2);
            await client.WaitUntilReadyAsync(test.Ct);
        }

        public Task<Rotated> RotateAsync() => client.RotateAsync(test.Ct);

        public Task ReopenAsync() => client.ReopenAsync(test.Ct);

        public void Refuse(string topic) => server.RefusedTopics.Add(topic);

        public void Pass(TimeSpan time) => test.Scheduler.Advance(time);

        public void AnswerNoRequests() => server.AnswersRequests = false;

        public Task UntilRequestedAsync(string payload) => server.Server.WaitForAsync(
            () => server.Received.Any(text => text.StartsWith("req|", StringComparison.Ordinal) && text.EndsWith($"|{payload}", StringComparison.Ordinal)),
            $"request {payload}",
            cancellationToken: test.Ct);

        public async ValueTask DisposeAsync()
        {
            await client.DisposeAsync();
            await server.DisposeAsync();
        }
    }
}
