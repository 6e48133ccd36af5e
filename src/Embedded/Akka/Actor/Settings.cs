using Akka.Actor.Setup;
using Akka.Configuration;

namespace Akka.Actor;

/// <summary>A system's configuration: what was given over the engine's defaults. Read once at the start, but <see cref="Config"/> grows by fallbacks.</summary>
public class Settings
{
    private readonly Lock _gate = new();

    public Settings(ActorSystem system, Config config)
        : this(system, config, ActorSystemSetup.Empty)
    {
    }

    public Settings(ActorSystem system, Config config, ActorSystemSetup setup)
    {
        System = system;
        Setup = setup;
        Config = config.SafeWithFallback(ConfigurationFactory.Default());
        Loggers = Config.GetStringList("akka.loggers");
        LogLevel = Config.GetString("akka.loglevel");
        StdoutLogLevel = Config.GetString("akka.stdout-loglevel");
        LoggerStartTimeout = Config.GetTimeSpan("akka.logger-startup-timeout");
        LogConfigOnStart = Config.GetBoolean("akka.log-config-on-start");
        LogDeadLetters = LetterCount(Config.GetString("akka.log-dead-letters"));
        LogDeadLettersDuringShutdown = Config.GetBoolean("akka.log-dead-letters-during-shutdown");
        LogDeadLettersSuspendDuration = Config.GetTimeSpan("akka.log-dead-letters-suspend-duration");
        CreationTimeout = Config.GetTimeSpan("akka.actor.creation-timeout");
        AskTimeout = Config.GetTimeSpan("akka.actor.ask-timeout", Timeout.InfiniteTimeSpan);
        SupervisorStrategyClass = Config.GetString("akka.actor.guardian-supervisor-strategy");
        DebugAutoReceive = Config.GetBoolean("akka.actor.debug.autoreceive");
        DebugLifecycle = Config.GetBoolean("akka.actor.debug.lifecycle");
        DebugEventStream = Config.GetBoolean("akka.actor.debug.event-stream");
        DebugUnhandledMessage = Config.GetBoolean("akka.actor.debug.unhandled");
        SchedulerClass = Config.GetString("akka.scheduler.implementation");
        SchedulerShutdownTimeout = Config.GetTimeSpan("akka.scheduler.shutdown-timeout");
        CoordinatedShutdownTerminateActorSystem = Config.GetBoolean("akka.coordinated-shutdown.terminate-actor-system", true);
        CoordinatedShutdownRunByActorSystemTerminate = Config.GetBoolean("akka.coordinated-shutdown.run-by-actor-system-terminate", true);
    }

    public ActorSystem System { get; }

    public ActorSystemSetup Setup { get; }

    public Config Config { get; private set; }

    public IList<string> Loggers { get; }

    public string LogLevel { get; }

    public string StdoutLogLevel { get; }

    public TimeSpan LoggerStartTimeout { get; }

    public bool LogConfigOnStart { get; }

    public int LogDeadLetters { get; }

    public bool LogDeadLettersDuringShutdown { get; }

    public TimeSpan LogDeadLettersSuspendDuration { get; }

    public TimeSpan CreationTimeout { get; }

    public TimeSpan AskTimeout { get; }

    public string SupervisorStrategyClass { get; }

    public bool DebugAutoReceive { get; }

    public bool DebugLifecycle { get; }

    public bool DebugEventStream { get; }

    public bool DebugUnhandledMessage { get; }

    public string SchedulerClass { get; }

    public TimeSpan SchedulerShutdownTimeout { get; }

    public bool CoordinatedShutdownTerminateActorSystem { get; }

    public bool CoordinatedShutdownRunByActorSystemTerminate { get; }

    public void InjectTopLevelFallback(Config config)
    {
        lock (_gate)
            Config = Config.SafeWithFallback(config);
    }

    public override string ToString() => Config.ToString();

    private static int LetterCount(string value) => value switch
    {
        null or "off" or "false" => 0,
        "on" or "true" => int.MaxValue,
        _ => int.Parse(value, global::System.Globalization.CultureInfo.InvariantCulture),
    };
}
