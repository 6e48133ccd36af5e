using System.Buffers.Binary;
using System.Globalization;
using System.Text;

namespace AkkaWs.Benchmarks.Blaster;

/// <summary>Unmasked text frames, ready to be sent again and again: updates that go round the topics.</summary>
internal sealed class PreparedFrames
{
    /// <summary>A paced update ends with the time of its sending, sixteen digits of <c>Stopwatch</c> ticks in hexadecimal, and what closes the JSON.</summary>
    public const int StampLength = 16;

    /// <summary>Where the stamp starts, counted from the end of the message.</summary>
    public const int StampFromEnd = StampLength + 3;

    private const int TargetBytes = 700 * 1024;
    private const byte FinalText = 0x81;

    private readonly byte[] _bytes;
    private readonly int _frameLength;

    public PreparedFrames(int size, int topics)
    {
        Span<byte> header = stackalloc byte[10];
        header = header[..WriteHeader(header, FinalText, size)];
        _frameLength = header.Length + size;
        Count = topics * Math.Max(1, TargetBytes / _frameLength / topics);
        _bytes = new byte[Count * _frameLength];
        for (var i = 0; i < Count; i++)
        {
            var frame = _bytes.AsSpan(i * _frameLength, _frameLength);
            header.CopyTo(frame);
            WriteUpdate(frame[header.Length..], i, i % topics);
        }
    }

    public int Count { get; }

    public int FrameLength => _frameLength;

    public ReadOnlySpan<byte> All => _bytes;

    public ReadOnlySpan<byte> Slice(int first, int count) => _bytes.AsSpan(first * _frameLength, count * _frameLength);

    /// <summary>Copies frames with the time of their sending in each.</summary>
    public void Stamp(int first, int count, Span<byte> destination, long now)
    {
        Slice(first, count).CopyTo(destination);
        for (var end = _frameLength; end <= count * _frameLength; end += _frameLength)
            now.TryFormat(destination.Slice(end - StampFromEnd, StampLength), out _, "x16", CultureInfo.InvariantCulture);
    }

    /// <summary>The name of a topic: a client subscribes to the same names.</summary>
    public static string TopicName(int index) => string.Create(CultureInfo.InvariantCulture, $"tickers.S{index:D3}USDT");

    /// <summary>Writes the header of an unmasked frame and returns its length.</summary>
    public static int WriteHeader(Span<byte> destination, byte first, int size)
    {
        destination[0] = first;
        switch (size)
        {
            case < 126:
                destination[1] = (byte)size;
                return 2;
            case <= ushort.MaxValue:
                destination[1] = 126;
                BinaryPrimitives.WriteUInt16BigEndian(destination[2..], (ushort)size);
                return 4;
            default:
                destination[1] = 127;
                BinaryPrimitives.WriteUInt64BigEndian(destination[2..], (ulong)size);
                return 10;
        }
    }

    private static void WriteUpdate(Span<byte> payload, int number, int topic)
    {
        var name = TopicName(topic);
        var start = string.Create(
            CultureInfo.InvariantCulture,
            $$"""{"topic":"{{name}}","type":"delta","ts":{{1700000000000 + number}},"data":{"symbol":"{{name[8..]}}","lastPrice":"{{27000 + (number % 1000)}}.5","pad":""");
        const string End = "\"}}";
        var text = start + '"';
        if (text.Length + End.Length > payload.Length)
            throw new ArgumentException($"An update needs {text.Length + End.Length} bytes; the message size is {payload.Length}.");
        payload.Fill((byte)'0');
        Encoding.ASCII.GetBytes(text, payload);
        Encoding.ASCII.GetBytes(End, payload[^End.Length..]);
    }
}
