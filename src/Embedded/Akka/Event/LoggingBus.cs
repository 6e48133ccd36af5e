using Akka.Actor;

namespace Akka.Event;

/// <summary>The bus that carries log events to the loggers; the level of a logger is a subscription to the event types at and above it.</summary>
public class LoggingBus : ActorEventBus<object, Type>
{
    private static readonly LogLevel[] Levels = Enum.GetValues<LogLevel>();

    private List<IActorRef> _loggers = [];

    public LogLevel LogLevel { get; private set; }

    /// <summary>Changes the level of every logger.</summary>
    public void SetLogLevel(LogLevel logLevel)
    {
        LogLevel = logLevel;
        foreach (var logger in _loggers)
            SubscribeAt(logger, logLevel);
    }

    public void StartStdoutLogger(Settings config)
    {
        if (!string.Equals(config.LogLevel, "OFF", StringComparison.OrdinalIgnoreCase))
            LogLevel = Logging.LogLevelFor(config.LogLevel);
        else
            LogLevel = Logging.Off;
        if (string.Equals(config.StdoutLogLevel, "OFF", StringComparison.OrdinalIgnoreCase))
            return;
        SubscribeAt(StandardOutLogger.Shared, Logging.LogLevelFor(config.StdoutLogLevel));
    }

    /// <summary>Starts the configured loggers and waits for their answers: what is logged once the system is there reaches them.</summary>
    internal void StartDefaultLoggers(ActorSystemImpl system)
    {
        if (LogLevel == Logging.Off)
            return;
        var started = new List<IActorRef>();
        var answers = new List<Task>();
        foreach (var name in system.Settings.Loggers)
        {
            var type = ConfiguredType.Load(name, "akka.loggers");
            if (type == typeof(StandardOutLogger))
            {
                started.Add(StandardOutLogger.Shared);
                continue;
            }

            var logger = system.SystemActorOf(Props.Create(type), $"log{started.Count + 1}-{type.Name}");
            SubscribeAt(logger, LogLevel);
            started.Add(logger);
            answers.Add(logger.Ask(new InitializeLogger(this), system.Settings.LoggerStartTimeout).ContinueWith(
                answer =>
                {
                    if (answer.IsFaulted)
                        Publish(new Warning(answer.Exception.InnerException, nameof(LoggingBus), typeof(LoggingBus), $"Logger [{name}] did not respond to InitializeLogger"));
                },
                CancellationToken.None,
                TaskContinuationOptions.ExecuteSynchronously,
                TaskScheduler.Default));
        }

        Task.WaitAll([.. answers], system.Settings.LoggerStartTimeout);

        _loggers = started;
        if (!started.Contains(StandardOutLogger.Shared))
            Unsubscribe(StandardOutLogger.Shared);
        else
            SubscribeAt(StandardOutLogger.Shared, LogLevel);
    }

    protected override bool IsSubClassification(Type parent, Type child) => parent.IsAssignableFrom(child);

    protected override void Publish(object @event, IActorRef subscriber) => subscriber.Tell(@event, ActorRefs.NoSender);

    protected override bool Classify(object @event, Type classifier) => classifier.IsInstanceOfType(@event);

    protected override Type GetClassifier(object @event) => @event.GetType();

    private void SubscribeAt(IActorRef logger, LogLevel level)
    {
        foreach (var each in Levels)
        {
            if (each >= level)
                Subscribe(logger, each.ClassFor());
            else
                Unsubscribe(logger, each.ClassFor());
        }
    }
}

public class InitializeLogger : INoSerializationVerificationNeeded
{
    public InitializeLogger(LoggingBus loggingBus) => LoggingBus = loggingBus;

    public LoggingBus LoggingBus { get; }
}

public class LoggerInitialized : INoSerializationVerificationNeeded, IDeadLetterSuppression;
