using AkkaWs.Primitives;

namespace AkkaWs.Errors;

/// <summary>The connection could not be made. <see cref="Reason"/> tells why; the inner exception is the transport's.</summary>
public sealed class ConnectionFailedException(string connection, CloseReason reason, Exception? inner = null)
    : WebSocketClientException(connection, $"could not connect: {reason.Description}", inner)
{
    /// <summary>Why.</summary>
    public CloseReason Reason { get; } = reason;
}

/// <summary>The server rejected the login, or it could not be completed. Check the credentials and the clock.</summary>
public sealed class AuthenticationFailedException(string connection, CloseReason reason, Exception? inner = null)
    : WebSocketClientException(connection, $"authentication failed: {reason.Description}", inner)
{
    /// <summary>Why.</summary>
    public CloseReason Reason { get; } = reason;
}

/// <summary>The connection is closed for good (or closing) and takes no more commands. Open a new one.</summary>
public class ConnectionClosedException : WebSocketClientException
{
    /// <summary>A connection that is closed.</summary>
    /// <param name="connection">Its name.</param>
    /// <param name="reason">Why it closed.</param>
    /// <param name="inner">What the transport failed with, if it closed for that.</param>
    public ConnectionClosedException(string connection, CloseReason reason, Exception? inner = null)
        : this(connection, reason, $"is closed ({reason?.Description})", inner)
    {
    }

    private protected ConnectionClosedException(string connection, CloseReason reason, string message, Exception? inner)
        : base(connection, message, inner)
    {
        ArgumentNullException.ThrowIfNull(reason);
        Reason = reason;
    }

    /// <summary>Why it closed.</summary>
    public CloseReason Reason { get; }

    /// <summary>The error that a closed connection's reason stands for.</summary>
    internal static ConnectionClosedException Of(string connection, CloseReason reason, Exception? inner, object? command = null) =>
        reason.GaveUpAfter is { } attempts
            ? new MaxReconnectAttemptsException(connection, attempts, reason, inner) { Command = command }
            : new ConnectionClosedException(connection, reason, inner) { Command = command };
}

/// <summary>
/// The connection is closed for good because all attempts to reconnect were used up, or its circuit opened too often. The last cause is
/// <see cref="ConnectionClosedException.Reason"/>, with its source as the inner exception where there is one.
/// </summary>
public sealed class MaxReconnectAttemptsException : ConnectionClosedException
{
    /// <summary>A connection that was given up.</summary>
    /// <param name="connection">Its name.</param>
    /// <param name="attempts">How many attempts to reconnect were made in a row.</param>
    /// <param name="reason">Why the last one failed.</param>
    /// <param name="inner">What the last one failed with, if known.</param>
    public MaxReconnectAttemptsException(string connection, int attempts, CloseReason reason, Exception? inner = null)
        : base(connection, reason, $"gave up after {attempts} {(attempts == 1 ? "attempt" : "attempts")} to reconnect: {reason?.Description}", inner) => Attempts = attempts;

    /// <summary>How many attempts to reconnect were made in a row.</summary>
    public int Attempts { get; }
}

/// <summary>
/// The connection is not open yet, so it has no actor: a host opens its connections when it starts. Calls of the client wait for it; its actor is
/// had by <c>IRequiredActor&lt;TKey&gt;.GetAsync</c>, or once <c>IWebSocketClientFactory.GetAsync</c> has completed.
/// </summary>
public sealed class ConnectionNotOpenException(string connection)
    : WebSocketClientException(connection, "is not open yet: a host opens its connections when it starts; await IWebSocketClientFactory.GetAsync");

/// <summary>A connection of this name is open already. Names are unique per actor system; close the other one or choose another name.</summary>
public sealed class ConnectionNameInUseException(string connection)
    : WebSocketClientException(connection, "a connection of this name is open already; choose another name or close that one");

/// <summary>
/// A connection of this name is open already, with other settings than requested: see <see cref="Differences"/>. It is left as it is; change it by
/// <c>ReconfigureAsync</c>, close it, or choose another name.
/// </summary>
public sealed class ConnectionDiffersException(string connection, IReadOnlyList<string> differences)
    : WebSocketClientException(connection, $"a connection of this name is open already, and differs in {Name(differences)}")
{
    /// <summary>
    /// The keys of the options that differ, such as <c>reconnect.max-delay</c>; <c>protocol</c> where the handlers are not interchangeable
    /// (<c>ProtocolHandler.IsInterchangeableWith</c>); <c>login</c>, <c>endpoint</c>, <c>transport</c> or <c>reconnect-policy</c> where that is not the same object.
    /// </summary>
    public IReadOnlyList<string> Differences { get; } = differences;

    private static string Name(IReadOnlyList<string> differences)
    {
        ArgumentNullException.ThrowIfNull(differences);
        return Readable.List(differences);
    }
}

/// <summary>The options contradict themselves or are out of range; <see cref="Errors"/> holds every finding.</summary>
public sealed class InvalidOptionsException(string connection, IReadOnlyList<OptionError> errors)
    : WebSocketClientException(connection, "invalid options: " + string.Join("; ", errors))
{
    /// <summary>All findings, at least one.</summary>
    public IReadOnlyList<OptionError> Errors { get; } = errors;
}

/// <summary>One option that is out of range.</summary>
/// <param name="Key">The option's path, such as <c>reconnect.max-delay</c>.</param>
/// <param name="Value">What it was set to; secrets are never shown.</param>
/// <param name="Allowed">What it may be.</param>
public sealed record OptionError(string Key, string Value, string Allowed)
{
    /// <summary>Key, value and what is allowed in one line.</summary>
    public override string ToString() => $"{Key} is {Value}, allowed: {Allowed}";
}
