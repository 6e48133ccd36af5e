namespace AkkaWs.Options;

/// <summary>Bounds and deadlines of subscriptions.</summary>
public sealed record SubscriptionOptions
{
    /// <summary>How many updates a subscription may hold back where its overflow policy counts them. Default: 1,024.</summary>
    public int BufferCapacity { get; init; } = 1_024;

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
    /// How long one subscription may hold up the reading of the whole connection; then it fails, the rest flows on. Null: for ever. It shows
    /// after a quarter of it at the latest. Default: 5 s.
    /// </summary>
    public TimeSpan? MaxStall { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// How old the last update of any topic may be before it counts as stale, where its subscribers do not say so themselves
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
