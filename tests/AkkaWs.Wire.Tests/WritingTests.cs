using System.Buffers;
using System.Text;
using AkkaWs.Wire.Tests.Support;

namespace AkkaWs.Wire.Tests;

public sealed class WritingTests
{
    [Theory]
    [InlineData(WireOpcode.Text, 0)]
    [InlineData(WireOpcode.Text, 125)]
    [InlineData(WireOpcode.Binary, 126)]
    [InlineData(WireOpcode.Binary, 65_535)]
    [InlineData(WireOpcode.Binary, 65_536)]
    [InlineData(WireOpcode.Binary, 1_000_003)]
    [InlineData(WireOpcode.Ping, 125)]
    [InlineData(WireOpcode.Pong, 3)]
    public async Task A_message_leaves_as_one_masked_frame(WireOpcode opcode, int length)
    {
        var (connection, peer, _) = Peer.Open();
        var payload = Enumerable.Range(0, length).Select(i => (byte)('a' + (i % 26))).ToArray();

        await connection.SendAsync(opcode, payload);

        var frame = await peer.ReadFrameAsync();
        Assert.True(frame!.Masked);
        Assert.True(frame.Fin);
        Assert.Equal(0, frame.Rsv);
        Assert.Equal(opcode, frame.Opcode);
        Assert.Equal(payload, frame.Payload);
    }

    [Fact]
    public async Task Every_frame_has_a_key_of_its_own()
    {
        var (connection, peer, _) = Peer.Open();
        var keys = new HashSet<uint>();
        for (var i = 0; i < 3000; i++)
        {
            await connection.SendTextAsync("x");
            keys.Add((await peer.ReadFrameAsync())!.Key);
        }

        Assert.InRange(keys.Count, 2990, 3000);
    }

    [Fact]
    public async Task A_sequence_of_pieces_is_sent_as_one_message()
    {
        var (connection, peer, _) = Peer.Open();
        var first = new Piece("one "u8.ToArray());
        var last = first.Append("two "u8.ToArray()).Append("three"u8.ToArray());

        await connection.SendAsync(WireOpcode.Text, new ReadOnlySequence<byte>(first, 0, last, last.Memory.Length));
        await connection.SendAsync(WireOpcode.Text, new ReadOnlySequence<byte>("single"u8.ToArray()));

        Assert.Equal("one two three", (await peer.ReadFrameAsync())!.Text);
        Assert.Equal("single", (await peer.ReadFrameAsync())!.Text);
    }

    [Fact]
    public async Task A_callback_writes_the_message_into_a_buffer_of_the_connection()
    {
        var (connection, peer, _) = Peer.Open();

        await connection.SendAsync(WireOpcode.Text, 1000, static (count, buffer) =>
        {
            for (var i = 0; i < count; i++)
                Encoding.UTF8.GetBytes($"{i};", buffer);
        });

        Assert.Equal(string.Concat(Enumerable.Range(0, 1000).Select(i => $"{i};")), (await peer.ReadFrameAsync())!.Text);
        await Assert.ThrowsAsync<FormatException>(async () => await connection.SendAsync(WireOpcode.Text, 0, static (_, _) => throw new FormatException()));
    }

    [Fact]
    public async Task Queued_writes_coalesce_into_one_write_of_the_stream_by_lanes()
    {
        var (connection, peer, client) = Peer.Open();
        var gate = Gate.On(client);
        Assert.True(connection.TryPost(new PostedWrite("first")));
        await gate.Entered;
        PostedWrite[] posted =
        [
            new("low", WireLane.Low), new("normal 1"), new("normal 2"), new("elevated", WireLane.Elevated), new("raised", WireLane.Raised), new("immediate", WireLane.Immediate), new("high", WireLane.High), new("urgent 1", WireLane.Urgent), new("urgent 2", WireLane.Urgent),
        ];
        Assert.All(posted, write => Assert.True(connection.TryPost(write)));
        await peer.SendAsync(Frames.Frame(WireOpcode.Ping, "p"u8.ToArray()));
        await connection.MessageAsync();

        gate.Open();

        string[] expected = ["first", "p", "immediate", "urgent 1", "urgent 2", "high", "raised", "elevated", "normal 1", "normal 2", "low"];
        foreach (var text in expected)
            Assert.Equal(text, (await peer.ReadFrameAsync())!.Text);
        foreach (var write in posted)
            Assert.Null((await write.Outcome).Error);
        Assert.Equal(2, gate.Writes);
    }

