using Akka.Actor;
using AkkaWs.Primitives;

namespace AkkaWs.Messages;

/// <summary>
/// Adds <paramref name="Subscriber"/> to the topics' subscribers. Replies <see cref="Subscribed"/>, or <c>Status.Failure</c> with a
/// <c>SubscriptionFailedException</c>. The subscriber is death-watched and then gets <see cref="TopicUpdate"/>s and the markers of
/// <see cref="TopicMessage"/>.
/// </summary>
/// <param name="Topics">The topics, at least one; <see cref="Topic.Everything"/> for every message of the connection.</param>
/// <param name="Subscriber">Who gets the updates: never an <c>Ask</c>'s temporary reference.</param>
/// <param name="Batched">Whether it wants the updates of one read as one <see cref="TopicUpdates"/> instead of one by one.</param>
public sealed record Subscribe(IReadOnlyList<Topic> Topics, IActorRef Subscriber, bool Batched = false)
{
    /// <summary>
    /// Whether the topics are asked for ahead of others, above all after a reconnect. Holds until their last subscriber leaves. Default: false.
    /// </summary>
    public bool Critical { get; init; }

    /// <summary>
    /// What the subscriber asks for beyond updates. Null: nothing; what it does not work off then waits in its mailbox, without a bound. An overflow
    /// policy takes effect together with <see cref="SubscribeOptions.Window"/>. Default: null.
    /// </summary>
    public SubscribeOptions? Options { get; init; }

    /// <summary>The first topics and the subscriber.</summary>
    public override string ToString() => $"Subscribe {{ {Readable.List(Topics)} for {Subscriber} }}";
}

/// <summary>Removes <paramref name="Subscriber"/> from the topics' subscribers; the last one to leave unsubscribes on the wire. Replies <see cref="Unsubscribed"/>.</summary>
/// <param name="Topics">The topics.</param>
/// <param name="Subscriber">Who leaves.</param>
public sealed record Unsubscribe(IReadOnlyList<Topic> Topics, IActorRef Subscriber)
{
    /// <summary>The first topics and the subscriber.</summary>
    public override string ToString() => $"Unsubscribe {{ {Readable.List(Topics)} for {Subscriber} }}";
}

/// <summary>
/// Sends a request and awaits its response. Replies <see cref="Response"/>, or <c>Status.Failure</c> with the typed outcome, exactly one. Its own
/// <see cref="Timeout"/> should be shorter than the <c>Ask</c>'s, which knows nothing of the outcome.
/// </summary>
/// <param name="Payload">The message; the protocol handler writes the id into it.</param>
/// <example><code>
/// var request = new Request(payload) { Timeout = TimeSpan.FromSeconds(5), Priority = MessagePriority.Cancel };
/// var response = await connection.Ask&lt;Response&gt;(request, TimeSpan.FromSeconds(6)); // throws the typed outcome if it is none
/// </code></example>
public sealed record Request(ReadOnlyMemory<byte> Payload)
{
    /// <summary>
    /// The id to use; null: the protocol handler makes one. An id already in use on the physical connection, be it another request's, a subscribe message's
    /// or the handler's own, is refused (<c>NotSentException</c>), and so is that of a request which ended without its answer while that may still
    /// come: on the same physical connection, within 5 min or ten times the default request timeout, whichever is longer. Default: null.
    /// </summary>
    public RequestId? Id { get; init; }

    /// <summary>How long to wait, queueing included; null: <c>RequestOptions.Timeout</c>.</summary>
    public TimeSpan? Timeout { get; init; }

    /// <summary>What happens while the connection is not Ready. Default: <see cref="WhenNotReady.FailFast"/>.</summary>
    public WhenNotReady WhenNotReady { get; init; }

    /// <summary>Whom it passes where messages wait to be written. Default: <see cref="MessagePriority.Order"/>.</summary>
    public MessagePriority Priority { get; init; } = MessagePriority.Order;

    /// <summary>
    /// Whether it is written once more, the same bytes with the same id, where the connection was lost after it was written and before it was
    /// answered: as soon as the connection is Ready again, in its turn among what waits, and only before its first deadline. For requests that the
    /// venue may see twice: queries, cancels, orders that it tells apart by a client order id; a timestamp or signature in the bytes is that of the
    /// first write. Never after a close. Default: false, the outcome is <c>SentOutcomeUnknownException</c> at once.
    /// </summary>
    public bool RetryAfterReconnect { get; init; }

