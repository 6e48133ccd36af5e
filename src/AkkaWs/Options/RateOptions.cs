namespace AkkaWs.Options;

/// <summary>
/// How often something may happen: a token bucket that admits at most <c>Burst + Limit · t / Interval</c> in any stretch of time t.
/// </summary>
/// <remarks>
/// A venue that counts in windows may see <see cref="Burst"/> more than <see cref="Limit"/> in one of them: keep their sum within the venue's figure.
/// </remarks>
public sealed record RateOptions
{
    /// <summary>How many per <see cref="Interval"/>; null: any number. Default: null, off.</summary>
    public int? Limit { get; init; }

    /// <summary>The stretch of time that <see cref="Limit"/> is for. Default: 1 s.</summary>
    public TimeSpan Interval { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>How many may follow each other at once after a rest. Default: 1, evenly spaced.</summary>
    public int Burst { get; init; } = 1;

    /// <summary>How many of the burst only cancels, pings and logins may use, less than <see cref="Burst"/>. Default: 0.</summary>
    public int Reserve { get; init; }

    /// <summary>
    /// How many may wait for their turn; one more is rejected. Cancels, pings and logins have as many places of their own, so that a cancel finds one
    /// where everything else has to be rejected. Default: 1,024.
    /// </summary>
    public int MaxWaiting { get; init; } = 1_024;
}

/// <summary>What a venue limits. All off by default.</summary>
public sealed record RateLimitOptions
{
    /// <summary>Messages sent over this connection, by their <c>MessagePriority</c>: cancels, pings and logins pass first, then orders, subscriptions, the rest;
    /// without those that have a limit of their own. The count goes on across reconnects. Answers to the server's pings, and closes, are never held up and not
    /// counted.</summary>
    public RateOptions Outgoing { get; init; } = new();

    /// <summary>
    /// Messages about subscriptions, where the venue limits those by themselves: they subscribe, unsubscribe or log in, or are sent with
    /// <c>MessagePriority.Subscribe</c>. They do not count as <see cref="Outgoing"/> then. The count goes on across reconnects and over both
    /// connections of a rotation, unless <see cref="SubscriptionsPerConnection"/> says otherwise. Only logins may use its reserve: keep some, or a login
    /// after a burst waits for its turn, and its time to be answered (<see cref="WebSocketClientOptions.AuthenticationTimeout"/>) begins after that.
    /// </summary>
    public RateOptions Subscriptions { get; init; } = new();

    /// <summary>
    /// Whether the count of <see cref="Subscriptions"/> starts anew with each physical connection, and each of a rotation's two has its own: for venues that
    /// count so, and not by account or address. Default: false, one count for all.
    /// </summary>
    public bool SubscriptionsPerConnection { get; init; }

    /// <summary>
    /// Orders, where the venue limits those by themselves: requests and sends of which <c>ProtocolHandler.IsOrder</c> says that they place, change or
    /// cancel orders. They do not count as <see cref="Outgoing"/> then. The count goes on across reconnects.
    /// </summary>
    public RateOptions Orders { get; init; } = new();

    /// <summary>
    /// Attempts to connect to the host, shared by all connections of an actor system to it. Where their options differ, the strictest hold for all.
    /// </summary>
    public RateOptions ConnectionAttempts { get; init; } = new();
}
