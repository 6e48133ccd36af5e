using System.Collections.Concurrent;
using System.Text;
using Akka.TestKit;
using AkkaWs.Client;
using AkkaWs.Errors;
using AkkaWs.Messages;
using AkkaWs.Options;
using AkkaWs.Primitives;
using AkkaWs.Protocol;
using AkkaWs.Testing;
using AkkaWs.Tests.Support;
using AkkaWs.Wire.Tests.Support;

namespace AkkaWs.Tests.Connection;

/// <summary>What a protocol handler may do beyond the necessary: batches, composed keys, learnt topics, answers, errors of its own, the unknown.</summary>
public sealed class HandlerHookTests : ConnectionTest
{
    [Fact]
    public async Task A_batch_is_routed_message_by_message_and_one_bad_part_costs_only_itself()
    {
        await using var server = await ServeAsync("U a 1;U b 2;throw;U a 3;X;U a 4");
        await using var client = await ConnectAsync(server, new HookProtocol());
        await using var updates = await client.SubscribeAsync("a", Ct);

        Assert.Equal(["U a 1", "U a 3", "U a 4"], await TextsAsync(updates, 3));
        var status = await client.GetStatusAsync(Ct);
        Assert.Equal((2, 1), (status.UnknownMessages, status.UnroutedUpdates));
    }

    [Fact]
    public async Task A_topic_told_by_several_fields_is_composed()
    {
        await using var server = await ServeAsync("C x 17 y", "C x 18 z", "C x 19 y", $"C {new string('x', 600)} 20 y");
        await using var client = await ConnectAsync(server, new HookProtocol());
        await using var updates = await client.SubscribeAsync("x:y", Ct);

        Assert.Equal(["C x 17 y", "C x 19 y"], await TextsAsync(updates, 2));
        await AwaitStatusAsync(client, status => status is { UnknownMessages: 1, UnroutedUpdates: 1 });
    }

    [Fact]
    public async Task Updates_whose_topic_is_told_later_wait_and_then_flow_in_order()
    {
        await using var server = await ServeAsync("N 7 1", "N 8 1", "N 7 2", "L 7 a", "N 7 3");
        await using var client = await ConnectAsync(server, new HookProtocol());
        await using var updates = await client.SubscribeAsync("a", Ct);

        Assert.Equal(["N 7 1", "N 7 2", "N 7 3"], await TextsAsync(updates, 3));
    }

    [Fact]
    public async Task A_key_that_changes_its_topic_within_a_read_names_the_new_one_from_there_on()
    {
        await using var venue = new MemoryVenue((_, _) => Task.CompletedTask);
        var options = new WebSocketClientOptions { Name = "learns", Url = new Uri("ws://localhost") };
        var (connection, _) = await MemoryConnections.OpenAsync(Sys, options, new HookProtocol(), venue.ConnectAsync);
        var (a, b) = (CreateTestProbe(), CreateTestProbe());
        await AskAsync<Subscribed>(connection, new Subscribe(["a"], a));
        await AskAsync<Subscribed>(connection, new Subscribe(["b"], b));

        string[] messages = ["L 7 a", "N 7 1", "N 7 2", "L 7 b", "N 7 3", "N 7 4", "L 7 a", "N 7 5"];
        for (var i = 0; i < 3; i++)
        {
            await venue.Newest.SendFramesAsync(messages.SelectMany(text => Frames.Text(text)).ToArray());
            Assert.Equal(["N 7 1", "N 7 2", "N 7 5"], await UpdatesAsync(a, 3));
            Assert.Equal(["N 7 3", "N 7 4"], await UpdatesAsync(b, 2));
        }
    }

