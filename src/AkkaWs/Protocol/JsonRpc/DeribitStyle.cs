using System.Text.Json;
using AkkaWs.Primitives;

namespace AkkaWs.Protocol.JsonRpc;

/// <summary>
/// Deribit's: <c>public/subscribe</c> with named parameters, whose result lists the channels that were accepted; pushes are notifications
/// <c>subscription</c> with <c>params.channel</c>. A <c>heartbeat</c> of type <c>test_request</c> is answered with <c>public/test</c>.
/// </summary>
/// <remarks>Source: https://docs.deribit.com, "Subscriptions" and "public/set_heartbeat".</remarks>
/// <param name="scope">
/// <c>public</c>, or <c>private</c>; null: <c>private</c> where a channel is the account's (<c>user.…</c>), which takes the public ones too, else <c>public</c>.
/// </param>
public sealed class DeribitStyle(string? scope = null) : JsonRpcStyle
{
    /// <summary>500, Deribit's limit.</summary>
    public override int MaxTopicsPerMessage => 500;

    /// <inheritdoc/>
    public override string? PongMethod => "public/test";

    /// <inheritdoc/>
    public override Classification Classify(JsonRpcMessage message)
    {
        if (!message.IsNotification)
            return Classification.Unknown;
        return message.MethodIs("subscription"u8) ? UpdateOf(message, "channel"u8)
            : message.MethodIs("heartbeat"u8) ? Classification.System
            : Classification.Unknown;
    }

    /// <inheritdoc/>
    public override JsonRpcRequest Subscribe(IReadOnlyList<Topic> topics, RequestId id) => Call("subscribe", topics);

    /// <inheritdoc/>
    public override JsonRpcRequest Unsubscribe(IReadOnlyList<Topic> topics, RequestId id) => Call("unsubscribe", topics);

    /// <summary>The channels in the result are confirmed, those that it lacks are refused.</summary>
    public override Acknowledgement ReadResult(RequestId id, ReadOnlySpan<byte> result)
    {
        List<Topic> accepted = [];
        var items = new JsonItemReader(result);
        while (items.Next())
        {
            if (items.Value.Kind == JsonValueKind.String && items.Value.GetText(result) is var channel && !string.IsNullOrWhiteSpace(channel))
                accepted.Add(channel);
        }

        return new Acknowledgement { RequestId = id, Topics = accepted, RefusesOthers = "the server's answer does not list it" };
    }

    /// <inheritdoc/>
    public override bool IsServerPing(JsonRpcMessage message)
    {
        if (!message.IsNotification || !message.MethodIs("heartbeat"u8) || message.Params.Kind != JsonValueKind.Object)
            return false;
        var parameters = message.Params.Of(message.Json);
        var fields = new JsonFieldReader(parameters);
        while (fields.Next())
        {
            if (fields.NameIs("type"u8))
                return fields.Value.Kind == JsonValueKind.String && fields.Value.TextIs(parameters, "test_request"u8);
        }

        return false;
    }

    private JsonRpcRequest Call(string verb, IReadOnlyList<Topic> topics) => new($"{scope ?? ScopeOf(topics)}/{verb}", new { channels = topics });

    private static string ScopeOf(IReadOnlyList<Topic> topics) =>
        topics.Any(topic => topic.Value.StartsWith("user.", StringComparison.Ordinal)) ? "private" : "public";
}
