using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using AkkaWs.Primitives;
using AkkaWs.Protocol;

namespace AkkaWs.Tests.Captures;

/// <summary>Kraken v1: updates are arrays whose first item is a channel's number, which only the acknowledgement explains.</summary>
internal sealed class KrakenProtocol : ProtocolHandler
{
    public override Classification Classify(ReadOnlySpan<byte> message)
    {
        var items = new JsonItemReader(message);
        if (items.Next())
            return items.Value.Kind == JsonValueKind.Number ? Classification.Update(items.Value.Start, items.Value.Length) : Classification.Unknown;
        var happened = Field(message, "event"u8);
        if (happened.Kind != JsonValueKind.String)
            return Classification.Unknown;
        return happened.TextIs(message, "subscriptionStatus"u8) ? Classification.Control : Classification.System;
    }

    public override Topic TopicOf(ReadOnlySpan<byte> key) => default;

    public override bool TryLearn(ReadOnlySpan<byte> message, [NotNullWhen(true)] out LearnedTopic? learned)
    {
        var (number, name, pair) = (Field(message, "channelID"u8), Field(message, "channelName"u8), Field(message, "pair"u8));
        learned = number.Kind == JsonValueKind.Number && name.Kind == JsonValueKind.String && pair.Kind == JsonValueKind.String
            ? new LearnedTopic(number.Of(message).ToArray(), $"{name.GetText(message)}:{pair.GetText(message)}")
            : null;
        return learned is not null;
    }

    public override OutboundMessage BuildSubscribe(IReadOnlyList<Topic> topics, RequestId id) => Command("subscribe", topics, id);

    public override OutboundMessage BuildUnsubscribe(IReadOnlyList<Topic> topics, RequestId id) => Command("unsubscribe", topics, id);

    private static OutboundMessage Command(string command, IReadOnlyList<Topic> topics, RequestId id) => OutboundMessage.Text(JsonSerializer.Serialize(
        new { @event = command, reqid = id, pair = topics.Select(topic => topic.Value.Split(':')[1]), subscription = new { name = topics[0].Value.Split(':')[0] } }));

    private static JsonSlice Field(ReadOnlySpan<byte> message, ReadOnlySpan<byte> name)
    {
        var fields = new JsonFieldReader(message);
        while (fields.Next())
        {
            if (fields.NameIs(name))
                return fields.Value;
        }

        return default;
    }
}
