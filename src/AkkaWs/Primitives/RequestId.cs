using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;
using NUlid;
using NUlid.Rng;

namespace AkkaWs.Primitives;

/// <summary>
/// Correlates a request with its response. A ULID unless the protocol handler or the caller numbers requests otherwise.
/// </summary>
[JsonConverter(typeof(RequestIdJsonConverter))]
public readonly record struct RequestId
{
    private readonly string? _value;

    /// <summary>Takes an id as it stands on the wire.</summary>
    /// <exception cref="ArgumentException"><paramref name="value"/> is null, empty or white space.</exception>
    public RequestId(string value)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(value);
        _value = value;
    }

    /// <summary>The id as it stands on the wire; empty only for <c>default</c>.</summary>
    public string Value => _value ?? "";

    /// <summary>A fresh id: a ULID, 26 characters, ordered by time.</summary>
    public static RequestId New() => new(Ulid.NewUlid(ManyAtOnce.Instance).ToString());

    /// <summary>Takes an id as it stands on the wire.</summary>
    public static implicit operator RequestId(string value) => new(value);

    /// <summary>The id as it stands on the wire.</summary>
    public override string ToString() => Value;

    /// <summary>The system's cryptographic generator, asked for the random parts of many ids at once: the asking costs more than the bytes.</summary>
    private sealed class ManyAtOnce : BaseUlidRng
    {
        private const int IdsAtOnce = 128;

        [ThreadStatic]
        private static byte[]? _bytes;

        [ThreadStatic]
        private static int _left;

        public static ManyAtOnce Instance { get; } = new();

        public override byte[] GetRandomBytes(DateTimeOffset dateTime)
        {
            var bytes = new byte[RANDLEN];
            GetRandomBytes(bytes, dateTime);
            return bytes;
        }

        public override void GetRandomBytes(Span<byte> buffer, DateTimeOffset dateTime)
        {
            _bytes ??= new byte[IdsAtOnce * RANDLEN];
            if (_left == 0)
            {
                RandomNumberGenerator.Fill(_bytes);
                _left = _bytes.Length;
            }

            _left -= RANDLEN;
            _bytes.AsSpan(_left, RANDLEN).CopyTo(buffer);
        }
    }

    private sealed class RequestIdJsonConverter : JsonConverter<RequestId>
    {
        public override RequestId Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            reader.TokenType == JsonTokenType.String && reader.GetString() is { } value && !string.IsNullOrWhiteSpace(value)
                ? new RequestId(value)
                : throw new JsonException("A request id is a string that is not blank.");

        public override void Write(Utf8JsonWriter writer, RequestId value, JsonSerializerOptions options) => writer.WriteStringValue(value.Value);
    }
}
