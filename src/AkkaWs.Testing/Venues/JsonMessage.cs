using System.Buffers;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace AkkaWs.Testing;

/// <summary>Writes JSON in the order of the calls, as venues do.</summary>
internal static class JsonMessage
{
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    internal static byte[] Write(Action<Utf8JsonWriter> body) => WriteValue(json =>
    {
        json.WriteStartObject();
        body(json);
        json.WriteEndObject();
    });

    /// <summary>Writes what is an object, or anything else, already.</summary>
    internal static byte[] WriteValue(Action<Utf8JsonWriter> value)
    {
        var buffer = new ArrayBufferWriter<byte>(512);
        using (var writer = new Utf8JsonWriter(buffer, Options))
            value(writer);
        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>A decimal in quotes: venues keep their digits out of readers' floating point.</summary>
    internal static void WriteText(this Utf8JsonWriter writer, string name, decimal value) => writer.WriteString(name, Text(value));

    internal static void WriteText(this Utf8JsonWriter writer, string name, long value) => writer.WriteString(name, value.ToString(CultureInfo.InvariantCulture));

    internal static string Text(decimal value) => value.ToString(CultureInfo.InvariantCulture);
}
