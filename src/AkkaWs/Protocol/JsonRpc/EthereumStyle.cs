using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.Json;
using AkkaWs.Primitives;

namespace AkkaWs.Protocol.JsonRpc;

/// <summary>
/// Ethereum's: one <c>eth_subscribe</c> a topic, whose result is the server's name of the subscription; pushes are notifications
/// <c>eth_subscription</c> with that name. A push that comes before its response waits for it.
/// </summary>
/// <remarks>
/// A topic is the subscription's kind, or kind and filter: <c>newHeads</c>, <c>logs:{"address":"0x…"}</c>. Source:
/// https://geth.ethereum.org/docs/interacting-with-geth/rpc/pubsub.
/// </remarks>
/// <param name="prefix">The namespace of the methods: <c>eth</c>, or another chain's.</param>
public sealed class EthereumStyle(string prefix = "eth") : JsonRpcStyle
{
    private const int MaxUnanswered = 65_536;

    private readonly byte[] _push = Encoding.UTF8.GetBytes(prefix + "_subscription");
    private readonly ConcurrentDictionary<RequestId, Topic> _asked = new();
    private readonly Queue<RequestId> _inOrder = new();
    private readonly Dictionary<RequestId, Topic> _waiting = [];
    private readonly Dictionary<Topic, string> _names = [];

    /// <summary>1: a call names one subscription.</summary>
    public override int MaxTopicsPerMessage => 1;

    /// <inheritdoc/>
    public override Classification Classify(JsonRpcMessage message) =>
        message.IsNotification && message.MethodIs(_push) ? UpdateOf(message, "subscription"u8) : Classification.Unknown;

    /// <summary>The server's names mean nothing by themselves: the topic is known once <see cref="TryLearn"/> told.</summary>
    public override Topic TopicOf(ReadOnlySpan<byte> key) => default;

    /// <inheritdoc/>
    public override JsonRpcRequest Subscribe(IReadOnlyList<Topic> topics, RequestId id)
    {
        ArgumentNullException.ThrowIfNull(topics);
        // What a lost connection never answered is forgotten here.
        while (_inOrder.Count >= MaxUnanswered && _inOrder.TryDequeue(out var oldest))
        {
            _asked.TryRemove(oldest, out _);
            _waiting.Remove(oldest);
        }

        _inOrder.Enqueue(id);
        _asked[id] = _waiting[id] = topics[0];
        return new JsonRpcRequest(prefix + "_subscribe", Parameters(topics[0].Value));
    }

    /// <inheritdoc/>
    public override JsonRpcRequest Unsubscribe(IReadOnlyList<Topic> topics, RequestId id)
    {
        ArgumentNullException.ThrowIfNull(topics);
        // Without an answer there was no name; the server then refuses, and nothing is subscribed either way.
        _names.Remove(topics[0], out var name);
        return new JsonRpcRequest(prefix + "_unsubscribe", new[] { name ?? "0x0" });
    }

    /// <inheritdoc/>
    public override Acknowledgement ReadResult(RequestId id, ReadOnlySpan<byte> result)
    {
        if (_waiting.Remove(id, out var topic) && NameOf(result) is { } name)
            _names[topic] = name;
        return new Acknowledgement { RequestId = id };
    }

    /// <inheritdoc/>
    public override bool TryLearn(JsonRpcMessage message, [NotNullWhen(true)] out LearnedTopic? learned)
    {
        learned = null;
        if (_asked.IsEmpty || !message.IsResponse || !_asked.TryRemove(JsonRpcId.Of(message.Id.TextOf(message.Json)), out var topic))
            return false;
        var name = message.Result;
        if (name.Kind is JsonValueKind.String or JsonValueKind.Number && name.TextLength > 0)
            learned = new LearnedTopic(name.TextOf(message.Json).ToArray(), topic);
        return learned is not null;
    }

    private static string? NameOf(ReadOnlySpan<byte> result) =>
        result is [(byte)'"', .. var text, (byte)'"'] ? JsonSlice.Unescape(text) : null;

    private static object[] Parameters(string topic)
    {
        var colon = topic.IndexOf(':', StringComparison.Ordinal);
        if (colon < 0)
            return [topic];
        try
        {
            return [topic[..colon], JsonElement.Parse(topic.AsSpan(colon + 1))];
        }
        catch (JsonException)
        {
            // A kind with a colon in it, and no filter.
            return [topic];
        }
    }
}
