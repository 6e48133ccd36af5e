using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using AkkaWs.Primitives;

namespace AkkaWs.Protocol.JsonRpc;

/// <summary>
/// How a JSON-RPC venue subscribes, which the specification leaves open: <see cref="DeribitStyle"/>, <see cref="EthereumStyle"/>,
/// <see cref="RpcWebSocketsStyle"/>, or one of your own. An instance may know what it subscribed: it serves one handler.
/// </summary>
/// <remarks>Threads: <see cref="Classify"/>, <see cref="TopicOf"/>, <see cref="TryLearn"/>, <see cref="IsServerPing"/> run on the read loop, all others on the connection's actor.</remarks>
/// <example><code>
/// // subscribes with {"method":"sub","params":{"topics":[…]}}, is pushed {"method":"event","params":{"topic":…}}
/// public sealed class MyStyle : JsonRpcStyle
/// {
///     public override Classification Classify(JsonRpcMessage message) =>
///         message.IsNotification &amp;&amp; message.MethodIs("event"u8) ? UpdateOf(message, "topic"u8) : Classification.Unknown;
///
///     public override JsonRpcRequest Subscribe(IReadOnlyList&lt;Topic> topics, RequestId id) => new("sub", new { topics });
///
///     public override JsonRpcRequest Unsubscribe(IReadOnlyList&lt;Topic> topics, RequestId id) => new("unsub", new { topics });
/// }
/// </code></example>
public abstract class JsonRpcStyle
{
    private int _handlers;

    /// <summary>How many topics one subscribe call may name. Default: 100.</summary>
    public virtual int MaxTopicsPerMessage => 100;

    /// <summary>The method whose call answers <see cref="IsServerPing"/>; null: none. Default: null.</summary>
    public virtual string? PongMethod => null;

    /// <summary>Finds the topic of a push, in a message that is neither a response nor a request of the server's; anything else is <see cref="Classification.Unknown"/>.</summary>
    public abstract Classification Classify(JsonRpcMessage message);

    /// <summary>The call that subscribes.</summary>
    /// <param name="topics">The topics, at least one and at most <see cref="MaxTopicsPerMessage"/>.</param>
    /// <param name="id">The id that the call will have.</param>
    public abstract JsonRpcRequest Subscribe(IReadOnlyList<Topic> topics, RequestId id);

    /// <summary>The call that unsubscribes.</summary>
    /// <inheritdoc cref="Subscribe" path="/param"/>
    public abstract JsonRpcRequest Unsubscribe(IReadOnlyList<Topic> topics, RequestId id);

    /// <summary>Reads the result of a subscribe or unsubscribe call. Default: all its topics are confirmed.</summary>
    /// <param name="id">The call's id.</param>
    /// <param name="result">The member <c>result</c> as it stands.</param>
    public virtual Acknowledgement ReadResult(RequestId id, ReadOnlySpan<byte> result) => new() { RequestId = id };

    /// <summary>Learns from a response what the server's name of a subscription stands for, see <see cref="ProtocolHandler.TryLearn"/>. Default: nothing.</summary>
    /// <param name="message">The response.</param>
    /// <param name="learned">What was learnt.</param>
    public virtual bool TryLearn(JsonRpcMessage message, [NotNullWhen(true)] out LearnedTopic? learned)
    {
        learned = null;
        return false;
    }

    /// <summary>Names the topic that a key stands for; <c>default</c>: not known yet. Default: the key's text.</summary>
    public virtual Topic TopicOf(ReadOnlySpan<byte> key) => new(JsonSlice.Unescape(key));

    /// <summary>Whether a notification asks whether we live. Default: false.</summary>
    public virtual bool IsServerPing(JsonRpcMessage message) => false;

    /// <summary>An update whose topic is this field of the member <c>params</c>; unknown where there is no such text or number.</summary>
    /// <param name="message">A notification.</param>
    /// <param name="field">The field, UTF-8.</param>
    protected static Classification UpdateOf(JsonRpcMessage message, ReadOnlySpan<byte> field)
    {
        var place = message.Params;
        if (place.Kind != JsonValueKind.Object)
            return Classification.Unknown;
        var fields = new JsonFieldReader(place.Of(message.Json));
        while (fields.Next())
        {
            if (fields.NameIs(field))
                return KeyAt(fields.Value, place.Start);
        }

        return Classification.Unknown;
    }

    internal static Classification KeyAt(JsonSlice value, int offset) =>
        value.Kind is JsonValueKind.String or JsonValueKind.Number && value.TextLength > 0
            ? Classification.Update(offset + value.TextStart, value.TextLength)
            : Classification.Unknown;

    /// <summary>Claims the instance for one handler.</summary>
    internal void Attach()
    {
        if (Interlocked.Increment(ref _handlers) > 1)
            throw new InvalidOperationException($"This {GetType().Name} serves another handler already; give each handler one of its own.");
    }
}
