using System.Text;
using System.Text.Json;

namespace AkkaWs.Testing;

/// <summary>One JSON message per line, bare or wrapped as <c>{"dir":…,"url":…,"msg":…}</c>; the message keeps the bytes it has in the line.</summary>
internal static class JsonLineFormat
{
    internal static CaptureRecord Parse(string file, int number, ReadOnlyMemory<byte> line)
    {
        try
        {
            return Unwrap(file, number, line);
        }
        catch (JsonException exception)
        {
            throw new CaptureFormatException(file, number, "the line is no JSON.", exception);
        }
    }

    private static CaptureRecord Unwrap(string file, int number, ReadOnlyMemory<byte> line)
    {
        var reader = new Utf8JsonReader(line.Span);
        reader.Read();
        string? direction = null, url = null;
        ReadOnlyMemory<byte>? message = null;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = reader.GetString();
            reader.Read();
            switch (name)
            {
                case "dir":
                    direction = reader.GetString();
                    break;
                case "url":
                    url = reader.GetString();
                    break;
                case "msg" when reader.TokenType == JsonTokenType.String:
                    message = Encoding.UTF8.GetBytes(reader.GetString()!);
                    break;
                case "msg":
                    var start = (int)reader.TokenStartIndex;
                    reader.Skip();
                    message = line[start..(int)reader.BytesConsumed];
                    break;
                default:
                    reader.Skip();
                    break;
            }
        }

        if (direction is null || message is not { } utf8)
            return new CaptureServerMessage(number, null, null, line);
        var connection = url is null ? null : new Uri(url);
        return direction switch
        {
            "in" => new CaptureServerMessage(number, connection, null, utf8),
            "out" => new CaptureClientMessage(number, connection, null, utf8),
            _ => throw new CaptureFormatException(file, number, $"'dir' is '{direction}', expected 'in' or 'out'."),
        };
    }
}
