using System.Buffers;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace AkkaWs.Testing;

/// <summary>Writes one JSON object, in the order of the calls, as venues do.</summary>
internal static class JsonMessage
{
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    internal static byte[] Write(Action<Utf8JsonWriter> body)
    {
        var buffer = new ArrayBufferWriter<byte>(512);
        using (var writer = new Utf8JsonWriter(buffer, Options))
        {
            writer.WriteStartObject();
            body(writer);
            writer.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>A decimal in quotes: venues keep their digits out of readers' floating point.</summary>
    internal static void WriteText(this Utf8JsonWriter writer, string name, decimal value) => writer.WriteString(name, Text(value));

    internal static void WriteText(this Utf8JsonWriter writer, string name, long value) => writer.WriteString(name, value.ToString(CultureInfo.InvariantCulture));

    internal static string Text(decimal value) => value.ToString(CultureInfo.InvariantCulture);
}
