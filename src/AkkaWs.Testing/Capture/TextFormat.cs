using System.Buffers.Text;
using System.Text;

namespace AkkaWs.Testing;

/// <summary><c>URL &lt;-&gt; TIME</c>, <c>URL &lt;- TIME: MESSAGE</c>, <c>TIME: MESSAGE</c>.</summary>
internal static class TextFormat
{
    internal static CaptureRecord Parse(string file, int number, ReadOnlyMemory<byte> line, Uri? connection)
    {
        if (char.IsAsciiDigit((char)line.Span[0]))
        {
            var (time, message) = TimeAndMessage(file, number, line);
            return new CaptureServerMessage(number, connection, time, message);
        }

        var connected = line.Span.IndexOf(" <-> "u8);
        var sent = line.Span.IndexOf(" <- "u8);
        if (connected >= 0 && (sent < 0 || connected < sent))
            return new CaptureConnected(number, Url(file, number, line[..connected]), Time(file, number, line[(connected + 5)..]));
        if (sent < 0)
            throw new CaptureFormatException(file, number, "expected 'URL <-> TIME', 'URL <- TIME: MESSAGE' or 'TIME: MESSAGE'.");
        var (at, payload) = TimeAndMessage(file, number, line[(sent + 4)..]);
        return new CaptureClientMessage(number, Url(file, number, line[..sent]), at, payload);
    }

    private static (DateTimeOffset Time, ReadOnlyMemory<byte> Message) TimeAndMessage(string file, int number, ReadOnlyMemory<byte> text)
    {
        var colon = text.Span.IndexOf(": "u8);
        if (colon < 0)
            throw new CaptureFormatException(file, number, "expected 'TIME: MESSAGE', but there is no ': '.");
        return (Time(file, number, text[..colon]), text[(colon + 2)..]);
    }

    private static DateTimeOffset Time(string file, int number, ReadOnlyMemory<byte> text)
    {
        if (!Utf8Parser.TryParse(text.Span, out decimal seconds, out var consumed) || consumed != text.Length || seconds is < 0 or > 253_402_300_799)
            throw new CaptureFormatException(file, number, $"'{Encoding.UTF8.GetString(text.Span)}' is no time in Unix seconds.");
        return DateTimeOffset.UnixEpoch.AddTicks((long)(seconds * TimeSpan.TicksPerSecond));
    }

    private static Uri Url(string file, int number, ReadOnlyMemory<byte> text)
    {
        var value = Encoding.UTF8.GetString(text.Span);
        return Uri.TryCreate(value, UriKind.Absolute, out var url) ? url : throw new CaptureFormatException(file, number, $"'{value}' is no URL.");
    }
}
