using System.Buffers.Text;
using System.Text;
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
public partial class GenericJsonHandler : ProtocolHandler
{
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

    /// <summary>Those with the operation of a login, sent or received.</summary>
    public override bool IsSensitive(ReadOnlySpan<byte> message) => new GenericJsonMessage(message, _vocabulary) is { IsObject: true, IsAuthentication: true };

    /// <inheritdoc/>
    public override ResponseVerdict ReadResponse(ReadOnlyMemory<byte> message)
    {
        var read = new GenericJsonMessage(message.Span, _vocabulary);
        if (read.IsRefusal)
            return ResponseVerdict.Error(read.Code, read.Words);
        return ResponseVerdict.Ok(read.Result.Kind == JsonValueKind.Undefined ? message : read.Result.Of(message));
    }

    /// <inheritdoc/>
    public override bool IsPong(ReadOnlySpan<byte> message) =>
        (_vocabulary.PongText is { } text && message.SequenceEqual(text)) || new GenericJsonMessage(message, _vocabulary) is { IsObject: true, IsPong: true };

    /// <inheritdoc/>
    public override bool IsServerPing(ReadOnlySpan<byte> message) =>
        (_vocabulary.PingText is { } text && message.SequenceEqual(text)) || new GenericJsonMessage(message, _vocabulary) is { IsObject: true, IsPing: true };

    /// <summary>
    /// Whether the other speaks by equal options, the same function for its login included. One that derives from this is interchangeable with itself alone, unless it says otherwise.
    /// </summary>
    public override bool IsInterchangeableWith(ProtocolHandler other) =>
        base.IsInterchangeableWith(other)
        || (IsPlain(this) && other is GenericJsonHandler generic && IsPlain(generic) && generic.Options.SpeakAs(Options));

    private static bool IsPlain(GenericJsonHandler handler) => handler.GetType() == typeof(GenericJsonHandler);

    private Topic? TopicIn(ReadOnlySpan<byte> message, in GenericJsonMessage read)
    {
        if (_template is null)
            return read.HasTopic ? new Topic(read.Topic.GetText(message)) : (Topic?)null;
        var key = new byte[message.Length + 256];
        var length = _template.Compose(message, key);
        return length > 0 ? TopicOf(key.AsSpan(0, length)) : (Topic?)null;
    }
}
