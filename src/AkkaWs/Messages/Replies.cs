using AkkaWs.Errors;
using AkkaWs.Primitives;
using AkkaWs.Protocol;

namespace AkkaWs.Messages;

/// <summary>All topics of a <see cref="Subscribe"/> are confirmed (or the venue does not confirm): what the server sends from now on reaches the subscriber.</summary>
/// <param name="Topics">The topics.</param>
public sealed record Subscribed(IReadOnlyList<Topic> Topics)
{
    /// <summary>The first topics.</summary>
    public override string ToString() => $"Subscribed {{ {Readable.List(Topics)} }}";
}

/// <summary>The subscriber left the topics.</summary>
/// <param name="Topics">The topics.</param>
public sealed record Unsubscribed(IReadOnlyList<Topic> Topics)
{
    /// <summary>The first topics.</summary>
    public override string ToString() => $"Unsubscribed {{ {Readable.List(Topics)} }}";
}

/// <summary>The response to a <see cref="Request"/>.</summary>
/// <param name="Id">The request's id.</param>
/// <param name="Result">What the protocol handler cut out of the message as its result: a slice that keeps the received buffer alive.</param>
public sealed record Response(RequestId Id, ReadOnlyMemory<byte> Result)
{
    /// <summary>Reads the message that it was cut out of; null: nobody does.</summary>
    internal ProtocolHandler? Handler { get; init; }

    /// <summary>That message.</summary>
    internal ReadOnlyMemory<byte> Message { get; init; }

    /// <summary>The result as an error may quote it.</summary>
    internal string Excerpt => Redactor.Excerpt(Result.Span, Handler?.Hides(Message.Span) == true);

    /// <summary>By id and result: the same slice of the same buffer.</summary>
    public bool Equals(Response? other) => other is not null && Id == other.Id && Result.Equals(other.Result);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Id, Result);

    /// <summary>The id and the length; never the payload.</summary>
    public override string ToString() => $"Response {{ Id = {Id}, {Result.Length} bytes }}";
}

/// <summary>A <see cref="Send"/> was handed to the transport.</summary>
public sealed record Sent
{
    private Sent()
    {
    }

    /// <summary>The reply.</summary>
    public static Sent Instance { get; } = new();
}

/// <summary>How well a connection serves its callers.</summary>
public enum ConnectionHealth
{
    /// <summary>It serves.</summary>
    Healthy = 0,

    /// <summary>It serves in part, and works on it: not Ready, a topic is not confirmed or stale, or reading pauses for a slow subscriber.</summary>
    Degraded,

    /// <summary>It is closed for good, or not Ready for a reason that looks permanent.</summary>
    Unhealthy,
}

/// <summary>How a connection is.</summary>
/// <param name="Connection">Its name.</param>
/// <param name="State">Its state.</param>
/// <param name="Epoch">The number of its physical connection.</param>
/// <param name="Since">When it entered the state.</param>
public sealed record ConnectionStatus(string Connection, ConnectionState State, Epoch Epoch, DateTimeOffset Since)
{
    /// <summary>The attempt to reconnect that is under way, from 1; 0 if none.</summary>
    public int Attempt { get; init; }

    /// <summary>
    /// Set while the attempt waits for its turn at the host's gate (<c>RateLimitOptions.ConnectionAttempts</c>): how many others were ahead when
    /// it began to wait. Null: it does not wait.
    /// </summary>
    public int? AttemptsAhead { get; init; }

    /// <summary>Why the last physical connection ended; null before the first loss.</summary>
    public CloseReason? LastReason { get; init; }

    /// <summary>How many times Ready was reached again after a loss.</summary>
    public long Reconnects { get; init; }

    /// <summary>How many times the physical connection was replaced as planned.</summary>
    public long Rotations { get; init; }

    /// <summary>When it will be replaced next; null: not planned, or under way.</summary>
    public DateTimeOffset? NextRotation { get; init; }

    /// <summary>Messages received since the connection was opened.</summary>
    public long MessagesReceived { get; init; }

    /// <summary>Payload bytes received since the connection was opened.</summary>
    public long BytesReceived { get; init; }

