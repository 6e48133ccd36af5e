using System.Text.Json;
using System.Text.Json.Serialization;

namespace AkkaWs.Primitives;

/// <summary>
/// The name of one stream of updates as the venue writes it, such as <c>orderbook.1.BTCUSDT</c>. Compared ordinally.
/// </summary>
/// <example><code>Topic topic = "tickers.BTCUSDT";</code></example>
[JsonConverter(typeof(TopicJsonConverter))]
public readonly record struct Topic : IComparable<Topic>
{
    private readonly string? _value;

    /// <summary>Names a topic.</summary>
    /// <param name="value">The venue's name of it; not empty.</param>
    /// <exception cref="ArgumentException"><paramref name="value"/> is null, empty or white space.</exception>
    public Topic(string value)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(value);
        _value = value;
    }

    /// <summary>Every message of the connection, whatever its kind: the recorder's subscription. Never sent to the server.</summary>
    public static Topic Everything { get; } = new("*");

    /// <summary>The venue's name; empty only for <c>default</c>.</summary>
    public string Value => _value ?? "";

    /// <summary>Whether this is <see cref="Everything"/>.</summary>
    public bool IsEverything => Value == "*";

    /// <summary>Names a topic, as the constructor does.</summary>
    public static implicit operator Topic(string value) => new(value);

    /// <inheritdoc/>
    public int CompareTo(Topic other) => string.CompareOrdinal(Value, other.Value);

    /// <summary>Compares ordinally.</summary>
    public static bool operator <(Topic left, Topic right) => left.CompareTo(right) < 0;

    /// <summary>Compares ordinally.</summary>
    public static bool operator >(Topic left, Topic right) => left.CompareTo(right) > 0;

    /// <summary>Compares ordinally.</summary>
    public static bool operator <=(Topic left, Topic right) => left.CompareTo(right) <= 0;

    /// <summary>Compares ordinally.</summary>
    public static bool operator >=(Topic left, Topic right) => left.CompareTo(right) >= 0;

    /// <summary>The venue's name, for people: control characters in it are escaped. What goes to the server is <see cref="Value"/>.</summary>
    public override string ToString() => OutsideText.Escape(Value);

    private sealed class TopicJsonConverter : JsonConverter<Topic>
    {
        public override Topic Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            reader.TokenType == JsonTokenType.String && reader.GetString() is { } value && !string.IsNullOrWhiteSpace(value)
                ? new Topic(value)
                : throw new JsonException("A topic is a string that is not blank.");

        public override void Write(Utf8JsonWriter writer, Topic value, JsonSerializerOptions options) => writer.WriteStringValue(value.Value);
    }
}