    /// <summary>
    /// The trace that it belongs to, as the header <c>traceparent</c> of W3C Trace Context; null: none. <c>WebSocketClient</c> takes the caller's
    /// current activity. Default: null.
    /// </summary>
    public string? TraceParent { get; init; }

    /// <summary>The header <c>tracestate</c> that goes with <see cref="TraceParent"/>. Default: null.</summary>
    public string? TraceState { get; init; }

    /// <summary>The id and the length; never the payload.</summary>
    public override string ToString() => $"Request {{ {(Id is { } id ? $"Id = {id}, " : "")}{Payload.Length} bytes }}";
}

/// <summary>Withdraws a request. One that is not yet written never will be; its caller gets a <c>RequestCancelledException</c>.</summary>
/// <param name="Id">The request's id.</param>
public sealed record CancelRequest(RequestId Id);

/// <summary>Sends a message as it is. Replies <see cref="Sent"/> once the bytes were handed to the transport, or <c>Status.Failure</c>.</summary>
/// <param name="Payload">The message; UTF-8 for text.</param>
/// <param name="IsBinary">Whether it travels as a binary message.</param>
public sealed record Send(ReadOnlyMemory<byte> Payload, bool IsBinary = false)
{
    /// <summary>
    /// What happens while the connection is not Ready. Default: <see cref="WhenNotReady.FailFast"/>. As long as it may wait for that, it may wait at
    /// the gate of <c>RateLimitOptions.Outgoing</c>; one that may not, for <c>QueueOptions.DefaultTtl</c>.
    /// </summary>
    public WhenNotReady WhenNotReady { get; init; }

    /// <summary>Whom it passes where messages wait to be written. Default: <see cref="MessagePriority.Rest"/>.</summary>
    public MessagePriority Priority { get; init; }

    /// <summary>Kind and length; never the payload.</summary>
    public override string ToString() => $"Send {{ {(IsBinary ? "binary" : "text")}, {Payload.Length} bytes }}";
}

/// <summary>Closes the connection for good, in every state at once. Replies <see cref="ConnectionClosed"/> when it is closed.</summary>
public sealed record Close
{
    private Close()
    {
    }

    /// <summary>The command.</summary>
    public static Close Instance { get; } = new();
}

/// <summary>
/// Replaces the physical connection now, as <c>RotationOptions</c> describes. Replies <see cref="Rotated"/> when the old one is closed, or
/// <c>Status.Failure</c> with a <c>RotationFailedException</c>: then the old one is in use still. While a rotation is under way, its end is the reply.
/// </summary>
public sealed record Rotate
{
    private Rotate()
    {
    }

    /// <summary>The command.</summary>
    public static Rotate Instance { get; } = new();
}

/// <summary>Asks for a <see cref="ConnectionStatus"/>.</summary>
public sealed record GetStatus
{
    private GetStatus()
    {
    }

    /// <summary>The query.</summary>
    public static GetStatus Instance { get; } = new();
}

/// <summary>Asks for <see cref="ConnectionMetrics"/>.</summary>
public sealed record GetMetrics
{
    private GetMetrics()
    {
    }

    /// <summary>The query.</summary>
    public static GetMetrics Instance { get; } = new();
}

/// <summary>Asks for <see cref="ConnectionTopics"/>.</summary>
public sealed record GetTopics
{
    private GetTopics()
    {
    }

    /// <summary>The query.</summary>
    public static GetTopics Instance { get; } = new();
}

/// <summary>Sends the connection's <see cref="ConnectionEvent"/>s to <paramref name="Watcher"/> until it stops or unwatches. They are on the EventStream too.</summary>
/// <param name="Watcher">Who gets them; the current state is told at once.</param>
public sealed record WatchConnection(IActorRef Watcher);

/// <summary>Ends <see cref="WatchConnection"/>.</summary>
/// <param name="Watcher">Who no longer wants the events.</param>
public sealed record UnwatchConnection(IActorRef Watcher);