    [Fact]
    public async Task Updates_that_a_replaced_connection_can_name_only_now_are_not_delivered_behind_those_of_the_new_one()
    {
        await using var server = await ScriptedServer.StartAsync(async (connection, ct) =>
        {
            while (await connection.ReceiveTextAsync(ct) is not null)
            {
            }
        }, Ct);
        var options = new WebSocketClientOptions { Name = "names-late", Url = server.Url, Rotation = new RotationOptions { MaxHeldUpdates = 2 } };
        await using var client = await ConnectAsync(options, new HookProtocol());
        var subscriber = CreateTestProbe();
        await AskAsync<Subscribed>(client.Connection, new Subscribe(["a"], subscriber));
        var old = await server.WaitForConnectionAsync(1, Deadline, Ct);
        await old.SendTextAsync("N 7 1", Ct);
        var open = client.RequestRawAsync(Request("open") with { Id = "1" }, Ct);
        await AwaitStatusAsync(client, status => status is { MessagesReceived: 1, PendingRequests: 1 });
        var rotating = client.RotateAsync(Ct);
        await AwaitStatusAsync(client, status => status is { State: ConnectionState.Ready, Epoch.Value: 2 });
        var next = await server.WaitForConnectionAsync(2, Deadline, Ct);
        foreach (var text in new[] { "U a 1", "U a 2", "U a 3" })
            await next.SendTextAsync(text, Ct);
        Assert.Equal(["U a 1", "U a 2", "U a 3"], await UpdatesAsync(subscriber, 3));

        await old.SendTextAsync("L 7 a", Ct);

        await AwaitStatusAsync(client, status => status.DuplicateUpdates == 1);
        await next.SendTextAsync("U a 4", Ct);
        Assert.Equal(["U a 4"], await UpdatesAsync(subscriber, 1));
        await old.SendTextAsync("R 1 done", Ct);
        await Assert.ThrowsAsync<OwnErrorException>(() => open.WaitAsync(Deadline));
        await rotating.WaitAsync(Deadline);
    }

    [Fact]
    public async Task Updates_that_nobody_ever_names_are_bounded_and_counted()
    {
        await using var server = await ServeAsync([.. Enumerable.Range(0, 300).Select(i => $"N 8 {i}"), "U a 1"]);
        await using var client = await ConnectAsync(server, new HookProtocol());
        await using var updates = await client.SubscribeAsync("a", Ct);

        await TextsAsync(updates, 1);
        Assert.Equal(300 - 256, (await client.GetStatusAsync(Ct)).UnroutedUpdates);
    }

    [Fact]
    public async Task Unknown_messages_and_those_of_own_kinds_are_counted_and_reach_the_observer_off_the_read_loop()
    {
        await using var server = await ServeAsync("what is this", "O own", "U a 1");
        var protocol = new HookProtocol { Observes = true };
        await using var client = await ConnectAsync(server, protocol);
        await using var updates = await client.SubscribeAsync("a", Ct);

        await AwaitAssertAsync(() => Assert.Equal([(MessageKind.Unknown, "what is this"), (HookProtocol.OwnKind, "O own")], protocol.Observed), Deadline);
        Assert.Equal(2, (await client.GetStatusAsync(Ct)).UnknownMessages);
    }

    [Fact]
    public async Task An_observer_that_fails_costs_nothing_but_its_message()
    {
        await using var server = await ServeAsync("fail the observer", "U a 1");
        await using var client = await ConnectAsync(server, new HookProtocol { Observes = true });
        await using var updates = await client.SubscribeAsync("a", Ct);

        Assert.Equal(["U a 1"], await TextsAsync(updates, 1));
        await AwaitStatusAsync(client, status => status is { UnknownMessages: 2, State: ConnectionState.Ready, Reconnects: 0 });
    }

