using AkkaWs.Wire.Tests.Support;

namespace AkkaWs.Wire.Tests;

public sealed class LimitTests
{
    [Fact]
    public async Task A_message_of_the_limit_passes_and_one_byte_more_fails_with_1009()
    {
        var (connection, peer, _) = Peer.Open(new WireOptions { MaxMessageSize = 1000 });
        await peer.SendAsync(Frames.Binary(new byte[1000]), Frames.Binary(new byte[1001]));

        Assert.Equal(1000, (await connection.MessageAsync()).Payload.Length);
        await FailsWith1009Async(connection, peer, nameof(WireOptions.MaxMessageSize));
    }

    [Fact]
    public async Task The_limit_holds_for_the_assembled_message()
    {
        var (connection, peer, _) = Peer.Open(new WireOptions { MaxMessageSize = 1000 });
        await peer.SendAsync(Frames.Binary(new byte[600], fin: false), Frames.Continuation(new byte[400], fin: false), Frames.Continuation([1], fin: true));

        await FailsWith1009Async(connection, peer, nameof(WireOptions.MaxMessageSize));
    }

    [Fact]
    public async Task A_frame_beyond_its_limit_fails_with_1009_before_its_payload_arrives()
    {
        var (connection, peer, _) = Peer.Open(new WireOptions { MaxFrameSize = 1000 });
        await peer.SendAsync([0x82, 126, 0x03, 0xE9]);

        await FailsWith1009Async(connection, peer, nameof(WireOptions.MaxFrameSize));
    }

    [Fact]
    public async Task More_fragments_than_allowed_fail_with_1009()
    {
        var (connection, peer, _) = Peer.Open(new WireOptions { MaxFragments = 3 });
        await peer.SendAsync(Frames.Text("", fin: false), Frames.Continuation([], fin: false), Frames.Continuation([], fin: true));
        Assert.Equal("", (await connection.MessageAsync()).Text);

        await peer.SendAsync(Frames.Text("", fin: false), Frames.Continuation([], fin: false), Frames.Continuation([], fin: false), Frames.Continuation([], fin: true));
        await FailsWith1009Async(connection, peer, nameof(WireOptions.MaxFragments));
    }

    [Fact]
    public async Task More_control_frames_within_a_second_than_allowed_fail_with_1008()
    {
        var time = new ManualTime();
        var (connection, peer, _) = Peer.Open(new WireOptions { MaxControlFramesPerSecond = 3, TimeProvider = time });
        var ping = Frames.Frame(WireOpcode.Ping, []);
        await peer.SendAsync(ping, ping, ping);
        await connection.MessagesAsync(3);
        time.Advance(TimeSpan.FromSeconds(1));
        await peer.SendAsync(ping, ping, ping);
        await connection.MessagesAsync(3);

        await peer.SendAsync(ping);

        var failure = await connection.FailsAsync<WireProtocolException>();
        Assert.Equal(CloseCode.PolicyViolation, failure.CloseCode);
        Assert.Equal(1008, (await peer.ReadAsync(WireOpcode.Close)).CloseCode);
    }

    [Fact]
    public async Task An_announced_length_reserves_no_memory()
    {
        var (connection, peer, _) = Peer.Open(new WireOptions { MaxMessageSize = 1 << 30, MaxFrameSize = 1 << 30 });
        await peer.SendAsync([0x82, 127, 0, 0, 0, 0, 0x40, 0, 0, 0, 1, 2, 3], new byte[1000]);
        // The bytes are there, so this thread reads them all before the read pends; other tests run beside this one on threads of their own.
        var before = GC.GetAllocatedBytesForCurrentThread();
        var read = connection.ReadBatchAsync().AsTask();
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;

        Assert.False(read.IsCompleted);
        Assert.InRange(allocated, 0, 2_000_000);
        connection.Abort();
        await Assert.ThrowsAsync<WireClosedException>(() => read.WaitAsync(Peer.Patience));
    }

    private static async Task FailsWith1009Async(WireConnection connection, Peer peer, string option)
    {
        var failure = await connection.FailsAsync<WireMessageTooBigException>();
        Assert.Equal(CloseCode.MessageTooBig, failure.CloseCode);
        Assert.Contains(option, failure.Message, StringComparison.Ordinal);
        Assert.Equal(1009, (await peer.ReadAsync(WireOpcode.Close)).CloseCode);
    }
}
