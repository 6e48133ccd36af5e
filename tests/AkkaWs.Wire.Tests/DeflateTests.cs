using System.Net.WebSockets;
using System.Text;
using AkkaWs.Wire.Tests.Support;
using Microsoft.AspNetCore.Http;

namespace AkkaWs.Wire.Tests;

/// <summary>permessage-deflate, RFC 7692.</summary>
public sealed class DeflateTests
{
    private static readonly WireDeflateOptions Small = new() { MinimumSize = 0 };

    public static TheoryData<int, int, bool, bool> Agreements
    {
        get
        {
            var data = new TheoryData<int, int, bool, bool>();
            foreach (var takeover in new[] { true, false })
            {
                data.Add(9, 15, takeover, true);
                data.Add(12, 12, takeover, takeover);
                data.Add(15, 9, true, takeover);
                data.Add(15, 15, takeover, !takeover);
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Agreements))]
    public async Task Windows_and_context_takeover_are_negotiated_and_kept(int client, int server, bool clientTakeover, bool serverTakeover)
    {
        var (url, accepted) = (await WebServer.GetAsync()).Accept(how: new WebSocketAcceptContext { DangerousEnableCompression = true });
        await using var connection = await WireConnection.ConnectAsync(url, new WireOptions
        {
            Deflate = new WireDeflateOptions { ClientMaxWindowBits = client, ServerMaxWindowBits = server, ClientContextTakeover = clientTakeover, ServerContextTakeover = serverTakeover },
        }).WaitAsync(Peer.Patience);
        Assert.True(connection.IsDeflated);
        using var socket = await accepted;
        var buffer = new byte[200_000];
        for (var round = 0; round < 5; round++)
        {
            var text = string.Concat(Enumerable.Range(0, 5000).Select(i => $"price {i * round} "));
            await connection.SendTextAsync(text);
            var received = 0;
            ValueWebSocketReceiveResult result;
            do
            {
                result = await socket.ReceiveAsync(buffer.AsMemory(received), CancellationToken.None).AsTask().WaitAsync(Peer.Patience);
                received += result.Count;
            }
            while (!result.EndOfMessage);
            Assert.Equal(text, Encoding.UTF8.GetString(buffer, 0, received));
            await socket.SendAsync(buffer.AsMemory(0, received), WebSocketMessageType.Text, true, CancellationToken.None);
            Assert.Equal(text, (await connection.MessageAsync()).Text);
        }

        Assert.InRange(connection.BytesSent, 1, 300_000);
        Assert.InRange(connection.BytesReceived, 1, 300_000);
    }

    [Fact]
    public async Task A_server_that_does_not_compress_is_spoken_to_plainly()
    {
        var (url, _) = (await WebServer.GetAsync()).Accept();
        await using var connection = await WireConnection.ConnectAsync(url, new WireOptions { Deflate = Small }).WaitAsync(Peer.Patience);

        Assert.False(connection.IsDeflated);
    }

    [Theory]
    [InlineData("permessage-deflate; server_max_window_bits=12")]
    [InlineData("permessage-deflate; unknown")]
    [InlineData("permessage-deflate; server_max_window_bits=7; server_no_context_takeover")]
    [InlineData("permessage-deflate; server_max_window_bits=10; server_max_window_bits=10; server_no_context_takeover")]
    [InlineData("permessage-deflate; server_max_window_bits=15; server_no_context_takeover")]
    [InlineData("permessage-deflate, permessage-deflate")]
    public async Task An_answer_outside_the_offer_is_refused(string answer)
    {
        await using var server = RawServer.Answering($"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: {{accept}}\r\nSec-WebSocket-Extensions: {answer}\r\n\r\n");

        await Assert.ThrowsAsync<WireHandshakeException>(() => WireConnection.ConnectAsync(
            server.Url,
            new WireOptions { Deflate = new WireDeflateOptions { ServerMaxWindowBits = 12, ServerContextTakeover = false } }).WaitAsync(Peer.Patience));
    }

