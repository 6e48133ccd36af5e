using AkkaWs.Errors;
using AkkaWs.Primitives;
using AkkaWs.Protocol;

namespace AkkaWs.Messages;

/// <summary>What a subscriber gets, in order: updates, and the markers between them.</summary>
public abstract record TopicMessage
{
    private protected TopicMessage(Topic topic) => Topic = topic;

    /// <summary>The topic.</summary>
    public Topic Topic { get; init; }
}

/// <summary>One update of a topic.</summary>
public sealed record TopicUpdate : TopicMessage
{
    // One word less in every update than a long? would take.
    private const long NoSourceSequence = long.MinValue;

    private readonly long _sourceSequence;

    // What all updates of one physical connection have in common, in one word.
    private readonly UpdateOrigin _origin;

    /// <summary>Makes an update.</summary>
    public TopicUpdate(Topic topic, ReadOnlyMemory<byte> payload, Epoch epoch, long sequence, long? sourceSequence, long receivedAt)
        : this(topic, payload, new UpdateOrigin(epoch), sequence, sourceSequence, receivedAt)
    {
    }

    internal TopicUpdate(Topic topic, ReadOnlyMemory<byte> payload, UpdateOrigin origin, long sequence, long? sourceSequence, long receivedAt)
        : base(topic)
    {
        Payload = payload;
        _origin = origin;
        Sequence = sequence;
        SourceSequence = sourceSequence;
        ReceivedAt = receivedAt;
    }

    /// <summary>
    /// The message as received, UTF-8 for text. A slice of the received buffer (up to 64 KiB), which lives as long as the slice:
    /// keep <see cref="Detach"/> instead of the update.
    /// </summary>
    public ReadOnlyMemory<byte> Payload { get; init; }

    /// <summary>
    /// Whether it is a snapshot, or a change of what was before, by what the protocol handler knows of the venue; found out when it is asked for, from the
    /// payload, and each time again. Unknown where the venue does not say, and where the handler fails on it.
    /// </summary>
    public UpdateKind Kind
    {
        get => _origin.KindOf(Payload.Span);
        init => _origin = _origin with { Kind = value == UpdateKind.Unknown && _origin.Handler is null ? null : value };
    }

    /// <summary>
    /// What kind of message it is: an update, except where every message of the connection is subscribed to (<see cref="Topic.Everything"/>). There it is read
    /// from the payload when it is asked for, and each time again; unknown where the handler fails on it. Set, it is what was said, as fakes do.
    /// </summary>
    public MessageKind MessageKind
    {
        get => Topic.IsEverything ? _origin.Describe(Payload.Span).Kind : MessageKind.Update;
        init => _origin = _origin with { MessageKind = value };
    }

    /// <summary>
    /// The topic that it is an update of: <see cref="TopicMessage.Topic"/>, except where every message is subscribed to; found out as <see cref="MessageKind"/>
    /// is. Null where it is no update, and where the venue names its topics in earlier messages only (<see cref="ProtocolHandler.TryLearn"/>).
    /// </summary>
    public Topic? MessageTopic
    {
        get => Topic.IsEverything ? _origin.Describe(Payload.Span).Topic : Topic;
        init => _origin = _origin with { MessageTopic = value };
    }

    /// <summary>The physical connection that it came by.</summary>
    public Epoch Epoch
    {
        get => _origin.Epoch;
        init => _origin = _origin with { Epoch = value };
    }

    /// <summary>What it has in common with all updates of its physical connection.</summary>
    internal UpdateOrigin Origin => _origin;

    /// <summary>Ours: counts the topic's updates from 1, without a hole, also across epochs.</summary>
    public long Sequence { get; init; }

    /// <summary>The venue's own number, where the protocol handler knows one.</summary>
    public long? SourceSequence
    {
        get => _sourceSequence == NoSourceSequence ? null : _sourceSequence;
        init => _sourceSequence = value ?? NoSourceSequence;
    }

    /// <summary>When its bytes were read from the socket, in ticks of <see cref="System.Diagnostics.Stopwatch"/>.</summary>
    public long ReceivedAt { get; init; }

    /// <summary>A copy that does not keep the received buffer alive.</summary>
    public TopicUpdate Detach() => this with { Payload = Payload.ToArray() };

