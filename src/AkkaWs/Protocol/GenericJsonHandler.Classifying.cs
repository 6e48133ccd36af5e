using System.Text.Json;

namespace AkkaWs.Protocol;

// What arrives: which kind of message it is, by one pass over its bytes, and its key.
public partial class GenericJsonHandler
{
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
}