    [Fact]
    public async Task A_compressed_frame_without_negotiation_is_1002()
    {
        var (connection, peer, _) = Peer.Open();
        await peer.SendAsync(Frames.Frame(WireOpcode.Text, [0xF2, 0x48, 0x05, 0x00], rsv: 4));

        Assert.Equal(CloseCode.ProtocolError, (await connection.FailsAsync<WireProtocolException>()).CloseCode);
    }

    [Fact]
    public async Task The_examples_of_the_RFC_are_inflated()
    {
        // RFC 7692, section 7.2.3: one frame, fragments, context takeover, no compression, two blocks.
        var (connection, peer, _) = Peer.Open(new WireOptions { Deflate = Small });
        await peer.SendAsync(
            Frames.Frame(WireOpcode.Text, [0xF2, 0x48, 0xCD, 0xC9, 0xC9, 0x07, 0x00], rsv: 4),
            Frames.Frame(WireOpcode.Text, [0xF2, 0x00, 0x11, 0x00, 0x00], rsv: 4),
            Frames.Frame(WireOpcode.Text, [0xF2, 0x48, 0xCD], fin: false, rsv: 4),
            Frames.Frame(WireOpcode.Ping, []),
            Frames.Continuation([0xC9, 0xC9, 0x07, 0x00], fin: true),
            Frames.Frame(WireOpcode.Text, [0x00, 0x05, 0x00, 0xFA, 0xFF, 0x48, 0x65, 0x6C, 0x6C, 0x6F, 0x00], rsv: 4),
            Frames.Frame(WireOpcode.Text, [0xF2, 0x48, 0x05, 0x00, 0x00, 0x00, 0xFF, 0xFF, 0xCA, 0xC9, 0xC9, 0x07, 0x00], rsv: 4),
            Frames.Text("plain"));

        var texts = (await connection.MessagesAsync(7)).Where(message => message.Opcode == WireOpcode.Text).Select(message => message.Text);
        Assert.Equal(["Hello", "Hello", "Hello", "Hello", "Hello", "plain"], texts);
    }

    [Fact]
    public async Task A_bomb_is_refused_with_1009_within_the_memory_of_the_limit()
    {
        var bomb = Compress(new byte[10_000_000]);
        Assert.InRange(bomb.Length, 1, 11_000);
        var (connection, peer, _) = Peer.Open(new WireOptions { Deflate = Small, MaxMessageSize = 100_000 });
        await peer.SendAsync(Frames.Frame(WireOpcode.Binary, bomb, rsv: 4));
        var before = GC.GetAllocatedBytesForCurrentThread();
        var read = connection.ReadBatchAsync();
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;

        await Assert.ThrowsAsync<WireMessageTooBigException>(async () => await read);
        Assert.InRange(allocated, 0, 2_000_000);
        Assert.Equal(1009, (await peer.ReadAsync(WireOpcode.Close)).CloseCode);
    }

    [Fact]
    public async Task A_final_block_is_read_and_what_comes_after_refers_back_to_it()
    {
        // RFC 7692, section 7.2.3.5, and between plain messages section 7.2.3.2: "Hello" of the message before.
        var (connection, peer, _) = Peer.Open(new WireOptions { Deflate = Small });
        await peer.SendAsync(
            Frames.Frame(WireOpcode.Text, [0xF3, 0x48, 0xCD, 0xC9, 0xC9, 0x07, 0x00, 0x00], rsv: 4),
            Frames.Text("plain"),
            Frames.Frame(WireOpcode.Text, [0xF2, 0x00, 0x11, 0x00, 0x00], rsv: 4),
            Frames.Frame(WireOpcode.Text, [0xF2, 0x00, 0x11, 0x00, 0x00], rsv: 4));

        Assert.Equal(["Hello", "plain", "Hello", "Hello"], (await connection.MessagesAsync(4)).Select(message => message.Text));
    }

