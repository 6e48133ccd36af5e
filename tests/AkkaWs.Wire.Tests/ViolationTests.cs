using AkkaWs.Wire.Tests.Support;

namespace AkkaWs.Wire.Tests;

/// <summary>RFC 6455, section 5: what a server may not send, and the code with which it is told.</summary>
public sealed class ViolationTests
{
    public static TheoryData<string, byte[]> ProtocolErrors => new()
    {
        { "reserved bit 1", Frames.Frame(WireOpcode.Text, [], rsv: 4) },
        { "reserved bit 2", Frames.Frame(WireOpcode.Text, [], rsv: 2) },
        { "reserved bit 3 on a ping", Frames.Frame(WireOpcode.Ping, [], rsv: 1) },
        { "opcode 3", [0x83, 0] },
        { "opcode 7", [0x87, 0] },
        { "opcode 11", [0x8B, 0] },
        { "opcode 15", [0x8F, 0] },
        { "masked frame", [0x81, 0x81, 0, 0, 0, 0, (byte)'a'] },
        { "masked ping", [0x89, 0x80, 0, 0, 0, 0] },
        { "fragmented ping", Frames.Frame(WireOpcode.Ping, [], fin: false) },
        { "fragmented close", Frames.Frame(WireOpcode.Close, [], fin: false) },
        { "ping of 126 bytes", Frames.Frame(WireOpcode.Ping, new byte[126]) },
        { "continuation without a message", Frames.Continuation([1], fin: true) },
        { "continuation after a whole message", [.. Frames.Text("a"), .. Frames.Continuation([1], fin: true)] },
        { "text inside a fragmented message", [.. Frames.Text("a", fin: false), .. Frames.Text("b")] },
        { "binary inside a fragmented message", [.. Frames.Text("a", fin: false), .. Frames.Binary([1])] },
        { "compressed continuation", [.. Frames.Text("a", fin: false), .. Frames.Frame(WireOpcode.Continuation, [], rsv: 4)] },
        { "length 125 in 16 bits", Frames.Frame(WireOpcode.Binary, new byte[125], lengthSize: 2) },
        { "length 65535 in 64 bits", Frames.Frame(WireOpcode.Binary, new byte[65_535], lengthSize: 8) },
        { "length with the highest bit", [0x82, 127, 0x80, 0, 0, 0, 0, 0, 0, 0] },
        { "close of one byte", Frames.Frame(WireOpcode.Close, [3]) },
        { "close 0", Frames.Close(0) },
        { "close 999", Frames.Close(999) },
        { "close 1004", Frames.Close(1004) },
        { "close 1005", Frames.Close(1005) },
        { "close 1006", Frames.Close(1006) },
        { "close 1015", Frames.Close(1015) },
        { "close 1016", Frames.Close(1016) },
        { "close 2999", Frames.Close(2999) },
        { "close 5000", Frames.Close(5000) },
        { "close 65535", Frames.Close(65_535) },
    };

    [Theory]
    [MemberData(nameof(ProtocolErrors))]
    public async Task A_violation_fails_the_connection_with_1002(string what, byte[] bytes)
    {
        _ = what;
        var (connection, peer, client) = Peer.Open();
        await peer.SendAsync(bytes);

        var failure = await connection.FailsAsync<WireProtocolException>();

        Assert.Equal(CloseCode.ProtocolError, failure.CloseCode);
        Assert.NotNull(failure.Offset);
        Assert.NotNull(failure.Expected);
        Assert.Equal(1002, (await peer.ReadAsync(WireOpcode.Close)).CloseCode);
        await peer.DisposeAsync();
        await connection.DisposeAsync().AsTask().WaitAsync(Peer.Patience);
        Assert.True(client.IsDisposed);
        Assert.Equal(CloseCode.ProtocolError, connection.CloseStatus!.Code);
    }

    [Theory]
    [InlineData(1000)]
    [InlineData(1003)]
    [InlineData(1007)]
    [InlineData(1011)]
    [InlineData(1012)]
    [InlineData(1014)]
    [InlineData(3000)]
    [InlineData(4999)]
    public async Task A_close_code_that_may_be_sent_is_accepted_and_echoed(int code)
    {
        var (connection, peer, _) = Peer.Open();
        await peer.SendAsync(Frames.Close(code, "because"));

        Assert.Null(await connection.BatchAsync());
        Assert.Equal(new WireCloseStatus((CloseCode)code, "because", ByPeer: true), connection.CloseStatus);
        Assert.Equal(code, (await peer.ReadAsync(WireOpcode.Close)).CloseCode);
    }

    [Fact]
    public async Task Two_bytes_that_break_a_rule_fail_before_the_rest_of_the_frame_arrives()
    {
        var (connection, peer, _) = Peer.Open();
        await peer.SendAsync([0x89, 127]);

        await connection.FailsAsync<WireProtocolException>();
    }

    [Theory]
    [InlineData(new byte[] { 0x83, 0 })]
    [InlineData(new byte[] { 0x88, 0 })]
    public async Task What_answers_the_last_messages_leaves_ahead_of_the_close(byte[] end)
    {
        var (connection, peer, _) = Peer.Open();
        await peer.SendAsync(Frames.Text("question"), end);
        Assert.Equal("question", (await connection.MessageAsync()).Text);
        await connection.SendTextAsync("answer");
        var next = connection.BatchAsync();

        Assert.Equal("answer", (await peer.ReadFrameAsync())!.Text);
        Assert.Equal(WireOpcode.Close, (await peer.ReadFrameAsync())!.Opcode);
        await next.ContinueWith(_ => { }, TaskScheduler.Default);
    }

    [Fact]
    public async Task Bytes_after_a_close_frame_are_ignored()
    {
        var (connection, peer, _) = Peer.Open();
        await peer.SendAsync(Frames.Text("last"), Frames.Close(1000), Frames.Text("too late"), [0xFF, 0xFF]);

        Assert.Equal("last", (await connection.MessageAsync()).Text);
        Assert.Null(await connection.BatchAsync());
    }
}
