using System.Buffers;
using System.IO.Compression;

namespace AkkaWs.Protocol;

/// <summary>
/// Inflates messages that a venue compresses itself, in <see cref="ProtocolHandler.DecodeBinary"/>: a compressed message in, a text message out, never
/// more than the bound. Thread-safe.
/// </summary>
public static class PayloadDecoder
{
    private const int Step = 16 * 1024;

    /// <summary>Inflates a gzip stream (RFC 1952), all its members.</summary>
    /// <param name="compressed">The message.</param>
    /// <param name="maxSize">How many bytes it may have inflated, at least 1: <c>max-message-size</c>.</param>
    /// <exception cref="PayloadTooLargeException">It has more.</exception>
    /// <exception cref="InvalidDataException">It is damaged or incomplete.</exception>
    public static ReadOnlyMemory<byte> Gzip(ReadOnlySpan<byte> compressed, int maxSize) => Inflate(compressed, maxSize, source => new GZipStream(source, CompressionMode.Decompress));

    /// <summary>Inflates raw deflate (RFC 1951), without a header of zlib's or gzip's.</summary>
    /// <inheritdoc cref="Gzip"/>
    public static ReadOnlyMemory<byte> Deflate(ReadOnlySpan<byte> compressed, int maxSize) => Inflate(compressed, maxSize, source => new DeflateStream(source, CompressionMode.Decompress));

    private static ReadOnlyMemory<byte> Inflate(ReadOnlySpan<byte> compressed, int maxSize, Func<Stream, Stream> open)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(maxSize, 1);
        var rented = ArrayPool<byte>.Shared.Rent(compressed.Length);
        try
        {
            compressed.CopyTo(rented);
            using var source = new MemoryStream(rented, 0, compressed.Length, writable: false);
            using var inflating = open(source);
            return ReadAll(inflating, maxSize);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(rented);
        }
    }

    private static ReadOnlyMemory<byte> ReadAll(Stream inflating, int maxSize)
    {
        var inflated = new ArrayBufferWriter<byte>();
        while (true)
        {
            // One byte more than allowed tells that there is more.
            var room = (int)Math.Min(Step, (long)maxSize + 1 - inflated.WrittenCount);
            var read = inflating.Read(inflated.GetSpan(room)[..room]);
            if (read == 0)
                return inflated.WrittenMemory;
            inflated.Advance(read);
            if (inflated.WrittenCount > maxSize)
                throw new PayloadTooLargeException(maxSize);
        }
    }
}

/// <summary>A message has more bytes decoded than <c>max-message-size</c> allows. It is dropped and counted; the connection goes on.</summary>
public sealed class PayloadTooLargeException(int maxSize) : Exception($"The message has more than {maxSize} bytes decoded.")
{
    /// <summary>The bound, in bytes.</summary>
    public int MaxSize { get; } = maxSize;
}
