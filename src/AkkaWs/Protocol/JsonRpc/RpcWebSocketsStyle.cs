using System.Text.Json;
using AkkaWs.Errors;
using AkkaWs.Primitives;

namespace AkkaWs.Protocol.JsonRpc;

/// <summary>
/// That of npm's rpc-websockets: <c>rpc.on</c> and <c>rpc.off</c> with the events as positional parameters, whose result tells of each event; pushes
/// are <c>{"notification":EVENT,"params":[…]}</c>, which is not JSON-RPC.
/// </summary>
/// <remarks>Source: https://github.com/elpheria/rpc-websockets, API.md. That server takes an id of 0 for none; ours start at 1.</remarks>
public sealed class RpcWebSocketsStyle : JsonRpcStyle
{
    /// <inheritdoc/>
    public override Classification Classify(JsonRpcMessage message)
    {
        var fields = new JsonFieldReader(message.Json);
        var found = Classification.Unknown;
        while (fields.Next())
        {
            if (fields.NameIs("notification"u8) && fields.Value.Kind == JsonValueKind.String)
                found = KeyAt(fields.Value, 0);
        }

        return fields.IsComplete ? found : Classification.Unknown;
    }

    /// <inheritdoc/>
    public override JsonRpcRequest Subscribe(IReadOnlyList<Topic> topics, RequestId id) => new("rpc.on", topics);

    /// <inheritdoc/>
    public override JsonRpcRequest Unsubscribe(IReadOnlyList<Topic> topics, RequestId id) => new("rpc.off", topics);

    /// <summary>Each event with its own verdict.</summary>
    public override Acknowledgement ReadResult(RequestId id, ReadOnlySpan<byte> result)
    {
        List<Topic> accepted = [];
        List<TopicFailure> refused = [];
        var fields = new JsonFieldReader(result);
        while (fields.Next())
        {
            var name = JsonSlice.Unescape(fields.Name);
            if (string.IsNullOrWhiteSpace(name) || fields.Value.Kind != JsonValueKind.String)
                continue;
            if (fields.Value.TextIs(result, "ok"u8) || fields.Value.TextIs(result, "socket has already been subscribed to event"u8))
                accepted.Add(name);
            else
                refused.Add(new TopicFailure(name, fields.Value.GetText(result)));
        }

        return new Acknowledgement { RequestId = id, Topics = accepted, Failures = refused, RefusesOthers = "the server's answer does not name it" };
    }
}