    [Fact]
    public async Task What_the_server_asks_is_answered_and_a_failing_answer_costs_only_itself()
    {
        await using var server = await ServeAsync("S ask 1", "S fail now", "S fail later", "S silence", "S ask later");
        await using var client = await ConnectAsync(server, new HookProtocol());
        await using var updates = await client.SubscribeAsync("a", Ct);

        await AwaitAssertAsync(
            () => Assert.Equal(["answer 1", "answer later"], server.Connections.Single().Received.Select(m => m.Text).Where(text => text.StartsWith("answer", StringComparison.Ordinal))),
            Deadline);
        await AwaitStatusAsync(client, status => status is { UnknownMessages: 2, State: ConnectionState.Ready });
    }

    [Fact]
    public async Task No_more_than_64_answers_are_under_way_and_they_are_cancelled_with_the_connection()
    {
        await using var server = await ServeAsync([.. Enumerable.Range(0, 70).Select(i => $"S never {i}"), "U a 1"]);
        var protocol = new HookProtocol();
        await using var client = await ConnectAsync(server, protocol);
        await using var updates = await client.SubscribeAsync("a", Ct);
        await AwaitStatusAsync(client, status => status.UnknownMessages == 70 - 64);

        await client.CloseAsync(Ct);

        await AwaitAssertAsync(() => Assert.Equal(64, protocol.Cancelled), Deadline);
    }

    [Fact]
    public async Task A_handlers_own_error_reaches_the_caller_with_its_command()
    {
        await using var server = await ServeAsync();
        await using var client = await ConnectAsync(server, new HookProtocol());

        var error = await Assert.ThrowsAsync<OwnErrorException>(() => client.RequestRawAsync(Request("R 1 no funds") with { Id = "1" }, Ct));

        Assert.Equal("no funds", error.Description);
        Assert.IsType<Request>(error.Command);
    }

    // The server sends its messages as its answer to the first subscribe message, and everything else back.
    private Task<ScriptedServer> ServeAsync(params string[] messages) => ScriptedServer.StartAsync(async (connection, ct) =>
    {
        while (await connection.ReceiveTextAsync(ct) is { } text)
        {
            if (text.StartsWith("answer", StringComparison.Ordinal))
                continue;
            if (!text.StartsWith("sub", StringComparison.Ordinal))
            {
                await connection.SendTextAsync(text, ct);
                continue;
            }

            foreach (var message in messages)
                await connection.SendTextAsync(message, ct);
        }
    }, Ct);

    private Task<WebSocketClient> ConnectAsync(ScriptedServer server, HookProtocol protocol) =>
        ConnectAsync(new WebSocketClientOptions { Name = "hooks", Url = server.Url }, protocol);

    private Task AwaitStatusAsync(WebSocketClient client, Predicate<ConnectionStatus> wanted) =>
        AwaitAssertAsync(async () => Assert.True(wanted(await client.GetStatusAsync(Ct)), (await client.GetStatusAsync(Ct)).ToString()), Deadline);

    private static async Task<List<string>> UpdatesAsync(TestProbe probe, int count)
    {
        List<string> texts = [];
        while (texts.Count < count)
            texts.Add(Text(await probe.ExpectMsgAsync<TopicUpdate>(Deadline)));
        return texts;
    }

    private async Task<List<string>> TextsAsync(TopicSubscription subscription, int count)
    {
        List<string> texts = [];
        await foreach (var update in subscription.WithCancellation(Ct))
        {
            texts.Add(Text(update));
            if (texts.Count == count)
                break;
        }

        return texts;
    }

    public sealed class OwnErrorException(string connection, RequestId id, string words) : ServerErrorException(connection, id, "own", words);

    /// <summary>Words between blanks: U topic n, C first n second, N number n, L number topic, S …, O …, R id words; parts between semicolons.</summary>
    private sealed class HookProtocol : ProtocolHandler
    {
        public const MessageKind OwnKind = MessageKind.Own + 1;

        private int _cancelled;

        public bool Observes { get; init; }

        public ConcurrentQueue<(MessageKind, string)> Observed { get; } = [];

        public int Cancelled => Volatile.Read(ref _cancelled);

        public override bool ConfirmsSubscriptions => false;