    [Fact]
    public async Task A_final_block_refers_back_to_what_came_before()
    {
        var (connection, peer, _) = Peer.Open(new WireOptions { Deflate = Small });
        await peer.SendAsync(
            Frames.Frame(WireOpcode.Text, [0xF2, 0x48, 0xCD, 0xC9, 0xC9, 0x07, 0x00], rsv: 4),
            Frames.Frame(WireOpcode.Text, [0xF3, 0x00, 0x11, 0x00, 0x00], rsv: 4));

        Assert.Equal(["Hello", "Hello"], (await connection.MessagesAsync(2)).Select(message => message.Text));
    }

    [Fact]
    public async Task Blocks_after_a_final_block_are_read()
    {
        var (connection, peer, _) = Peer.Open(new WireOptions { Deflate = Small });
        await peer.SendAsync(Frames.Frame(WireOpcode.Text, [0xF3, 0x48, 0xCD, 0xC9, 0xC9, 0x07, 0x00, 0xF3, 0x48, 0xCD, 0xC9, 0xC9, 0x07, 0x00, 0xF2, 0x48, 0xCD, 0xC9, 0xC9, 0x07, 0x00], rsv: 4));

        Assert.Equal("HelloHelloHello", (await connection.MessageAsync()).Text);
    }

    [Theory]
    [InlineData(true, true)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(false, false)]
    public async Task Every_message_may_end_with_a_final_block(bool takeover, bool hasEmptyBlock)
    {
        var (connection, peer, _) = Peer.Open(new WireOptions { Deflate = Small with { ServerContextTakeover = takeover } });
        var texts = Enumerable.Range(0, 100).Select(i => string.Concat(Enumerable.Range(0, i * 20).Select(j => $"price {i * j} "))).ToList();
        foreach (var text in texts)
            _ = peer.SendAsync(Frames.Frame(WireOpcode.Text, [.. Finished(Encoding.UTF8.GetBytes(text)), .. hasEmptyBlock ? new byte[1] : []], rsv: 4));

        Assert.Equal(texts, (await connection.MessagesAsync(100)).Select(message => message.Text));
    }

    [Fact]
    public async Task A_bomb_behind_a_final_block_is_refused_with_1009_within_the_memory_of_the_limit()
    {
        byte[] bomb = [0xF3, 0x48, 0xCD, 0xC9, 0xC9, 0x07, 0x00, .. Compress(new byte[10_000_000])];
        var (connection, peer, _) = Peer.Open(new WireOptions { Deflate = Small, MaxMessageSize = 100_000 });
        await peer.SendAsync(Frames.Frame(WireOpcode.Binary, bomb, rsv: 4));
        var before = GC.GetAllocatedBytesForCurrentThread();
        var read = connection.ReadBatchAsync();
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;

        await Assert.ThrowsAsync<WireMessageTooBigException>(async () => await read);
        Assert.InRange(allocated, 0, 2_000_000);
        Assert.Equal(1009, (await peer.ReadAsync(WireOpcode.Close)).CloseCode);
    }

    [Theory]
    [InlineData("F348CDC9C90700FFFFFFFF")] // no block at all
    [InlineData("F348CDC9C90700F248CD")] // ends in the middle of a block
    [InlineData("F3001100")] // refers back to nothing
    public async Task Garbage_beside_a_final_block_is_1007(string message)
    {
        var (connection, peer, _) = Peer.Open(new WireOptions { Deflate = Small });
        await peer.SendAsync(Frames.Frame(WireOpcode.Binary, Convert.FromHexString(message), rsv: 4));

        await connection.FailsAsync<WireProtocolException>();
        Assert.Equal(1007, (await peer.ReadAsync(WireOpcode.Close)).CloseCode);
    }

