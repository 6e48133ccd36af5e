using AkkaWs.Errors;
using AkkaWs.Primitives;

namespace AkkaWs.Messages;

/// <summary>The states of a connection.</summary>
public enum ConnectionState
{
    /// <summary>Not started yet.</summary>
    Disconnected = 0,

    /// <summary>DNS, TCP, TLS and upgrade are under way.</summary>
    Connecting,

    /// <summary>Upgraded; passed through at once.</summary>
    Connected,

    /// <summary>The login is under way.</summary>
    Authenticating,

    /// <summary>Up: requests, subscriptions and sends flow.</summary>
    Ready,

    /// <summary>Down, waiting for the next attempt.</summary>
    Reconnecting,

    /// <summary>The closing handshake is under way.</summary>
    Closing,

    /// <summary>Ended for good.</summary>
    Closed,
}

/// <summary>Something that happened to a connection: published on the EventStream and to watchers, in order.</summary>
/// <param name="Connection">The connection's name.</param>
/// <param name="Epoch">The number of its physical connection.</param>
public abstract record ConnectionEvent(string Connection, Epoch Epoch);

/// <summary>Every transition, without exception.</summary>
/// <param name="Connection">The connection's name.</param>
/// <param name="Epoch">The number of its physical connection.</param>
/// <param name="From">The state before.</param>
/// <param name="To">The state now.</param>
/// <param name="Reason">Why, where a loss, a failure or a close was the cause.</param>
public sealed record ConnectionStateChanged(string Connection, Epoch Epoch, ConnectionState From, ConnectionState To, CloseReason? Reason)
    : ConnectionEvent(Connection, Epoch);

/// <summary>The socket is upgraded; the login, if any, comes next.</summary>
/// <param name="Connection">The connection's name.</param>
/// <param name="Epoch">The number of its physical connection.</param>
public sealed record Connected(string Connection, Epoch Epoch) : ConnectionEvent(Connection, Epoch);

/// <summary>The server accepted the login, or its renewal.</summary>
/// <param name="Connection">The connection's name.</param>
/// <param name="Epoch">The number of its physical connection.</param>
public sealed record Authenticated(string Connection, Epoch Epoch) : ConnectionEvent(Connection, Epoch);

/// <summary>Up, for the first time or again: requests, subscriptions and sends flow.</summary>
/// <param name="Connection">The connection's name.</param>
/// <param name="Epoch">The number of its physical connection.</param>
public sealed record Ready(string Connection, Epoch Epoch) : ConnectionEvent(Connection, Epoch);

/// <summary>The physical connection ended after its upgrade: lost, dropped, or closed on request.</summary>
/// <param name="Connection">The connection's name.</param>
/// <param name="Epoch">The number of the physical connection.</param>
/// <param name="Reason">How it ended.</param>
public sealed record Disconnected(string Connection, Epoch Epoch, CloseReason Reason) : ConnectionEvent(Connection, Epoch);

/// <summary>Ready was lost. Each topic's subscribers get an <see cref="Interrupted"/> of their own, in order with the updates.</summary>
/// <param name="Connection">The connection's name.</param>
/// <param name="Epoch">The number of the physical connection that was lost.</param>
/// <param name="Reason">How it was lost.</param>
public sealed record ConnectionInterrupted(string Connection, Epoch Epoch, CloseReason Reason) : ConnectionEvent(Connection, Epoch);

/// <summary>Something failed: an attempt, the open connection, or the code that runs it. What follows is told by the next event.</summary>
/// <param name="Connection">The connection's name.</param>
/// <param name="Epoch">The number of the physical connection.</param>
/// <param name="Reason">What failed; its class chooses what follows.</param>
public sealed record ConnectionError(string Connection, Epoch Epoch, CloseReason Reason) : ConnectionEvent(Connection, Epoch)
{
    /// <summary>What kind of failure it was.</summary>
    public ErrorClass Class => Reason.Class;
}

/// <summary>The next attempt to connect is planned.</summary>
/// <param name="Connection">The connection's name.</param>
/// <param name="Epoch">The number of the physical connection that was lost or failed.</param>
/// <param name="Attempt">The attempt's number since the last stable connection, from 1.</param>
/// <param name="Delay">How long until it starts.</param>
/// <param name="Reason">What makes it necessary.</param>
public sealed record Reconnecting(string Connection, Epoch Epoch, int Attempt, TimeSpan Delay, CloseReason Reason) : ConnectionEvent(Connection, Epoch);

/// <summary>
/// The next attempt to connect is planned after an error that looks permanent (certificate, 4xx, login, policy, repeated protocol violations or crashes), or
/// after a server that sent us away for more than 5 minutes: somebody should look. Follows <see cref="Reconnecting"/>.
/// </summary>
/// <param name="Connection">The connection's name.</param>
/// <param name="Epoch">The number of the physical connection that was lost or failed.</param>
/// <param name="Attempt">The attempt's number since the last stable connection, from 1.</param>
/// <param name="NextAttempt">When it starts.</param>
/// <param name="Reason">What looks permanent.</param>
public sealed record RetryingSlowly(string Connection, Epoch Epoch, int Attempt, DateTimeOffset NextAttempt, CloseReason Reason)
    : ConnectionEvent(Connection, Epoch);

/// <summary>Ready again after a loss: authenticated, and every desired topic asked for again.</summary>
/// <param name="Connection">The connection's name.</param>
/// <param name="Epoch">The number of the new physical connection.</param>
/// <param name="Downtime">From the loss to Ready.</param>
public sealed record Reconnected(string Connection, Epoch Epoch, TimeSpan Downtime) : ConnectionEvent(Connection, Epoch);

