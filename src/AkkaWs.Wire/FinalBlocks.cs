using System.Buffers.Binary;
using System.IO.Compression;

namespace AkkaWs.Wire;

/// <summary>
/// Inflates messages that hold final blocks (RFC 7692, section 7.2.3.5), which the framework's WebSocket refuses: for it, nothing comes after one. Byte
/// by byte, so that it is known where a final block ended, and slow therefore.
/// </summary>
internal static class FinalBlocks
{
    // An honest server sends one a message. Each makes the window be read anew.
    private const int MaxFinalBlocks = 64;
    private const int StoredHeader = 5;
    private const int MaxStored = ushort.MaxValue;

    // What the sender left out (RFC 7692, section 7.2.2), and a final block of our own, that every message ends.
    private static ReadOnlySpan<byte> End => [0x00, 0x00, 0xFF, 0xFF, 0x01, 0x00, 0x00, 0xFF, 0xFF];

    // Who reads on from here has not found the end.
    private static ReadOnlySpan<byte> Beyond => new byte[16];

    /// <param name="window">What was inflated before, as far as the message may refer back to it.</param>
    /// <param name="compressed">The message.</param>
    /// <param name="limit">Its largest size inflated.</param>
    /// <param name="length">How much of the pooled buffer is the message.</param>
    public static byte[] Inflate(ReadOnlySpan<byte> window, ReadOnlySpan<byte> compressed, int limit, out int length)
    {
        byte[] message = [.. compressed, .. End, .. Beyond];
        using var inflated = new PooledBufferWriter();
        var at = 0;
        for (var finals = 0; at < compressed.Length; finals++)
        {
            if (finals > MaxFinalBlocks)
                throw new WireProtocolException($"A compressed message has more than {MaxFinalBlocks} final blocks.", CloseCode.InvalidPayload);
            try
            {
                at = InflateUntilFinal(Past(window, inflated.Written.Span), message, at, limit, inflated);
            }
            catch (InvalidDataException corrupt)
            {
                throw Corrupt(corrupt);
            }
        }

        return at <= compressed.Length + End.Length ? inflated.Detach(out length) : throw Corrupt(null);
    }

    private static WireProtocolException Corrupt(Exception? cause) => new("A compressed message cannot be inflated.", CloseCode.InvalidPayload, cause);

    private static int InflateUntilFinal(byte[] past, byte[] message, int at, int limit, PooledBufferWriter inflated)
    {
        using var feed = new Feed(Stored(past), message, at);
        using var deflate = new DeflateStream(feed, CompressionMode.Decompress);
        deflate.ReadExactly(past);
        while (deflate.Read(inflated.GetSpan(1)) is > 0 and var count)
        {
            inflated.Advance(count);
            if (inflated.Written.Length > limit)
                throw new WireMessageTooBigException("An inflated message", inflated.Written.Length, limit, nameof(WireOptions.MaxMessageSize));
        }

        return feed.At;
    }

    /// <summary>The newest of what was inflated before and in this message.</summary>
    private static byte[] Past(ReadOnlySpan<byte> window, ReadOnlySpan<byte> inflated)
    {
        inflated = inflated[^Math.Min(inflated.Length, InflateWindow.Largest)..];
        window = window[^Math.Min(window.Length, InflateWindow.Largest - inflated.Length)..];
        return [.. window, .. inflated];
    }

    // RFC 1951, section 3.2.4: a block without compression; reading it fills the window.
    private static byte[] Stored(byte[] past)
    {
        if (past.Length == 0)
            return [];
        var block = new byte[StoredHeader + past.Length];
        BinaryPrimitives.WriteUInt16LittleEndian(block.AsSpan(1), (ushort)past.Length);
        BinaryPrimitives.WriteUInt16LittleEndian(block.AsSpan(3), (ushort)(MaxStored - past.Length));
        past.CopyTo(block, StoredHeader);
        return block;
    }

    /// <summary>The window at once, then the message byte by byte.</summary>
    private sealed class Feed(byte[] window, byte[] message, int at) : Stream
    {
        private int _read;

        /// <summary>How much of the message was read.</summary>
        public int At { get; private set; } = at;

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

        public override int Read(Span<byte> buffer)
        {
            var left = window.AsSpan(_read);
            if (left.Length > 0)
            {
                left = left[..Math.Min(left.Length, buffer.Length)];
                left.CopyTo(buffer);
                _read += left.Length;
                return left.Length;
            }

            if (buffer.IsEmpty || At == message.Length)
                return 0;
            buffer[0] = message[At++];
            return 1;
        }

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
