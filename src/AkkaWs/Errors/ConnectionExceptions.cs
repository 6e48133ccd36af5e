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
public sealed class ConnectionClosedException(string connection, CloseReason reason)
    : WebSocketClientException(connection, $"is closed ({reason.Description})")
{
    /// <summary>Why it closed.</summary>
    public CloseReason Reason { get; } = reason;
}

/// <summary>All attempts to reconnect were used up; the last cause is <see cref="Reason"/>.</summary>
public sealed class MaxReconnectAttemptsException(string connection, int attempts, CloseReason reason)
    : WebSocketClientException(connection, $"gave up after {attempts} attempts to reconnect: {reason.Description}")
{
    /// <summary>How many attempts were made in a row.</summary>
    public int Attempts { get; } = attempts;

    /// <summary>Why the last one failed.</summary>
    public CloseReason Reason { get; } = reason;
}

/// <summary>A connection of this name is open already. Names are unique per actor system; close the other one or choose another name.</summary>
public sealed class ConnectionNameInUseException(string connection)
    : WebSocketClientException(connection, "a connection of this name is open already; choose another name or close that one");

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