    [Fact]
    public async Task Completion_tells_that_the_bytes_were_handed_to_the_transport()
    {
        var (connection, peer, client) = Peer.Open();
        var gate = Gate.On(client);

        var send = connection.SendTextAsync("x").AsTask();
        await gate.Entered;
        Assert.False(send.IsCompleted);

        gate.Open();
        await send.WaitAsync(Peer.Patience);
        Assert.Equal("x", (await peer.ReadFrameAsync())!.Text);
    }

    [Fact]
    public async Task A_write_cancelled_before_it_began_leaves_no_bytes()
    {
        var (connection, peer, client) = Peer.Open();
        var gate = Gate.On(client);
        using var cancel = new CancellationTokenSource();
        var first = connection.SendTextAsync("first").AsTask();
        await gate.Entered;
        var second = connection.SendTextAsync("ghost", cancel.Token).AsTask();

        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => second);
        gate.Open();
        await connection.SendTextAsync("third");

        Assert.Equal("first", (await peer.ReadFrameAsync())!.Text);
        Assert.Equal("third", (await peer.ReadFrameAsync())!.Text);
        await first;
        Assert.Equal(0, connection.QueuedWrites);
    }

    [Fact]
    public async Task A_write_cancelled_after_it_began_completes()
    {
        var (connection, peer, client) = Peer.Open();
        var gate = Gate.On(client);
        using var cancel = new CancellationTokenSource();
        var send = connection.SendTextAsync("begun", cancel.Token).AsTask();
        await gate.Entered;

        await cancel.CancelAsync();
        gate.Open();

        await send.WaitAsync(Peer.Patience);
        Assert.Equal("begun", (await peer.ReadFrameAsync())!.Text);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await connection.SendTextAsync("never", cancel.Token));
    }

    [Fact]
    public async Task A_write_that_declines_to_begin_is_skipped()
    {
        var (connection, peer, _) = Peer.Open();
        var skipped = new PostedWrite("skipped") { Skip = true };
        Assert.True(connection.TryPost(skipped));
        await connection.SendTextAsync("sent");

        Assert.Equal("sent", (await peer.ReadFrameAsync())!.Text);
        Assert.Equal(1, skipped.Asked);
        Assert.False(skipped.IsTold);
        Assert.Equal(0, connection.QueuedWrites);
    }

    [Fact]
    public async Task A_write_may_be_posted_again_once_it_ended()
    {
        var (connection, peer, _) = Peer.Open();
        var write = new Repeated();
        for (var i = 0; i < 100; i++)
        {
            write.Prepare($"{i}");
            Assert.True(connection.TryPost(write));
            await write.Written;
            Assert.Equal($"{i}", (await peer.ReadFrameAsync())!.Text);
        }
    }

    [Fact]
    public async Task A_large_message_is_fragmented_and_pongs_pass_between_its_fragments()
    {
        var (connection, peer, client) = Peer.Open(new WireOptions { FragmentSize = 40_000 });
        var gate = Gate.On(client);
        var payload = Enumerable.Range(0, 100_000).Select(i => (byte)i).ToArray();
        var send = connection.SendAsync(WireOpcode.Binary, payload).AsTask();
        await gate.Entered;
        await peer.SendAsync(Frames.Frame(WireOpcode.Ping, "p"u8.ToArray()));
        await connection.MessageAsync();
        gate.Open();
        await send.WaitAsync(Peer.Patience);

        var frames = new List<ClientFrame>();
        while (frames.Count(frame => frame.Opcode != WireOpcode.Pong) < 3)
            frames.Add((await peer.ReadFrameAsync())!);

        Assert.Equal([WireOpcode.Binary, WireOpcode.Continuation, WireOpcode.Pong, WireOpcode.Continuation], frames.Select(frame => frame.Opcode));
        Assert.Equal([false, false, true, true], frames.Select(frame => frame.Fin));
        Assert.Equal(payload, frames.Where(frame => frame.Opcode != WireOpcode.Pong).SelectMany(frame => frame.Payload));
    }

    [Fact]
    public async Task What_cannot_be_sent_is_told_to_the_write()
    {
        var (connection, _, _) = Peer.Open();

        await Assert.ThrowsAsync<WireArgumentException>(async () => await connection.SendAsync(WireOpcode.Ping, new byte[126]));
        await Assert.ThrowsAsync<WireArgumentException>(async () => await connection.SendAsync(WireOpcode.Close, default));
        await Assert.ThrowsAsync<WireArgumentException>(async () => await connection.SendAsync(WireOpcode.Continuation, default));
        var write = new PostedWrite(WireOpcode.Pong, new byte[126]);
        Assert.True(connection.TryPost(write));
        Assert.IsType<WireArgumentException>((await write.Outcome).Error);
    }

    [Fact]
    public async Task A_broken_stream_fails_begun_and_waiting_writes_apart()
    {
        var (connection, _, client) = Peer.Open(new WireOptions { CloseTimeout = TimeSpan.FromMilliseconds(200) });
        var gate = Gate.On(client);
        var begun = new PostedWrite("begun");
        var waiting = new PostedWrite("waiting");
        connection.TryPost(begun);
        await gate.Entered;
        connection.TryPost(waiting);

        gate.Fail(new IOException("broken"));

        var (begunError, wasBegun) = await begun.Outcome;
        Assert.IsType<WireResetException>(begunError);
        Assert.True(wasBegun);
        Assert.False((await waiting.Outcome).Begun);
        await Assert.ThrowsAsync<WireResetException>(async () => await connection.SendTextAsync("later"));
        // Nobody reads, and the peer says nothing: the connection is given up all the same.
        await connection.FailsAsync<WireResetException>();
    }

    [Fact]
    public async Task A_callback_that_throws_ends_the_connection_with_its_exception_inside()
    {
        var (connection, _, _) = Peer.Open();
        var write = new PostedWrite("x") { Throws = new FormatException() };
        connection.TryPost(write);

        Assert.False((await write.Outcome).Begun);
        var failure = await connection.FailsAsync<WireProtocolException>();
        Assert.IsType<FormatException>(failure.InnerException);
        Assert.Equal(CloseCode.InternalError, failure.CloseCode);
    }

    [Fact]
    public async Task Eight_producers_lose_and_mix_nothing()
    {
        const int Each = 2000;
        var (connection, peer, _) = Peer.Open(new WireOptions { MaxQueuedWrites = 64 });
        var producers = Enumerable.Range(0, 8).Select(producer => Task.Run(async () =>
        {
            for (var i = 0; i < Each; i++)
            {
                if (producer % 2 == 0)
                {
                    await connection.SendTextAsync($"{producer}:{i}");
                    continue;
                }

                while (!connection.TryPost(new PostedWrite($"{producer}:{i}")))
                    await Task.Yield();
            }
        })).ToArray();

        var next = new int[8];
        for (var n = 0; n < 8 * Each; n++)
        {
            var parts = (await peer.ReadFrameAsync())!.Text.Split(':').Select(int.Parse).ToArray();
            Assert.Equal(next[parts[0]]++, parts[1]);
        }

        await Task.WhenAll(producers).WaitAsync(Peer.Patience);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(31)]
    [InlineData(32)]
    [InlineData(33)]
    [InlineData(255)]
    public void Masking_is_that_of_the_RFC_at_every_length_and_offset(int length)
    {
        const uint Key = 0x78563412;
        var source = Enumerable.Range(1, length).Select(i => (byte)i).ToArray();
        for (var cut = 0; cut <= length; cut++)
        {
            var masked = new byte[length];
            Masking.CopyMasked(source.AsSpan(0, cut), masked, Key);
            Masking.CopyMasked(source.AsSpan(cut), masked.AsSpan(cut), Masking.Advance(Key, cut));
            Assert.Equal(source.Select((b, i) => (byte)(b ^ BitConverter.GetBytes(Key)[i % 4])), masked);
        }
    }

    private sealed class Repeated() : WireWrite(WireOpcode.Text, default)
    {
        private TaskCompletionSource _written = new();

        public Task Written => _written.Task.WaitAsync(Peer.Patience);

        public void Prepare(string text)
        {
            _written = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            Reset(WireOpcode.Text, Encoding.UTF8.GetBytes(text));
        }

        protected internal override void OnWritten() => _written.SetResult();
    }

    private sealed class Piece : ReadOnlySequenceSegment<byte>
    {
        public Piece(byte[] bytes) => Memory = bytes;

        public Piece Append(byte[] bytes)
        {
            var next = new Piece(bytes) { RunningIndex = RunningIndex + Memory.Length };
            Next = next;
            return next;
        }
    }
}
