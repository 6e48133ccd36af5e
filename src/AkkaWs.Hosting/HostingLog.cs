using Microsoft.Extensions.Logging;

namespace AkkaWs.Hosting;

/// <summary>What the host's side of AkkaWs logs.</summary>
internal static partial class HostingLog
{
    [LoggerMessage(7001, LogLevel.Information, "Connection {Connection}: changed options hold from now on: {Keys}")]
    public static partial void Applied(ILogger logger, string connection, string keys);

    [LoggerMessage(7002, LogLevel.Warning, "Connection {Connection}: changed options hold from the next physical connection on: {Keys}")]
    public static partial void FromNextConnection(ILogger logger, string connection, string keys);

    [LoggerMessage(7003, LogLevel.Warning, "Connection {Connection}: changed options cannot be applied to an open connection and wait until it is opened again: {Keys}")]
    public static partial void NotApplied(ILogger logger, string connection, string keys);

    [LoggerMessage(7004, LogLevel.Error, "Connection {Connection}: changed options are invalid, those in force stay: {Errors}")]
    public static partial void InvalidReload(ILogger logger, string connection, string errors);

    [LoggerMessage(7005, LogLevel.Error, "Connection {Connection}: changed options could not be applied, those in force stay")]
    public static partial void ReloadFailed(ILogger logger, string connection, Exception exception);

    [LoggerMessage(7007, LogLevel.Warning, "A section of the configuration that connections are to come from has none: is \"Connections\" in it?")]
    public static partial void NoConnections(ILogger logger);

    [LoggerMessage(7009, LogLevel.Error, "Connection {Connection} closed by itself {Delay} ago and has been opened again: {Reason}")]
    public static partial void Reopened(ILogger logger, string connection, string reason, TimeSpan delay);

    [LoggerMessage(7010, LogLevel.Error, "Connection {Connection} closed by itself and could not be opened again so far, which is tried on: {Reason}")]
    public static partial void ReopeningFailed(ILogger logger, string connection, string reason, Exception exception);

    [LoggerMessage(7011, LogLevel.Warning, "Connection {Connection} is closed; changed options hold once it is opened again: {Keys}")]
    public static partial void KeptForReopening(ILogger logger, string connection, string keys);

    [LoggerMessage(EventId = 7008, Message = "{Text}")]
    public static partial void Text(ILogger logger, LogLevel level, string text, Exception? exception);

    [LoggerMessage(7006, LogLevel.Warning, "Connections added to the configuration or taken from it wait for the host's next start: {Names}")]
    public static partial void OtherConnections(ILogger logger, string names);
}