/// <summary>A topic had no update for the age that one of its subscribers allows, though it is subscribed.</summary>
/// <param name="Connection">The connection's name.</param>
/// <param name="Epoch">The number of its physical connection.</param>
/// <param name="Topic">The topic.</param>
/// <param name="MaxAge">The age.</param>
public sealed record TopicStale(string Connection, Epoch Epoch, Topic Topic, TimeSpan MaxAge) : ConnectionEvent(Connection, Epoch);

/// <summary>
/// A topic that subscribers want is not confirmed: the server refused it after a reconnect, took its subscription away, or has not confirmed it for
/// longer than <c>SubscriptionOptions.ConfirmTimeout</c>. No updates come until it is confirmed; it is asked for again by itself. Published once
/// until then. Its subscribers get an <see cref="Unconfirmed"/>.
/// </summary>
/// <param name="Connection">The connection's name.</param>
/// <param name="Epoch">The number of its physical connection.</param>
/// <param name="Topic">The topic.</param>
/// <param name="Since">Since when it has been missing.</param>
/// <param name="Cause">Why, in the server's words where it gave any.</param>
public sealed record TopicUnconfirmed(string Connection, Epoch Epoch, Topic Topic, DateTimeOffset Since, string Cause) : ConnectionEvent(Connection, Epoch)
{
    /// <summary>Why, in the server's words where it gave any: one line of at most 1,024 characters.</summary>
    public string Cause { get; init => field = OutsideText.Line(value); } = OutsideText.Line(Cause);
}

/// <summary>User code that a subscription calls threw; it is called again with the next message. Told for its 1st, 2nd, 4th, 8th … error.</summary>
/// <param name="Connection">The connection's name.</param>
/// <param name="Epoch">The number of its physical connection.</param>
/// <param name="Topic">The topic of the message.</param>
/// <param name="Error">The type of what it threw; the log has the whole.</param>
/// <param name="Errors">How many times it threw so far.</param>
public sealed record SubscriberFailed(string Connection, Epoch Epoch, Topic Topic, string Error, long Errors) : ConnectionEvent(Connection, Epoch);

/// <summary>
/// Updates took longer from the read to the hand-over to their subscribers than <c>TelemetryOptions.LatencyBudget</c> allows. Told at most once in
/// <c>TelemetryOptions.ReportInterval</c>.
/// </summary>
/// <param name="Connection">The connection's name.</param>
/// <param name="Epoch">The number of its physical connection.</param>
/// <param name="Budget">How long they may take.</param>
/// <param name="Worst">How long those took that were the first to break the budget since the last report.</param>
/// <param name="Violations">How many updates took longer so far, over the connection's life.</param>
public sealed record LatencyBudgetExceeded(string Connection, Epoch Epoch, TimeSpan Budget, TimeSpan Worst, long Violations) : ConnectionEvent(Connection, Epoch);

/// <summary>
/// Reading pauses because a subscriber that asked for <see cref="OverflowPolicy.Backpressure"/> has not worked off what was received: see
/// <c>SubscriptionOptions.MaxStall</c>. Told at once: as soon as what is received waits for more than 100 ms.
/// </summary>
/// <param name="Connection">The connection's name.</param>
/// <param name="Epoch">The number of its physical connection.</param>
public sealed record ReadingStalled(string Connection, Epoch Epoch) : ConnectionEvent(Connection, Epoch)
{
    /// <summary>A topic whose subscriber holds up the reading; null where none could be found.</summary>
    public Topic? Topic { get; init; }
}

/// <summary>
/// 100,000 messages wait in the mailbox of an actor that is told its updates without a bound; told again each time that they have doubled. Health is degraded
/// until half of that waits. An actor that may be slower than its updates asks for a <c>SubscribeOptions.Window</c>.
/// </summary>
/// <param name="Connection">The connection's name.</param>
/// <param name="Epoch">The number of its physical connection.</param>
/// <param name="Subscriber">The actor's path.</param>
/// <param name="Topic">One of its topics.</param>
/// <param name="Messages">How many wait.</param>
public sealed record MailboxFilled(string Connection, Epoch Epoch, string Subscriber, Topic Topic, long Messages) : ConnectionEvent(Connection, Epoch);

/// <summary>Reading goes on after <see cref="ReadingStalled"/>.</summary>
/// <param name="Connection">The connection's name.</param>
/// <param name="Epoch">The number of its physical connection.</param>
public sealed record ReadingResumed(string Connection, Epoch Epoch) : ConnectionEvent(Connection, Epoch);

/// <summary>
/// The physical connection was replaced as planned, and the old one is closed. No subscriber was interrupted. Also the reply to <see cref="Rotate"/>.
/// </summary>
/// <param name="Connection">The connection's name.</param>
/// <param name="Epoch">The number of the new physical connection.</param>
/// <param name="Previous">The number of the one that it replaces.</param>
/// <param name="Overlap">
/// How long both were up. Zero where the venue allows one session only: then the new one came after the old one, and subscribers were interrupted.
/// </param>
public sealed record Rotated(string Connection, Epoch Epoch, Epoch Previous, TimeSpan Overlap) : ConnectionEvent(Connection, Epoch);

/// <summary>The connection ended for good. Also the reply to <see cref="Close"/>.</summary>
/// <param name="Connection">The connection's name.</param>
/// <param name="Epoch">The number of its last physical connection.</param>
/// <param name="Reason">Why; <see cref="CloseReason.IsGraceful"/> if on request.</param>
public sealed record ConnectionClosed(string Connection, Epoch Epoch, CloseReason Reason) : ConnectionEvent(Connection, Epoch);
