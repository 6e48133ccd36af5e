using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using AkkaWs.Primitives;

namespace AkkaWs.Protocol;

// What is sent.
public partial class GenericJsonHandler
{
    private static readonly JsonSerializerOptions Serialization = new(JsonSerializerDefaults.Web) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private static readonly JsonWriterOptions Relaxed = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    private const int LongestPlainId = 64;

    private long _lastRequestId;

    /// <inheritdoc/>
    public override RequestId NextRequestId() =>
        Options.NumericRequestIds ? Interlocked.Increment(ref _lastRequestId).ToString(CultureInfo.InvariantCulture) : base.NextRequestId();

    /// <inheritdoc/>
    public override OutboundMessage BuildSubscribe(IReadOnlyList<Topic> topics, RequestId id) => BuildTopics(Options.SubscribeOperation, topics, id);

    /// <inheritdoc/>
    public override OutboundMessage BuildUnsubscribe(IReadOnlyList<Topic> topics, RequestId id) => BuildTopics(Options.UnsubscribeOperation, topics, id);

    /// <summary>Writes <paramref name="id"/> into <paramref name="payload"/>'s field <see cref="GenericJsonOptions.RequestIdField"/>, replacing what stands there.</summary>
    /// <exception cref="ArgumentException"><paramref name="payload"/> is not a JSON object.</exception>
    public override OutboundMessage EncodeRequest(RequestId id, ReadOnlyMemory<byte> payload)
    {
        Span<byte> scratch = stackalloc byte[LongestPlainId + 2];
        return new OutboundMessage(JsonFieldWriter.Set(payload.Span, _idName, _idField, IdAsJson(id, scratch))
            ?? throw new ArgumentException($"The payload of a request must be a JSON object, so that its id can be written to \"{Options.RequestIdField}\".", nameof(payload)));
    }

    /// <inheritdoc/>
    public override async ValueTask<OutboundMessage> BuildAuthenticationAsync(CancellationToken cancellationToken)
    {
        if (Options.Login is not { } login)
            return await base.BuildAuthenticationAsync(cancellationToken).ConfigureAwait(false);
        var arguments = await login(cancellationToken).ConfigureAwait(false);
        return BuildCommand(Options.AuthenticationOperation!, id: null, writer =>
        {
            foreach (var argument in arguments)
                JsonSerializer.Serialize(writer, argument, Serialization);
        });
    }

    /// <inheritdoc/>
    public override OutboundMessage? BuildPing() =>
        _vocabulary.PingText is { } text ? new OutboundMessage(text) : Options.PingOperation is { } ping ? BuildCommand(ping) : null;

    /// <inheritdoc/>
    public override OutboundMessage? BuildPong(ReadOnlySpan<byte> ping) =>
        _vocabulary.PongText is { } text ? new OutboundMessage(text) : Options.PongOperation is { } pong ? BuildCommand(pong) : null;

    /// <summary>Builds <c>{"req_id":…,"op":…,"args":[…]}</c> in the venue's words: a login, for example.</summary>
    /// <param name="operation">The operation.</param>
    /// <param name="id">The id; null: none.</param>
    /// <param name="writeArguments">Writes the values of the arguments' array; null: the field is left out.</param>
    protected OutboundMessage BuildCommand(string operation, RequestId? id = null, Action<Utf8JsonWriter>? writeArguments = null)
    {
        var buffer = new ArrayBufferWriter<byte>(128);
        using var writer = new Utf8JsonWriter(buffer, Relaxed);
        WriteHead(writer, operation, id);
        if (writeArguments is not null)
        {
            writer.WriteStartArray(_argumentsField);
            writeArguments(writer);
            writer.WriteEndArray();
        }

        writer.WriteEndObject();
        writer.Flush();
        return new OutboundMessage(buffer.WrittenMemory);
    }

    private OutboundMessage BuildTopics(string operation, IReadOnlyList<Topic> topics, RequestId id)
    {
        var buffer = new ArrayBufferWriter<byte>(128 + topics.Count * 32);
        using var writer = new Utf8JsonWriter(buffer, Relaxed);
        WriteHead(writer, operation, id);
        writer.WriteStartArray(_argumentsField);
        for (var i = 0; i < topics.Count; i++)
            WriteTopic(writer, topics[i].Value);
        writer.WriteEndArray();
        writer.WriteEndObject();
        writer.Flush();
        return new OutboundMessage(buffer.WrittenMemory);
    }

    // One that is none of the template's goes as it is: the server refuses it, and its caller hears of that.
    private void WriteTopic(Utf8JsonWriter writer, string topic)
    {
        if (!Options.TopicsAsObjects || _template is null || _template.Split(topic) is not { } values)
        {
            writer.WriteStringValue(topic);
            return;
        }

        writer.WriteStartObject();
        for (var i = 0; i < values.Length; i++)
            writer.WriteString(_template.FieldNames[i], values[i]);
        writer.WriteEndObject();
    }

    private void WriteHead(Utf8JsonWriter writer, string operation, RequestId? id)
    {
        writer.WriteStartObject();
        if (id is { } known && _subscriptionIdField is { } field)
        {
            writer.WritePropertyName(field);
            WriteId(writer, known);
        }

        writer.WriteString(_operationField, operation);
    }

    // Nearly all ids are plain: a writer would cost more than the rest of the request.
    private ReadOnlySpan<byte> IdAsJson(RequestId id, Span<byte> scratch)
    {
        if (!Options.NumericRequestIds && IsPlain(id.Value))
        {
            scratch[0] = scratch[id.Value.Length + 1] = (byte)'"';
            Encoding.ASCII.GetBytes(id.Value, scratch[1..]);
            return scratch[..(id.Value.Length + 2)];
        }

        var value = new ArrayBufferWriter<byte>(64);
        using (var writer = new Utf8JsonWriter(value, Relaxed))
            WriteId(writer, id);
        return value.WrittenSpan;
    }

    private static bool IsPlain(string id)
    {
        if (id.Length > LongestPlainId)
            return false;
        foreach (var c in id)
        {
            if (!char.IsAsciiLetterOrDigit(c) && c is not ('-' or '_' or '.' or ':'))
                return false;
        }

        return true;
    }

    private void WriteId(Utf8JsonWriter writer, RequestId id)
    {
        if (Options.NumericRequestIds && long.TryParse(id.Value, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
            writer.WriteNumberValue(number);
        else
            writer.WriteStringValue(id.Value);
    }
}