    /// <summary>How long ago the last message came, by the physical connection in charge or an earlier one; null before the first.</summary>
    public TimeSpan? LastMessageAge { get; init; }

    /// <summary>Messages that the protocol handler did not recognise, or failed on.</summary>
    public long UnknownMessages { get; init; }

    /// <summary>Updates of topics that nobody subscribes.</summary>
    public long UnroutedUpdates { get; init; }

    /// <summary>Updates that subscribers' overflow policies dropped (see <see cref="OverflowPolicy"/>).</summary>
    public long DroppedUpdates { get; init; }

    /// <summary>Subscriptions that ended because their subscriber was too slow.</summary>
    public long LaggedSubscriptions { get; init; }

    /// <summary>Payloads that typed subscriptions could not read.</summary>
    public long BadPayloads { get; init; }

    /// <summary>How often the user code of callback subscriptions threw.</summary>
    public long CallbackErrors { get; init; }

    /// <summary>Holes in the venue's numbers that were told to a subscriber.</summary>
    public long Gaps { get; init; }

    /// <summary>Topics that are stale at this moment, by a subscriber's age or the connection's.</summary>
    public int StaleTopics { get; init; }

    /// <summary>Whether reading pauses at this moment because subscribers have not worked off what was received.</summary>
    public bool IsStalled { get; init; }

    /// <summary>
    /// Updates that wait unread for streams, channels, callbacks and actors with a window, beside what those have taken. What is in the mailboxes of other
    /// actors is not known.
    /// </summary>
    public long UnreadUpdates { get; init; }

    /// <summary>Their payload, in bytes.</summary>
    public long UnreadBytes { get; init; }

    /// <summary>How long ago the oldest of them was read from the socket; zero if none waits.</summary>
    public TimeSpan OldestUnread { get; init; }

    /// <summary>The first 20 subscriptions with unread updates, the one furthest behind first.</summary>
    public IReadOnlyList<SubscriptionBacklog> Backlogs { get; init; } = [];

    /// <summary>
    /// The first 20 actors that are told without a bound (<c>SubscribeOptions.Window</c>), the one with the fullest mailbox first; those whose mailbox cannot
    /// be counted, because they are elsewhere, last.
    /// </summary>
    public IReadOnlyList<SubscriberMailbox> Mailboxes { get; init; } = [];

    /// <summary>How many of them were reported as <see cref="MailboxFilled"/> and have not come down to 50,000 messages since.</summary>
    public int FullMailboxes { get; init; }

    /// <summary>How many wanted topics were reported as <see cref="TopicUnconfirmed"/> and are still not confirmed by the server.</summary>
    public int UnconfirmedTopics { get; init; }

    /// <summary>The first 20 of them, those that wait longest first, with since when and why.</summary>
    public IReadOnlyList<UnconfirmedTopic> Unconfirmed { get; init; } = [];

    /// <summary>Whether it is not Ready for a reason that looks permanent: see <see cref="RetryingSlowly"/>.</summary>
    public bool IsRetryingSlowly { get; init; }

    /// <summary>Healthy: Ready, reading, every topic confirmed, none stale, no mailbox full; unhealthy: closed for good, or retrying slowly; degraded: anything between.</summary>
    public ConnectionHealth Health => State == ConnectionState.Closed || IsRetryingSlowly ? ConnectionHealth.Unhealthy
        : State == ConnectionState.Ready && !IsStalled && StaleTopics == 0 && UnconfirmedTopics == 0 && FullMailboxes == 0 ? ConnectionHealth.Healthy
        : ConnectionHealth.Degraded;

    /// <summary>Updates that came by both of two overlapping connections, and were delivered once.</summary>
    public long DuplicateUpdates { get; init; }

    /// <summary>Responses that came after their request had ended (late, or a second time) or that answer no request of this connection; dropped.</summary>
    public long LateResponses { get; init; }

    /// <summary>Requests in flight.</summary>
    public int PendingRequests { get; init; }

    /// <summary>Commands waiting for Ready.</summary>
    public int QueuedCommands { get; init; }

    /// <summary>
    /// Messages waiting for their turn by <c>RateLimitOptions.Outgoing</c>, beside <see cref="QueuedCommands"/> and topics that are not asked for yet.
    /// </summary>
    public int ThrottledMessages { get; init; }

