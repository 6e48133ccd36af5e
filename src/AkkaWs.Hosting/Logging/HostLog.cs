using Akka.Actor;
using Akka.Event;
using Akka.Hosting.Logging;
using AkkaLevel = Akka.Event.LogLevel;
using AkkaWs.Messages;
using AkkaWs.Primitives;
using AkkaWs.Telemetry;
using LogLevel = Microsoft.Extensions.Logging.LogLevel;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace AkkaWs.Hosting;

/// <summary>
/// Writes what connections log to the host's logger, where it is logged and in the place of the actor system's loggers: each event is there once,
/// whatever loggers the actor system has, with everything that it knows. What is on is asked of the host's filters alone.
/// </summary>
internal sealed class HostLog : LoggingAdapterBase
{
    public const string Category = "AkkaWs.Connection";

    private static readonly Func<ILogger, string, long, ConnectionState, IDisposable?> Scope =
        LoggerMessage.DefineScope<string, long, ConnectionState>("Connection {Connection}, epoch {Epoch}, {State}");

    private readonly ILogger _logger;
    private readonly ILoggingAdapter _akka;
    private int _hasFailed;

    /// <param name="logger">Takes the events.</param>
    /// <param name="akka">Is told once if the logger throws.</param>
    public HostLog(ILogger logger, ILoggingAdapter akka)
        : base(akka.Formatter) => (_logger, _akka) = (logger, akka);

    public override bool IsDebugEnabled => IsOn(LogLevel.Debug);

    public override bool IsInfoEnabled => IsOn(LogLevel.Information);

    public override bool IsWarningEnabled => IsOn(LogLevel.Warning);

    public override bool IsErrorEnabled => IsOn(LogLevel.Error);

    /// <summary>That of the factory which the actor system's own loggers were given, or else of the services; null where there is neither.</summary>
    public static HostLog? Of(ActorSystem system, IServiceProvider? services)
    {
        var setup = system.Settings.Setup.Get<LoggerFactorySetup>();
        var factory = setup.HasValue ? setup.Value.LoggerFactory : services?.GetService<ILoggerFactory>();
        return factory is null ? null : new HostLog(factory.CreateLogger(Category), Logging.GetLogger(system, typeof(HostLog)));
    }

    protected override void NotifyLog(AkkaLevel logLevel, object message, Exception? cause = null)
    {
        try
        {
            if (message is ConnectionLogMessage happened)
                Write(LevelOf(logLevel), happened, cause);
            else
                HostingLog.Text(_logger, LevelOf(logLevel), OutsideText.Line($"{message}", OutsideText.MostShown), OutsideText.Cause(cause));
        }
        catch (Exception e)
        {
            OnFailed(e);
        }
    }

    private static LogLevel LevelOf(AkkaLevel level) => level switch
    {
        AkkaLevel.DebugLevel => LogLevel.Debug,
        AkkaLevel.InfoLevel => LogLevel.Information,
        AkkaLevel.WarningLevel => LogLevel.Warning,
        _ => LogLevel.Error,
    };

    private void Write(LogLevel level, ConnectionLogMessage happened, Exception? cause)
    {
        using (Scope(_logger, happened.Connection, happened.Epoch, happened.State))
            _logger.Log(level, new EventId(happened.EventId, happened.EventName), new ConnectionLogRecord(happened), cause, static (record, _) => record.ToString());
    }

    private bool IsOn(LogLevel level)
    {
        try
        {
            return _logger.IsEnabled(level);
        }
        catch (Exception e)
        {
            OnFailed(e);
            return false;
        }
    }

    // A connection outlives its log: a provider that throws, or was disposed of, costs the line.
    private void OnFailed(Exception error)
    {
        if (Interlocked.Exchange(ref _hasFailed, 1) == 0)
            _akka.Warning(OutsideText.Cause(error), "the host's logger threw; lines of connections are missing there. Told once.");
    }
}