        public override bool ObservesUnknown => Observes;

        public override Classification Classify(ReadOnlySpan<byte> message)
        {
            if (message.Contains((byte)';'))
                return Classification.Batch;
            if (message.StartsWith("throw"u8))
                throw new FormatException("on purpose");
            if (message.Length < 2 || message[1] != ' ')
                return Classification.Unknown;
            var end = message[2..].IndexOf((byte)' ');
            var length = end < 0 ? message.Length - 2 : end;
            return message[0] switch
            {
                (byte)'U' or (byte)'N' => Classification.Update(2, length),
                (byte)'C' => Classification.ComposedUpdate,
                (byte)'L' => Classification.Control,
                (byte)'S' => Classification.System,
                (byte)'R' => Classification.Response(2, length),
                (byte)'O' => Classification.Of(OwnKind),
                _ => Classification.Unknown,
            };
        }

        public override int ComposeKey(ReadOnlySpan<byte> message, Span<byte> destination)
        {
            var words = Encoding.UTF8.GetString(message).Split(' ');
            return Encoding.UTF8.TryGetBytes($"{words[1]}:{words[3]}", destination, out var written) ? written : 0;
        }

        public override bool TryReadPart(ReadOnlySpan<byte> batch, int from, out int start, out int length)
        {
            start = from == 0 ? 0 : from + 1;
            var end = start < batch.Length ? batch[start..].IndexOf((byte)';') : -1;
            length = end < 0 ? batch.Length - start : end;
            return length > 0;
        }

        public override bool TryLearn(ReadOnlySpan<byte> message, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out LearnedTopic? learned)
        {
            var words = Encoding.UTF8.GetString(message).Split(' ');
            learned = words[0] == "L" ? new LearnedTopic(Encoding.UTF8.GetBytes(words[1]), words[2]) : null;
            return learned is not null;
        }

        public override Topic TopicOf(ReadOnlySpan<byte> key) => key[0] is >= (byte)'0' and <= (byte)'9' ? default : base.TopicOf(key);

        public override void ObserveUnknown(MessageKind kind, ReadOnlyMemory<byte> message)
        {
            var text = Encoding.UTF8.GetString(message.Span);
            if (text.StartsWith("fail", StringComparison.Ordinal))
                throw new FormatException("on purpose");
            Observed.Enqueue((kind, text));
        }

        public override async ValueTask<OutboundMessage?> AnswerAsync(ReadOnlyMemory<byte> message, CancellationToken cancellationToken)
        {
            var text = Encoding.UTF8.GetString(message.Span);
            if (text.StartsWith("S never", StringComparison.Ordinal))
            {
                try
                {
                    await Task.Delay(Timeout.Infinite, cancellationToken);
                }
                catch (OperationCanceledException)
                {
                    Interlocked.Increment(ref _cancelled);
                    throw;
                }
            }

            if (text.EndsWith("later", StringComparison.Ordinal))
                await Task.Yield();
            if (text.StartsWith("S fail", StringComparison.Ordinal))
                throw new FormatException("on purpose");
            return text.StartsWith("S ask ", StringComparison.Ordinal) ? OutboundMessage.Text("answer " + text[6..]) : null;
        }

        public override ResponseVerdict ReadResponse(ReadOnlyMemory<byte> message) =>
            ResponseVerdict.Error("own", Encoding.UTF8.GetString(message.Span).Split(' ', 3)[2]);

        public override ServerErrorException CreateError(string connection, RequestId id, ResponseVerdict verdict) =>
            new OwnErrorException(connection, id, verdict.ErrorMessage!);

        public override OutboundMessage BuildSubscribe(IReadOnlyList<Topic> topics, RequestId id) => OutboundMessage.Text("sub");

        public override OutboundMessage BuildUnsubscribe(IReadOnlyList<Topic> topics, RequestId id) => OutboundMessage.Text("unsub");
    }
}
