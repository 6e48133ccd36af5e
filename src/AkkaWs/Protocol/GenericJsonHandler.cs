using System.Buffers;
using System.Buffers.Text;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using AkkaWs.Errors;
using AkkaWs.Primitives;

namespace AkkaWs.Protocol;

/// <summary>
/// Speaks with venues whose messages are JSON objects of the shape <c>{"op":…,"args":[…]}</c>, in the words of
/// <see cref="GenericJsonOptions"/>. Derive from it for what differs, such as the login.
/// </summary>
/// <remarks>
/// A message is read up to its topic and no further: where it has one, what follows may be broken without being noticed here.
/// Without a topic, the operation decides; a message with an id and another operation, or none, is a response.
/// </remarks>
/// <example><code>
/// public sealed class MyVenue(ISigner signer) : GenericJsonHandler
/// {
///     public override bool RequiresAuthentication => true;
///
///     public override async ValueTask&lt;OutboundMessage&gt; BuildAuthenticationAsync(CancellationToken cancellationToken)
///     {
///         var login = await signer.SignAsync(cancellationToken);
///         return BuildCommand("auth", id: null, args => { args.WriteStringValue(login.Key); args.WriteStringValue(login.Signature); });
///     }
/// }
/// </code></example>
public class GenericJsonHandler : ProtocolHandler
{
    private static readonly JsonWriterOptions Relaxed = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    private readonly GenericJsonVocabulary _vocabulary;
    private readonly JsonEncodedText _operationField;
    private readonly JsonEncodedText _argumentsField;
    private readonly JsonEncodedText? _subscriptionIdField;
    private readonly byte[]? _kindField;
    private readonly byte[] _snapshotKind;
    private long _lastRequestId;

    /// <summary>Speaks as <paramref name="options"/> say.</summary>
    /// <param name="options">The venue's words; null: the defaults, which are Bybit v5's.</param>
    /// <exception cref="ArgumentException">A name that every message needs is empty, or <c>MaxTopicsPerMessage</c> is below 1.</exception>
    public GenericJsonHandler(GenericJsonOptions? options = null)
    {
        Options = options ?? new GenericJsonOptions();
        ArgumentOutOfRangeException.ThrowIfLessThan(Options.MaxTopicsPerMessage, 1, nameof(options));
        ArgumentException.ThrowIfNullOrEmpty(Options.ArgumentsField, nameof(options));
        ArgumentException.ThrowIfNullOrEmpty(Options.RequestIdField, nameof(options));
        _vocabulary = new GenericJsonVocabulary(Options);
        _operationField = GenericJsonVocabulary.Encode(Options.OperationField);
        _argumentsField = GenericJsonVocabulary.Encode(Options.ArgumentsField);
        _kindField = Options.KindField is { } kind ? Encoding.UTF8.GetBytes(kind) : null;
        _snapshotKind = Encoding.UTF8.GetBytes(Options.SnapshotKind);
        _subscriptionIdField = Options.SubscriptionIdField is { } field ? GenericJsonVocabulary.Encode(field) : null;
    }

    /// <summary>The venue's words.</summary>
    public GenericJsonOptions Options { get; }

    /// <inheritdoc/>
    public override int MaxTopicsPerMessage => Options.MaxTopicsPerMessage;

    /// <inheritdoc/>
    public override bool ConfirmsSubscriptions => Options.ConfirmsSubscriptions;

    /// <inheritdoc/>
    public override Classification Classify(ReadOnlySpan<byte> message)
    {
        var stopAtTopic = !Options.AcknowledgementsNameTopic;
        if (stopAtTopic)
        {
            // Most messages are updates that begin with their topic: nothing else of them needs to be noted.
            var fields = new JsonFieldReader(message);
            if (fields.Next() && fields.NameIs(_vocabulary.TopicField) && GenericJsonMessage.CanName(fields.Value, message))
                return Classification.Update(fields.Value.TextStart, fields.Value.TextLength);
        }

        var read = new GenericJsonMessage(message, _vocabulary, stopAtTopic);
        if (!read.IsObject)
            return Classification.Unknown;
        if (read.HasTopic && !(Options.AcknowledgementsNameTopic && (read.IsSubscription || read.HasVerdict)))
            return Classification.Update(read.Topic.TextStart, read.Topic.TextLength);
        if (read.IsSubscription || read.HasTopic)
            return Classification.Control;
        if (read.IsAuthentication || read.IsPong || read.IsPing)
            return Classification.System;
        if (read.HasId)
            return Classification.Response(read.Id.TextStart, read.Id.TextLength);
        return read.HasVerdict ? Classification.Control : Classification.Unknown;
    }

    /// <inheritdoc/>
    public override Topic TopicOf(ReadOnlySpan<byte> key) => new(JsonSlice.Unescape(key));

    /// <inheritdoc/>
    public override RequestId RequestIdOf(ReadOnlySpan<byte> key) => new(JsonSlice.Unescape(key));

    /// <inheritdoc/>
    public override long? SequenceOf(ReadOnlySpan<byte> update)
    {
        var json = update;
        for (var level = 0; level < _vocabulary.SequencePath.Length; level++)
        {
            var fields = new JsonFieldReader(json);
            while (fields.Next() && !fields.NameIs(_vocabulary.SequencePath[level]))
            {
            }

            if (level == _vocabulary.SequencePath.Length - 1)
                return Utf8Parser.TryParse(fields.Value.TextOf(json), out long sequence, out var used) && used == fields.Value.TextLength ? sequence : null;
            json = fields.Value.Of(json);
        }

        return null;
    }