    /// <summary>Topic, numbers and length; never the payload.</summary>
    public override string ToString() => $"TopicUpdate {{ {Topic} #{Sequence}, epoch {Epoch}, {Payload.Length} bytes }}";
}

/// <summary>The updates of a topic that came with one read, in order: for subscribers that asked for batches.</summary>
/// <param name="Topic">The topic.</param>
/// <param name="Updates">The updates, at least one.</param>
public sealed record TopicUpdates(Topic Topic, IReadOnlyList<TopicUpdate> Updates) : TopicMessage(Topic)
{
    /// <summary>The topic and how many updates; never the payloads.</summary>
    public override string ToString() => $"TopicUpdates {{ {Topic}, {Readable.Count(Updates.Count, "update")} }}";
}

/// <summary>
/// The connection was lost, the server took the subscription away, or the topic is subscribed again on the same connection: updates may be missing until
/// <see cref="Restored"/>, and none come between.
/// </summary>
/// <param name="Topic">The topic.</param>
/// <param name="Epoch">The physical connection that brought the updates before.</param>
/// <param name="Reason">What has interrupted it; without an error (<see cref="ErrorClass.None"/>) where the topic is subscribed again.</param>
public sealed record Interrupted(Topic Topic, Epoch Epoch, CloseReason Reason) : TopicMessage(Topic);

/// <summary>The topic is subscribed again: what follows comes by the new subscription. It ends an <see cref="Interrupted"/>, an <see cref="Unconfirmed"/>, or the recovery of a <see cref="Gap"/>.</summary>
/// <param name="Topic">The topic.</param>
/// <param name="Epoch">The physical connection of the new subscription.</param>
public sealed record Restored(Topic Topic, Epoch Epoch) : TopicMessage(Topic);

/// <summary>
/// The subscriber was too slow: updates were dropped by its <see cref="OverflowPolicy"/>. It stands where they were missed or, where several
/// topics share a subscription, before the topic's next message.
/// </summary>
/// <param name="Topic">The topic.</param>
/// <param name="Count">How many updates of the topic were dropped since the last time it was told, at least 1.</param>
public sealed record Lagged(Topic Topic, long Count) : TopicMessage(Topic);

/// <summary>
/// By the venue's own numbers, updates are missing before the next one; state that was built from them is wrong until a snapshot or
/// <see cref="Restored"/>. Told where the subscriber asked for it (<c>SubscribeOptions.Gaps</c>) and the protocol handler knows the numbers.
/// </summary>
/// <param name="Topic">The topic.</param>
/// <param name="Expected">The number that was due: one more than the last.</param>
/// <param name="Received">The number that came; below <paramref name="Expected"/> for a step back.</param>
public sealed record Gap(Topic Topic, long Expected, long Received) : TopicMessage(Topic);

/// <summary>No update came for <c>SubscribeOptions.MaxAge</c>, though the topic is subscribed. Told once; the next update ends it.</summary>
/// <param name="Topic">The topic.</param>
/// <param name="MaxAge">How old the last update is, at least.</param>
public sealed record Stale(Topic Topic, TimeSpan MaxAge) : TopicMessage(Topic);

/// <summary>
/// The server has not confirmed the topic, or took its subscription away: no updates come until <see cref="Restored"/>. The topic is asked for again
/// by itself, and stays subscribed until its last subscriber leaves.
/// </summary>
/// <param name="Topic">The topic.</param>
/// <param name="Since">Since when it has been missing.</param>
/// <param name="Cause">Why, in the server's words where it gave any.</param>
public sealed record Unconfirmed(Topic Topic, DateTimeOffset Since, string Cause) : TopicMessage(Topic)
{
    /// <summary>Why, in the server's words where it gave any: one line of at most 1,024 characters.</summary>
    public string Cause { get; init => field = OutsideText.Line(value); } = OutsideText.Line(Cause);
}

/// <summary>The server refused the topic, its connection closed, or the subscriber was too slow (<see cref="ErrorClass.Lagged"/>): no updates will follow.</summary>
/// <param name="Topic">The topic.</param>
/// <param name="Reason">Why.</param>
public sealed record TopicClosed(Topic Topic, CloseReason Reason) : TopicMessage(Topic);
