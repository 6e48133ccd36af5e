using System.Runtime.InteropServices;
using System.Text;
using AkkaWs.Wire.Tests.Support;

namespace AkkaWs.Wire.Tests;

public sealed class ReadingTests
{
    [Fact]
    public async Task All_complete_messages_of_one_read_are_one_batch()
    {
        var (connection, peer, _) = Peer.Open();
        await peer.SendAsync(Frames.Text("one"), Frames.Binary([1, 2, 3]), Frames.Text(""), Frames.Text("cut")[..3]);

        var batch = await connection.BatchAsync();

        Assert.Equal(3, batch!.Count);
        Assert.Equal("one"u8, batch[0].Span);
        Assert.Equal([1, 2, 3], batch[1].Payload.ToArray());
        Assert.Equal(WireOpcode.Binary, batch[1].Opcode);
        Assert.Equal(0, batch[2].Payload.Length);
        Assert.Throws<ArgumentOutOfRangeException>(() => batch[3]);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(125)]
    [InlineData(126)]
    [InlineData(65_535)]
    [InlineData(65_536)]
    [InlineData(1_000_000)]
    public async Task Every_length_encoding_is_read_also_beyond_the_slab(int length)
    {
        var (connection, peer, _) = Peer.Open(new WireOptions { SlabSize = 4096 });
        var payload = RandomBytes(length);
        await peer.SendAsync(Frames.Text("before"), Frames.Binary(payload), Frames.Text("after"));

        var messages = await connection.MessagesAsync(3);

        Assert.Equal("before", messages[0].Text);
        Assert.Equal(payload, messages[1].Payload);
        Assert.Equal("after", messages[2].Text);
    }

    [Fact]
    public async Task Control_frames_between_fragments_come_in_their_place()
    {
        var (connection, peer, _) = Peer.Open();
        await peer.SendAsync(Frames.Text("a", fin: false), Frames.Frame(WireOpcode.Ping, [7]), Frames.Continuation("b"u8.ToArray(), fin: false), Frames.Frame(WireOpcode.Pong, [8]), Frames.Continuation("c"u8.ToArray(), fin: true));

        var messages = await connection.MessagesAsync(3);

        Assert.Equal([WireOpcode.Ping, WireOpcode.Pong, WireOpcode.Text], messages.Select(message => message.Opcode));
        Assert.Equal("abc", messages[2].Text);
    }

    [Fact]
    public async Task A_ping_is_answered_with_a_pong_of_the_same_payload()
    {
        var (connection, peer, _) = Peer.Open();
        await peer.SendAsync(Frames.Frame(WireOpcode.Ping, "are you there"u8.ToArray()));

        Assert.Equal(WireOpcode.Ping, (await connection.MessageAsync()).Opcode);
        Assert.Equal("are you there", (await peer.ReadAsync(WireOpcode.Pong)).Text);
    }

    [Fact]
    public async Task A_stream_cut_into_single_bytes_gives_the_same_messages()
    {
        var (connection, peer, client) = Peer.Open(new WireOptions { SlabSize = 256 });
        client.NextCut = () => 1;
        await peer.SendAsync(Frames.Text("grüße €"), Frames.Text("𝄞 x", fin: false), Frames.Continuation("é"u8.ToArray(), fin: true), Frames.Binary(new byte[300]));

        var messages = await connection.MessagesAsync(3);

        Assert.Equal("grüße €", messages[0].Text);
        Assert.Equal("𝄞 xé", messages[1].Text);
        Assert.Equal(300, messages[2].Payload.Length);
    }

    [Fact]
    public async Task Messages_complete_before_a_violation_come_first()
    {
        var (connection, peer, _) = Peer.Open();
        await peer.SendAsync(Frames.Text("good"), [0x83, 0x00]);

        Assert.Equal("good", (await connection.MessageAsync()).Text);
        var failure = await connection.FailsAsync<WireProtocolException>();
        Assert.Equal(6, failure.Offset);
        Assert.Equal(CloseCode.ProtocolError, failure.CloseCode);
        Assert.Same(failure, await connection.FailsAsync<WireProtocolException>());
    }

    [Fact]
    public async Task A_kept_slice_survives_further_reads()
    {
        var (connection, peer, _) = Peer.Open(new WireOptions { SlabSize = 256 });
        await peer.SendAsync(Frames.Text("keep me"));
        var batch = await connection.BatchAsync();
        var kept = batch![0].Payload;
        batch.ReleaseKeepingSlices();

        for (var i = 0; i < 50; i++)
        {
            await peer.SendAsync(Frames.Text(new string('x', 200)));
            await connection.MessageAsync();
        }

        Assert.Equal("keep me"u8, kept.Span);
    }

