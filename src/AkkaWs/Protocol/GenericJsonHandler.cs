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
    private static readonly JsonSerializerOptions Serialization = new(JsonSerializerDefaults.Web) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private static readonly JsonWriterOptions Relaxed = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    private const int LongestPlainId = 64;

    private readonly GenericJsonVocabulary _vocabulary;
    private readonly GenericJsonTemplate? _template;
    private readonly byte[] _topicFirst;
    private readonly bool _stopsAtTopic;
    private readonly JsonEncodedText _operationField;
    private readonly JsonEncodedText _argumentsField;
    private readonly JsonEncodedText? _subscriptionIdField;
    private readonly JsonEncodedText _idField;
    private readonly byte[] _idName;
    private readonly byte[]? _kindField;
    private readonly byte[] _snapshotKind;
    private long _lastRequestId;

    /// <summary>Speaks as <paramref name="options"/> say.</summary>
    /// <param name="options">The venue's words; null: the defaults, which are Bybit v5's.</param>
    /// <exception cref="ArgumentException">
    /// A name that every message needs is empty, <c>MaxTopicsPerMessage</c> is below 1, the topic's template is none, or there is a login and no
    /// operation for it.
    /// </exception>
    public GenericJsonHandler(GenericJsonOptions? options = null)
    {
        Options = options ?? new GenericJsonOptions();
        ArgumentOutOfRangeException.ThrowIfLessThan(Options.MaxTopicsPerMessage, 1, nameof(options));
        ArgumentException.ThrowIfNullOrEmpty(Options.ArgumentsField, nameof(options));
        ArgumentException.ThrowIfNullOrEmpty(Options.RequestIdField, nameof(options));
        if (Options.Login is not null)
            ArgumentException.ThrowIfNullOrEmpty(Options.AuthenticationOperation, nameof(options));
        if (Options.TopicsAsObjects)
            ArgumentException.ThrowIfNullOrEmpty(Options.TopicTemplate, nameof(options));
        _vocabulary = new GenericJsonVocabulary(Options);
        _template = _vocabulary.Template;
        _topicFirst = _vocabulary.TopicFirst;
        _stopsAtTopic = !Options.AcknowledgementsNameTopic;
        _operationField = GenericJsonVocabulary.Encode(Options.OperationField);
        _argumentsField = GenericJsonVocabulary.Encode(Options.ArgumentsField);
        _idField = GenericJsonVocabulary.Encode(Options.RequestIdField);
        _idName = Encoding.UTF8.GetBytes(Options.RequestIdField);
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
    public override bool RequiresAuthentication => Options.Login is not null;

    /// <inheritdoc/>
    public override Classification Classify(ReadOnlySpan<byte> message)
    {
        if (_template is not null)
            return ClassifyByTemplate(message, _template);
        var stopAtTopic = _stopsAtTopic;
        if (stopAtTopic)
        {
            // Most messages are updates that begin with their topic: nothing else of them needs to be noted.
            if (message.StartsWith(_topicFirst))
            {
                var start = _topicFirst.Length;
                var topic = new JsonSlice(start - 1, JsonScan.EndOfString(message, start, out _) - start + 2, JsonValueKind.String);
                if (GenericJsonMessage.CanName(topic, message))
                    return Classification.Update(start, topic.TextLength);
            }

            var fields = new JsonFieldReader(message);
            if (fields.Next() && fields.NameIs(_vocabulary.TopicField) && GenericJsonMessage.CanName(fields.Value, message))
                return Classification.Update(fields.Value.TextStart, fields.Value.TextLength);
        }

        var read = new GenericJsonMessage(message, _vocabulary, stopAtTopic);
        if (!read.IsObject)
            return IsPlainHeartbeat(message) ? Classification.System : Classification.Unknown;
        if (read.HasTopic && !(Options.AcknowledgementsNameTopic && (read.IsSubscription || read.HasVerdict)))
            return Classification.Update(read.Topic.TextStart, read.Topic.TextLength);
        if (read.IsSubscription || read.HasTopic)
            return Classification.Control;
        if (read.IsAuthentication || read.IsPong || read.IsPing)
            return Classification.System;
        return ClassifyAnswer(read);
    }

    /// <inheritdoc/>
    public override int ComposeKey(ReadOnlySpan<byte> message, Span<byte> destination) => _template?.Compose(message, destination) ?? 0;

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
        if (!read.IsObject || !(read.IsSubscription || read.IsErrorEvent || ((read.HasVerdict || read.HasId) && !read.HasOperation)))
            return null;
        var id = read.HasId ? new RequestId(read.Id.GetText(message)) : (RequestId?)null;
        if (!Options.AcknowledgementsNameTopic || TopicIn(message, read) is not { } topic)
            return new Acknowledgement { RequestId = id, Rejection = read.IsRefusal ? read.Words : null };
        return read.IsRefusal
            ? new Acknowledgement { RequestId = id, Topics = [], Failures = [new TopicFailure(topic, read.Words)] }
            : new Acknowledgement { RequestId = id, Topics = [topic] };
    }

    /// <inheritdoc/>
    public override AuthenticationVerdict ReadAuthentication(ReadOnlySpan<byte> message)
    {
        var read = new GenericJsonMessage(message, _vocabulary);
        if (!read.IsObject || !(read.IsAuthentication || (read.IsErrorEvent && !read.HasId)))
            return AuthenticationVerdict.NotAnAnswer;
        return read.IsRefusal ? AuthenticationVerdict.Rejected(read.Words) : AuthenticationVerdict.Accepted;
    }

    /// <summary>Writes <paramref name="id"/> into <paramref name="payload"/>'s field <see cref="GenericJsonOptions.RequestIdField"/>, replacing what stands there.</summary>
    /// <exception cref="ArgumentException"><paramref name="payload"/> is not a JSON object.</exception>
    public override OutboundMessage EncodeRequest(RequestId id, ReadOnlyMemory<byte> payload)
    {
        Span<byte> scratch = stackalloc byte[LongestPlainId + 2];
        return new OutboundMessage(JsonFieldWriter.Set(payload.Span, _idName, _idField, IdAsJson(id, scratch))
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
    public override bool IsPong(ReadOnlySpan<byte> message) =>
        (_vocabulary.PongText is { } text && message.SequenceEqual(text)) || new GenericJsonMessage(message, _vocabulary) is { IsObject: true, IsPong: true };

    /// <inheritdoc/>
    public override bool IsServerPing(ReadOnlySpan<byte> message) =>
        (_vocabulary.PingText is { } text && message.SequenceEqual(text)) || new GenericJsonMessage(message, _vocabulary) is { IsObject: true, IsPing: true };

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

    private Classification ClassifyByTemplate(ReadOnlySpan<byte> message, GenericJsonTemplate template)
    {
        var read = new GenericJsonMessage(message, _vocabulary);
        if (!read.IsObject)
            return IsPlainHeartbeat(message) ? Classification.System : Classification.Unknown;
        if (read.IsSubscription)
            return Classification.Control;
        if (read.IsAuthentication || read.IsPong || read.IsPing)
            return Classification.System;
        Span<JsonSlice> found = stackalloc JsonSlice[GenericJsonTemplate.MaxFields];
        if (read.IsErrorEvent || !template.TryFind(message, found))
            return ClassifyAnswer(read);
        return template.IsOneField ? Classification.Update(found[0].TextStart, found[0].TextLength) : Classification.ComposedUpdate;
    }

    // An error without an id may answer the login.
    private static Classification ClassifyAnswer(in GenericJsonMessage read)
    {
        if (read.HasId)
            return Classification.Response(read.Id.TextStart, read.Id.TextLength);
        return read.IsErrorEvent ? Classification.System : read.HasVerdict ? Classification.Control : Classification.Unknown;
    }

    private bool IsPlainHeartbeat(ReadOnlySpan<byte> message) =>
        (_vocabulary.PingText is { } ping && message.SequenceEqual(ping)) || (_vocabulary.PongText is { } pong && message.SequenceEqual(pong));

    private Topic? TopicIn(ReadOnlySpan<byte> message, in GenericJsonMessage read)
    {
        if (_template is null)
            return read.HasTopic ? new Topic(read.Topic.GetText(message)) : (Topic?)null;
        var key = new byte[message.Length + 256];
        var length = _template.Compose(message, key);
        return length > 0 ? TopicOf(key.AsSpan(0, length)) : (Topic?)null;
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