    /// <inheritdoc/>
    public override UpdateKind KindOf(ReadOnlySpan<byte> update)
    {
        if (_kindField is null)
            return UpdateKind.Unknown;
        var fields = new JsonFieldReader(update);
        while (fields.Next())
        {
            if (fields.NameIs(_kindField))
                return fields.Value.TextIs(update, _snapshotKind) ? UpdateKind.Snapshot : UpdateKind.Delta;
        }

        return UpdateKind.Unknown;
    }

    /// <inheritdoc/>
    public override bool IsPattern(Topic topic) => Options.PatternSuffix is { Length: > 0 } suffix && topic.Value.EndsWith(suffix, StringComparison.Ordinal);

    /// <inheritdoc/>
    public override bool Matches(Topic pattern, Topic topic) =>
        IsPattern(pattern) && topic.Value.AsSpan().StartsWith(pattern.Value.AsSpan(0, pattern.Value.Length - Options.PatternSuffix!.Length), StringComparison.Ordinal);

    /// <inheritdoc/>
    public override RequestId NextRequestId() =>
        Options.NumericRequestIds ? Interlocked.Increment(ref _lastRequestId).ToString(CultureInfo.InvariantCulture) : base.NextRequestId();

    /// <inheritdoc/>
    public override OutboundMessage BuildSubscribe(IReadOnlyList<Topic> topics, RequestId id) => BuildTopics(Options.SubscribeOperation, topics, id);

    /// <inheritdoc/>
    public override OutboundMessage BuildUnsubscribe(IReadOnlyList<Topic> topics, RequestId id) => BuildTopics(Options.UnsubscribeOperation, topics, id);

    /// <summary>Reads the answer to a subscribe or unsubscribe message; one that refuses speaks of all its topics, unless it names one.</summary>
    public override Acknowledgement? ReadAcknowledgement(ReadOnlySpan<byte> message)
    {
        var read = new GenericJsonMessage(message, _vocabulary);
        if (!read.IsObject || !(read.IsSubscription || (read.HasVerdict && !read.HasOperation)))
            return null;
        var id = read.HasId ? new RequestId(read.Id.GetText(message)) : (RequestId?)null;
        if (!Options.AcknowledgementsNameTopic || !read.HasTopic)
            return new Acknowledgement { RequestId = id, Rejection = read.IsRefusal ? read.Words : null };
        var topic = new Topic(read.Topic.GetText(message));
        return read.IsRefusal
            ? new Acknowledgement { RequestId = id, Topics = [], Failures = [new TopicFailure(topic, read.Words)] }
            : new Acknowledgement { RequestId = id, Topics = [topic] };
    }

    /// <inheritdoc/>
    public override AuthenticationVerdict ReadAuthentication(ReadOnlySpan<byte> message)
    {
        var read = new GenericJsonMessage(message, _vocabulary);
        if (!read.IsObject || !read.IsAuthentication)
            return AuthenticationVerdict.NotAnAnswer;
        return read.IsRefusal ? AuthenticationVerdict.Rejected(read.Words) : AuthenticationVerdict.Accepted;
    }

    /// <summary>Writes <paramref name="id"/> into <paramref name="payload"/>'s field <see cref="GenericJsonOptions.RequestIdField"/>, replacing what stands there.</summary>
    /// <exception cref="ArgumentException"><paramref name="payload"/> is not a JSON object.</exception>
    public override OutboundMessage EncodeRequest(RequestId id, ReadOnlyMemory<byte> payload)
    {
        var value = new ArrayBufferWriter<byte>(64);
        using (var writer = new Utf8JsonWriter(value, Relaxed))
            WriteId(writer, id);
        return new OutboundMessage(JsonFieldWriter.Set(payload.Span, Options.RequestIdField, value.WrittenSpan)
            ?? throw new ArgumentException($"The payload of a request must be a JSON object, so that its id can be written to \"{Options.RequestIdField}\".", nameof(payload)));
    }

    /// <inheritdoc/>
    public override ResponseVerdict ReadResponse(ReadOnlyMemory<byte> message)
    {
        var read = new GenericJsonMessage(message.Span, _vocabulary);
        if (read.IsRefusal)
            return ResponseVerdict.Error(read.Code, read.Words);
        return ResponseVerdict.Ok(read.Result.Kind == JsonValueKind.Undefined ? message : read.Result.Of(message));
    }

    /// <inheritdoc/>
    public override OutboundMessage? BuildPing() => Options.PingOperation is { } ping ? BuildCommand(ping) : null;

    /// <inheritdoc/>
    public override bool IsPong(ReadOnlySpan<byte> message) =>
        new GenericJsonMessage(message, _vocabulary) is { IsObject: true, IsPong: true };

    /// <inheritdoc/>
    public override bool IsServerPing(ReadOnlySpan<byte> message) =>
        new GenericJsonMessage(message, _vocabulary) is { IsObject: true, IsPing: true };

    /// <inheritdoc/>
    public override OutboundMessage? BuildPong(ReadOnlySpan<byte> ping) => Options.PongOperation is { } pong ? BuildCommand(pong) : null;

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
            writer.WriteStringValue(topics[i].Value);
        writer.WriteEndArray();
        writer.WriteEndObject();
        writer.Flush();
        return new OutboundMessage(buffer.WrittenMemory);
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

    private void WriteId(Utf8JsonWriter writer, RequestId id)
    {
        if (Options.NumericRequestIds && long.TryParse(id.Value, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
            writer.WriteNumberValue(number);
        else
            writer.WriteStringValue(id.Value);
    }
}