    [Fact]
    public async Task A_batch_retained_by_two_readers_lives_until_both_released_it()
    {
        var (connection, peer, _) = Peer.Open(new WireOptions { SlabSize = 256 });
        await peer.SendAsync(Frames.Text("shared"));
        var batch = await connection.BatchAsync();
        batch!.Retain();
        batch.Release();

        await peer.SendAsync(Frames.Text(new string('x', 200)));
        await connection.MessageAsync();

        Assert.Equal("shared"u8, batch[0].Span);
        batch.Release();
        Assert.Throws<InvalidOperationException>(batch.Release);
    }

    [Fact]
    public async Task Receiving_allocates_at_most_40_bytes_a_message_when_batches_are_released()
    {
        const int Rounds = 200;
        // Slabs of a size that no other test has: their pool is this test's own.
        var (connection, peer, _) = Peer.Open(new WireOptions { SlabSize = 61_440 });
        var burst = Enumerable.Repeat(Frames.Text(new string('x', 162)), 300).SelectMany(frame => frame).ToArray();
        await peer.SendAsync(burst);
        await connection.MessagesAsync(300);
        long allocated = 0;
        for (var round = 0; round < Rounds; round++)
        {
            await peer.SendAsync(burst);
            for (var got = 0; got < 300;)
            {
                // The bytes are there, so the read completes on this thread.
                var before = GC.GetAllocatedBytesForCurrentThread();
                var read = connection.ReadBatchAsync();
                allocated += GC.GetAllocatedBytesForCurrentThread() - before;
                var batch = await read;
                got += batch!.Count;
                batch.Release();
            }
        }

        Assert.InRange(allocated / (300 * Rounds), 0, 40);
    }

    [Fact]
    public async Task A_second_read_at_the_same_time_is_refused()
    {
        var (connection, peer, _) = Peer.Open();
        var first = connection.BatchAsync();

        await Assert.ThrowsAsync<InvalidOperationException>(async () => await connection.ReadBatchAsync());

        await peer.SendAsync(Frames.Text("still works"));
        Assert.Equal("still works"u8.ToArray(), (await first)![0].Payload.ToArray());
    }

    [Fact]
    public async Task An_idle_connection_waits_on_a_read_of_zero_bytes()
    {
        var (client, server) = MemoryDuplex.Create();
        var spy = new ReadSizes(client);
        var connection = WireConnection.FromStream(spy, new WireOptions());
        var read = connection.BatchAsync();

        Assert.Equal(0, spy.Last);
        await server.WriteAsync(Frames.Text("x"));
        await read;
        Assert.InRange(spy.Last, 64 * 1024, 65 * 1024);
    }

    [Fact]
    public async Task A_small_batch_that_is_detached_keeps_its_messages_and_lets_the_slab_go()
    {
        var (connection, peer, _) = Peer.Open();
        await peer.SendAsync(Frames.Text("one"), Frames.Text("two"), Frames.Frame(WireOpcode.Ping, []));
        var batch = (await connection.BatchAsync())!;

        batch.Detach(1024);

        Assert.Equal(["one", "two", ""], Enumerable.Range(0, batch.Count).Select(i => Encoding.UTF8.GetString(batch[i].Span)));
        Assert.True(MemoryMarshal.TryGetArray(batch[0].Payload, out var array));
        Assert.Equal("onetwo".Length, array.Array!.Length);
        batch.Release();
    }

    [Fact]
    public async Task A_batch_above_the_limit_is_not_detached()
    {
        var (connection, peer, _) = Peer.Open();
        await peer.SendAsync(Frames.Text(new string('x', 2_000)));
        var batch = (await connection.BatchAsync())!;

        batch.Detach(1024);

        Assert.True(MemoryMarshal.TryGetArray(batch[0].Payload, out var array));
        Assert.True(array.Array!.Length >= 64 * 1024);
    }

    [Fact]
    public async Task A_batch_carries_the_time_of_its_read()
    {
        var time = new ManualTime();
        time.Advance(TimeSpan.FromSeconds(42));
        var (connection, peer, _) = Peer.Open(new WireOptions { TimeProvider = time });
        await peer.SendAsync(Frames.Text("x"));

        Assert.Equal(TimeSpan.FromSeconds(42).Ticks, (await connection.BatchAsync())!.ReceivedAtTimestamp);
    }

    private static byte[] RandomBytes(int length)
    {
        var bytes = new byte[length];
        new Random(length).NextBytes(bytes);
        return bytes;
    }

    private sealed class ReadSizes(MemoryDuplex inner) : Stream
    {
        public int Last { get; private set; } = -1;

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => 0;

        public override long Position { get; set; }

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            Last = buffer.Length;
            return inner.ReadAsync(buffer, cancellationToken);
        }

        public override void Flush() { }

        public override int Read(byte[] buffer, int offset, int count) => 0;

        public override long Seek(long offset, SeekOrigin origin) => 0;

        public override void SetLength(long value) { }

        public override void Write(byte[] buffer, int offset, int count) { }
    }
}
