using System.Text;
using AkkaWs.Primitives;
using AkkaWs.Protocol;

namespace AkkaWs.Testing;

/// <summary>What a handler made of one received message: all that a connection would have asked it.</summary>
public sealed record FedMessage
{
    internal FedMessage(ReadOnlyMemory<byte> payload) => Payload = payload;

    /// <summary>The message, decoded where it was binary.</summary>
    public ReadOnlyMemory<byte> Payload { get; }

    /// <summary>What it is.</summary>
    public MessageKind Kind { get; init; }

    /// <summary>An update's topic; null for other kinds, and where it is not known yet.</summary>
    public Topic? Topic { get; init; }

    /// <summary>A response's request.</summary>
    public RequestId? RequestId { get; init; }

    /// <summary>An update's sequence number, the venue's.</summary>
    public long? Sequence { get; init; }

    /// <summary>What a response says.</summary>
    public ResponseVerdict? Response { get; init; }

    /// <summary>What a control message, or the response to a subscribe message, says about subscriptions.</summary>
    public Acknowledgement? Acknowledgement { get; init; }

    /// <summary>What a system message, or a response to no request, says about a login.</summary>
    public AuthenticationVerdict Authentication { get; init; }

    /// <summary>Whether it answers the handler's ping.</summary>
    public bool IsPong { get; init; }

    /// <summary>Whether it is the server's ping, which <see cref="Answer"/> answers.</summary>
    public bool IsServerPing { get; init; }

    /// <summary>Whether the handler wants a new connection because of it.</summary>
    public bool AsksForReconnect { get; init; }

    /// <summary>What goes back to the server: a pong, or the answer to a question; null for nothing.</summary>
    public OutboundMessage? Answer { get; init; }

    /// <summary>What it taught about the server's name of a subscription.</summary>
    public LearnedTopic? Learned { get; init; }

    /// <summary>The messages of a batch.</summary>
    public IReadOnlyList<FedMessage> Parts { get; init; } = [];

    /// <summary>The message as text, and what it is.</summary>
    public override string ToString() => $"{Kind}{(Topic is { } topic ? $" of {topic}" : "")}{(RequestId is { } id ? $" to {id}" : "")}: {Encoding.UTF8.GetString(Payload.Span)}";
}