    [Fact]
    public async Task Final_blocks_without_end_are_1007()
    {
        var (connection, peer, _) = Peer.Open(new WireOptions { Deflate = Small });
        await peer.SendAsync(Frames.Frame(WireOpcode.Binary, [.. Enumerable.Repeat<byte[]>([0x03, 0x00], 10_000).SelectMany(block => block)], rsv: 4));

        await connection.FailsAsync<WireProtocolException>();
        Assert.Equal(1007, (await peer.ReadAsync(WireOpcode.Close)).CloseCode);
    }

    [Fact]
    public async Task Garbage_that_does_not_inflate_fails_the_connection()
    {
        var (connection, peer, _) = Peer.Open(new WireOptions { Deflate = Small });
        await peer.SendAsync(Frames.Frame(WireOpcode.Binary, [0xFF, 0xFF, 0xFF, 0xFF, 0xFF], rsv: 4));

        await connection.FailsAsync<WireProtocolException>();
        Assert.Equal(1007, (await peer.ReadAsync(WireOpcode.Close)).CloseCode);
    }

    [Fact]
    public async Task An_inflated_text_is_validated()
    {
        var (connection, peer, _) = Peer.Open(new WireOptions { Deflate = Small });
        await peer.SendAsync(Frames.Frame(WireOpcode.Text, Compress([0xC0, 0xAF, 0xC0, 0xAF]), rsv: 4));

        await connection.FailsAsync<WireInvalidUtf8Exception>();
    }

    [Fact]
    public async Task Pings_are_answered_while_a_compressed_message_is_under_way()
    {
        var (connection, peer, _) = Peer.Open(new WireOptions { Deflate = Small });
        var compressed = Compress("a message that compresses well well well well"u8.ToArray());
        await peer.SendAsync(Frames.Frame(WireOpcode.Text, compressed[..5], fin: false, rsv: 4), Frames.Frame(WireOpcode.Ping, [1]));
        await connection.MessageAsync();

        Assert.Equal(WireOpcode.Pong, (await peer.ReadFrameAsync())!.Opcode);
        await peer.SendAsync(Frames.Continuation(compressed[5..], fin: true));
        Assert.Equal("a message that compresses well well well well", (await connection.MessageAsync()).Text);
    }

    [Fact]
    public async Task Small_messages_and_control_frames_leave_uncompressed_and_large_ones_in_fragments()
    {
        var (connection, peer, _) = Peer.Open(new WireOptions { Deflate = new WireDeflateOptions { MinimumSize = 50 }, FragmentSize = 1000 });
        await connection.SendTextAsync("small");
        await connection.SendAsync(WireOpcode.Ping, new byte[100]);
        await connection.SendAsync(WireOpcode.Text, Encoding.UTF8.GetBytes(new string('x', 2500)));

        Assert.Equal("small", (await peer.ReadFrameAsync())!.Text);
        Assert.Equal(0, (await peer.ReadFrameAsync())!.Rsv);
        var fragments = new List<ClientFrame>();
        do
            fragments.Add((await peer.ReadFrameAsync())!);
        while (!fragments[^1].Fin);
        Assert.Equal([WireOpcode.Text, WireOpcode.Continuation, WireOpcode.Continuation], fragments.Select(frame => frame.Opcode));
        Assert.Equal([4, 0, 0], fragments.Select(frame => frame.Rsv));
        Assert.All(fragments, frame => Assert.True(frame.Masked));
    }

    internal static byte[] Finished(byte[] payload)
    {
        using var buffer = new MemoryStream();
        using (var deflate = new System.IO.Compression.DeflateStream(buffer, System.IO.Compression.CompressionLevel.Optimal, leaveOpen: true))
            deflate.Write(payload);
        return buffer.ToArray();
    }

    internal static byte[] Compress(byte[] payload)
    {
        using var buffer = new MemoryStream();
        using (var deflate = new System.IO.Compression.DeflateStream(buffer, System.IO.Compression.CompressionLevel.Optimal, leaveOpen: true))
        {
            deflate.Write(payload);
            // RFC 7692, section 7.2.1: a sync flush, whose last four bytes are left out.
            deflate.Flush();
            return buffer.ToArray()[..^4];
        }
    }
}
