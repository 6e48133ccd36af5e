using System.Buffers.Binary;

namespace AkkaWs.Wire.Tests.Support;

/// <summary>A server that sends bytes as told and reads the client's frames: an independent decoder of RFC 6455, section 5.2.</summary>
internal sealed class Peer(Stream stream) : IAsyncDisposable
{
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly byte[] _one = new byte[14];

    public Stream Stream => stream;

    /// <summary>A connection over memory, and its peer.</summary>
    public static (WireConnection Connection, Peer Peer, MemoryDuplex Client) Open(WireOptions? options = null)
    {
        var (client, server) = MemoryDuplex.Create();
        return (WireConnection.FromStream(client, options ?? new WireOptions()), new Peer(server), client);
    }

    public async Task SendAsync(params byte[][] pieces)
    {
        // One write, so that the pieces arrive as one read.
        await stream.WriteAsync(pieces.SelectMany(piece => piece).ToArray());
    }

    /// <summary>The next frame; null at the end of the stream.</summary>
    public async Task<ClientFrame?> ReadFrameAsync()
    {
        if (await stream.ReadAtLeastAsync(_one.AsMemory(0, 2), 2, throwOnEndOfStream: false).AsTask().WaitAsync(Patience) < 2)
            return null;
        var (first, second) = (_one[0], _one[1]);
        var length = (long)(second & 0x7F);
        if (length == 126)
        {
            await ReadAsync(2);
            length = BinaryPrimitives.ReadUInt16BigEndian(_one);
        }
        else if (length == 127)
        {
            await ReadAsync(8);
            length = BinaryPrimitives.ReadInt64BigEndian(_one);
        }

        var masked = (second & 0x80) != 0;
        uint key = 0;
        if (masked)
        {
            await ReadAsync(4);
            key = BitConverter.ToUInt32(_one);
        }

        var payload = new byte[length];
        await stream.ReadExactlyAsync(payload).AsTask().WaitAsync(Patience);
        var keyBytes = BitConverter.GetBytes(key);
        for (var i = 0; i < payload.Length; i++)
            payload[i] ^= keyBytes[i & 3];
        return new ClientFrame((first & 0x80) != 0, (first >> 4) & 7, (WireOpcode)(first & 0x0F), masked, key, payload);
    }

    /// <summary>The next frame of the given opcode; others are passed over.</summary>
    public async Task<ClientFrame> ReadAsync(WireOpcode opcode)
    {
        while (await ReadFrameAsync() is { } frame)
        {
            if (frame.Opcode == opcode)
                return frame;
        }

        throw new EndOfStreamException($"The client closed without a {opcode}.");
    }

    public ValueTask DisposeAsync() => stream.DisposeAsync();

    private async Task ReadAsync(int count) => await stream.ReadExactlyAsync(_one.AsMemory(0, count)).AsTask().WaitAsync(Patience);
}
