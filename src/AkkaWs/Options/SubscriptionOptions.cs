namespace AkkaWs.Options;

/// <summary>Bounds and deadlines of subscriptions.</summary>
public sealed record SubscriptionOptions
{
    /// <summary>
    /// How many updates may wait unread for a subscription, unless it pushes back (<c>OverflowPolicy.Backpressure</c>) or says so itself
    /// (<c>SubscribeOptions.Capacity</c>); then its overflow policy decides. Default: 65,536.
    /// </summary>
    public int BufferCapacity { get; init; } = 65_536;

    /// <summary>
    /// How many bytes of payload may wait unread for a subscription, beside <see cref="BufferCapacity"/>; one update alone may be larger. Default: 32 MiB.
    /// </summary>
    public long BufferBytes { get; init; } = 32 * 1024 * 1024;

    /// <summary>
    /// How many bytes of payload may wait unread for all subscriptions of the connection together, but for those that push back; beyond that the one
    /// furthest behind, by the age of its oldest unread update, ends as if its own buffer were full. Default: 256 MiB.
    /// </summary>
    public long MaxBufferedBytes { get; init; } = 256 * 1024 * 1024;

    /// <summary>How long the server may take to confirm. Default: 10 s.</summary>
    public TimeSpan ConfirmTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How many received batches may be unfinished before reading pauses and TCP pushes back on the server. Default: 16.</summary>
    public int BatchCredits { get; init; } = 16;

    /// <summary>
    /// How long a topic without subscribers stays subscribed on the wire, so that a subscriber which comes straight back costs nothing there. Zero:
    /// not at all. Default: 0.
    /// </summary>
    public TimeSpan UnsubscribeLinger { get; init; }

    /// <summary>
    /// How long one subscription that pushes back (<c>OverflowPolicy.Backpressure</c>) may hold up the reading of the whole connection; then it fails, the
    /// rest flows on. A reader that keeps moving also fails unless it has handled, within this time, all it held when the pause began. Null: for ever. A pause
    /// of more than 100 ms is told. Default: 5 s.
    /// </summary>
    public TimeSpan? MaxStall { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// How long the user code of a callback subscription may take for one message; then that subscription ends with <c>CallbackTimeoutException</c>. Noticed
    /// within a quarter of it more. Null: for ever (HOCON: <c>off</c>). Default: 30 s.
    /// </summary>
    public TimeSpan? CallbackTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// How old the last update of any topic may be before it counts as stale, for the connection and for subscribers without an age of their own
    /// (<c>SubscribeOptions.MaxAge</c>): <c>Stale</c>, <c>TopicStale</c> and degraded health, never a reconnect. Noticed within a half of it more.
    /// Null: as the protocol handler says for the topic (<c>ProtocolHandler.DefaultMaxAgeOf</c>; the venues' handlers: 60 s for tickers and order
    /// books). Zero: never (HOCON: <c>off</c>). Default: null (HOCON: <c>by-handler</c>).
    /// </summary>
    public TimeSpan? MaxAge { get; init; }

    /// <summary>How many distinct topics one connection keeps apart; a message of a further, unknown one is counted and dropped. Default: 65,536.</summary>
    public int MaxTopics { get; init; } = 65_536;

    /// <summary>
    /// How large one subscribe or unsubscribe message may be, in bytes, beside the handler's bounds on its size and its topics; a topic that is too
    /// large alone still goes out. Null: the handler's bound alone (<c>ProtocolHandler.MaxSubscribeBytes</c>). Default: null.
    /// </summary>
    public int? MaxSubscribeBytes { get; init; }
}
