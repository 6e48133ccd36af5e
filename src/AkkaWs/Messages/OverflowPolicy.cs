namespace AkkaWs.Messages;

/// <summary>
/// What happens when a subscriber is slower than its updates. Whatever is dropped is counted (<c>ConnectionStatus.DroppedUpdates</c>) and told
/// in band, by <see cref="Lagged"/>: dropped and delivered together are all that was sent. All but <see cref="Backpressure"/> give the subscription a
/// buffer of its own, so that it costs nobody else anything.
/// </summary>
public enum OverflowPolicy
{
    /// <summary>
    /// Nothing is dropped while the buffer has room; without room the subscription ends: <see cref="Lagged"/>, then an error that names topic, lag and age.
    /// </summary>
    Fail = 0,

    /// <summary>The oldest update that was not delivered gives way: the subscriber sees the newest ones.</summary>
    DropOldest,

    /// <summary>The update that finds no room is dropped: the subscriber sees the stretch it has begun to its end.</summary>
    DropNewest,

    /// <summary>
    /// A newer update takes the place of one with the same key that was not delivered: the protocol handler's <c>ConflationKeyOf</c>, or the
    /// topic. Per key the latest is delivered, and keys do not starve each other; between keys of one topic a newer update may come first.
    /// </summary>
    Conflate,

    /// <summary>
    /// Nothing is dropped: reading pauses, and TCP pushes back on the server. It holds up every other subscriber of the connection too, and the
    /// responses to requests, at most for <c>SubscriptionOptions.MaxStall</c>; then the subscription fails. For a connection of its own.
    /// </summary>
    Backpressure,

    /// <summary>
    /// Nothing is dropped and nothing pauses, as long as there is memory. A warning in the log tells when more waits than a buffer takes by default
    /// (<c>SubscriptionOptions.BufferCapacity</c>, <c>BufferBytes</c>), and again each time that it has doubled.
    /// </summary>
    Unbounded,
}
