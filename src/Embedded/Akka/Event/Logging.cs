using Akka.Actor;

namespace Akka.Event;

public static class Logging
{
    /// <summary>Above all levels.</summary>
    internal const LogLevel Off = (LogLevel)int.MaxValue;

    public static Type ClassFor(this LogLevel logLevel) => logLevel switch
    {
        LogLevel.DebugLevel => typeof(Debug),
        LogLevel.InfoLevel => typeof(Info),
        LogLevel.WarningLevel => typeof(Warning),
        LogLevel.ErrorLevel => typeof(Error),
        _ => throw new ArgumentException("Unknown LogLevel", nameof(logLevel)),
    };

    public static string StringFor(this LogLevel logLevel) => logLevel switch
    {
        LogLevel.DebugLevel => "DEBUG",
        LogLevel.InfoLevel => "INFO",
        LogLevel.WarningLevel => "WARNING",
        LogLevel.ErrorLevel => "ERROR",
        _ => throw new ArgumentException("Unknown LogLevel", nameof(logLevel)),
    };

    public static LogLevel LogLevelFor(string logLevel) => logLevel?.ToUpperInvariant() switch
    {
        "DEBUG" => LogLevel.DebugLevel,
        "INFO" => LogLevel.InfoLevel,
        "WARNING" => LogLevel.WarningLevel,
        "ERROR" => LogLevel.ErrorLevel,
        "OFF" => Off,
        _ => throw new ArgumentException($"Unknown LogLevel: \"{logLevel}\". Valid values are: \"Debug\", \"Info\", \"Warning\", \"Error\", \"Off\"", nameof(logLevel)),
    };

    public static LogLevel LogLevelFor<T>()
        where T : LogEvent => typeof(T) switch
        {
            var type when type == typeof(Debug) => LogLevel.DebugLevel,
            var type when type == typeof(Info) => LogLevel.InfoLevel,
            var type when type == typeof(Warning) => LogLevel.WarningLevel,
            var type when type == typeof(Error) => LogLevel.ErrorLevel,
            _ => throw new ArgumentException($"{typeof(T)} is no LogEvent that has a level."),
        };

    public static ILoggingAdapter GetLogger(this IActorContext context, ILogMessageFormatter logMessageFormatter = null)
    {
        var cell = (ActorCell)context;
        return new BusLogging(cell.SystemImpl.EventStream, cell.Self.Path.ToString(), cell.Props.Type, logMessageFormatter ?? DefaultLogMessageFormatter.Instance);
    }

    public static ILoggingAdapter GetLogger(ActorSystem system, object logSourceObj, ILogMessageFormatter logMessageFormatter = null) => new BusLogging(
        system.EventStream, SourceOf(logSourceObj, system), ClassOf(logSourceObj), logMessageFormatter ?? DefaultLogMessageFormatter.Instance);

    public static ILoggingAdapter GetLogger(LoggingBus loggingBus, object logSourceObj, ILogMessageFormatter logMessageFormatter = null) => new BusLogging(
        loggingBus, SourceOf(logSourceObj, null), ClassOf(logSourceObj), logMessageFormatter ?? DefaultLogMessageFormatter.Instance);

    public static string SimpleName(object o) => SimpleName(o.GetType());

    public static string SimpleName(Type t) => t.Name;

    private static string SourceOf(object source, ActorSystem system)
    {
        var name = source switch
        {
            ActorSystem named => $"ActorSystem({named.Name})",
            IActorContext context => context.Self.Path.ToString(),
            IActorRef reference => reference.Path.ToString(),
            string text => text,
            Type type => SimpleName(type),
            _ => SimpleName(source),
        };
        return system is null || source is ActorSystem or IActorContext or IActorRef ? name : $"{name} ({system})";
    }

    private static Type ClassOf(object source) => source switch
    {
        string => typeof(DummyClassForStringSources),
        Type type => type,
        IActorContext context => context.Props.Type,
        _ => source.GetType(),
    };
}

public class DummyClassForStringSources;