    /// <summary>How long until the next of them may pass; null if none waits.</summary>
    public TimeSpan? ThrottleDelay { get; init; }

    /// <summary>Messages that found too many waiting already, and failed with <c>CapacityExceededException</c>.</summary>
    public long ThrottleRejections { get; init; }

    /// <summary>From the last ping that could be matched with its pong to that pong; null before the first of this physical connection.</summary>
    public TimeSpan? LastRoundTrip { get; init; }

    /// <summary>The smoothed round-trip time: a new one has an eighth of the weight (RFC 6298, section 2); null before the first.</summary>
    public TimeSpan? SmoothedRoundTrip { get; init; }

    /// <summary>How many pongs in a row are missing.</summary>
    public int MissedPongs { get; init; }

    /// <summary>Topics wanted by subscribers.</summary>
    public int DesiredTopics { get; init; }

    /// <summary>Topics confirmed by the server on this physical connection.</summary>
    public int ConfirmedTopics { get; init; }

    /// <summary>What an operator asks first, in one line: health, state, topics, messages, losses.</summary>
    public override string ToString()
    {
        var text = $"{Connection}: {Health}, {State} since {Since.UtcDateTime:yyyy-MM-dd HH:mm:ss}Z, epoch {Epoch}";
        if (Attempt > 0)
            text += $", attempt {Attempt}";
        text += $", {ConfirmedTopics} of {Readable.Count(DesiredTopics, "topic")} confirmed";
        if (StaleTopics > 0)
            text += $" ({StaleTopics} stale)";
        if (IsStalled)
            text += ", reading paused for a slow subscriber";
        if (FullMailboxes > 0)
            text += $", {Readable.Count(FullMailboxes, "subscriber")} with 100,000 messages unread";
        text += $", {Readable.Count(MessagesReceived, "message")}";
        if (LastMessageAge is { } age)
            text += $" (the last {Readable.Duration(age)} ago)";
        text += $", {Readable.Count(Reconnects, "reconnect")}";
        return LastReason is { } reason ? $"{text}, last loss: {reason}" : text;
    }
}

/// <summary>How far a subscription is behind.</summary>
/// <param name="Topics">Its topics.</param>
/// <param name="Updates">How many updates wait unread.</param>
/// <param name="Bytes">Their payload.</param>
/// <param name="Age">How long ago the oldest of them was read from the socket.</param>
public sealed record SubscriptionBacklog(IReadOnlyList<Topic> Topics, long Updates, long Bytes, TimeSpan Age)
{
    /// <summary>The first topics, how much is unread, and since when.</summary>
    public override string ToString() =>
        $"{Readable.List(Topics)}: {Readable.Count(Updates, "update")} ({Readable.Size(Bytes)}) unread, the oldest for {Readable.Duration(Age)}";
}

/// <summary>What waits in the mailbox of an actor that is told its updates without a bound.</summary>
/// <param name="Subscriber">The actor's path.</param>
/// <param name="Topic">One of its topics.</param>
/// <param name="Messages">How many messages, from anybody; null: not measured, because the actor is not of this process.</param>
public sealed record SubscriberMailbox(string Subscriber, Topic Topic, long? Messages)
{
    /// <summary>The actor and how much waits.</summary>
    public override string ToString() => $"{Subscriber} ({Topic}): {(Messages is { } count ? Readable.Count(count, "message") : "not measured")}";
}

/// <summary>A topic that subscribers want and the server has not confirmed.</summary>
/// <param name="Topic">The topic.</param>
/// <param name="Since">Since when it has been missing.</param>
/// <param name="Cause">Why, in the server's words where it gave any.</param>
public sealed record UnconfirmedTopic(Topic Topic, DateTimeOffset Since, string Cause)
{
    /// <summary>Why, in the server's words where it gave any: one line of at most 1,024 characters.</summary>
    public string Cause { get; init => field = OutsideText.Line(value); } = OutsideText.Line(Cause);

    /// <summary>The topic, since when and why.</summary>
    public override string ToString() => $"{Topic} not confirmed since {Since:O}: {Readable.Shorten(Cause)}";
}
