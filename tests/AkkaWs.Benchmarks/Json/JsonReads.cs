using System.Text.Json;
using AkkaWs.Protocol;

namespace AkkaWs.Benchmarks.Json;

/// <summary>The same jobs with the framework's reader and with ours.</summary>
internal static class JsonReads
{
    private static readonly GenericJsonHandler Handler = new();

    /// <summary>All top-level fields of the message, by the framework's reader: nested values skipped.</summary>
    public static int WalkWithReader(ReadOnlySpan<byte> message)
    {
        var reader = new Utf8JsonReader(message);
        reader.Read();
        var found = 0;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isTopic = reader.ValueTextEquals("topic"u8);
            reader.Read();
            if (isTopic)
                found = (int)reader.TokenStartIndex;
            reader.Skip();
        }

        return found;
    }

    /// <summary>All top-level fields of the message, by ours.</summary>
    public static int WalkWithFields(ReadOnlySpan<byte> message)
    {
        var found = 0;
        var fields = new JsonFieldReader(message);
        while (fields.Next())
        {
            if (fields.NameIs("topic"u8))
                found = fields.Value.Start;
        }

        return found;
    }

    /// <summary>The topic, by the framework's reader, which stops there.</summary>
    public static int FindWithReader(ReadOnlySpan<byte> message)
    {
        var reader = new Utf8JsonReader(message);
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isTopic = reader.ValueTextEquals("topic"u8);
            reader.Read();
            if (isTopic)
                return (int)reader.TokenStartIndex;
            reader.Skip();
        }

        return 0;
    }

    /// <summary>The topic, by ours, which stops there.</summary>
    public static int FindWithFields(ReadOnlySpan<byte> message)
    {
        var fields = new JsonFieldReader(message);
        while (fields.Next())
        {
            if (fields.NameIs("topic"u8))
                return fields.Value.Start;
        }

        return 0;
    }

    /// <summary>The whole of what the read loop asks for.</summary>
    public static int Classify(ReadOnlySpan<byte> message) => Handler.Classify(message).KeyStart;
}
