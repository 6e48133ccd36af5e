using AkkaWs.Primitives;

namespace AkkaWs.Errors;

/// <summary>
/// The base of every error that a connection reports. It names the connection and, where one failed, the command. What it says is fit for a log: one line of
/// bounded length. An inner exception that says anything else is replaced by one that names its type and shows its words escaped.
/// </summary>
public abstract class WebSocketClientException : Exception
{
    private object? _command;

    private protected WebSocketClientException(string connection, string message, Exception? inner = null)
        : base(OutsideText.Line($"Connection '{connection}': {message}", OutsideText.MostShown), OutsideText.Cause(inner)) => Connection = connection;

    /// <summary>The name of the connection.</summary>
    public string Connection { get; }

    /// <summary>The command that was rejected or failed, for a caller that sent it as a message; null where none was involved.</summary>
    public object? Command { get => _command; init => _command = value; }

    /// <summary>Names the command of an error that was made without it.</summary>
    internal void Concern(object command) => _command = command;
}
