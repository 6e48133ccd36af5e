using Akka.Actor;
using Akka.Event;

namespace AkkaWs.Telemetry;

/// <summary>Where the connections of an actor system log: to its own loggers, unless a host's takes their place. Never to both.</summary>
internal sealed class LogTarget : IExtension
{
    private ILoggingAdapter? _host;

    private LogTarget()
    {
    }

    /// <summary>Takes everything that is logged from now on in the place of the actor system's loggers; null: they do.</summary>
    public ILoggingAdapter? Host
    {
        get => Volatile.Read(ref _host);
        set => Volatile.Write(ref _host, value);
    }

    public static LogTarget For(ActorSystem system) => system.WithExtension<LogTarget, Provider>();

    /// <summary>What an actor logs to.</summary>
    public static ILoggingAdapter Of(IActorContext context) => For(context.System).Host ?? context.GetLogger();

    private sealed class Provider : ExtensionIdProvider<LogTarget>
    {
        public override LogTarget CreateExtension(ExtendedActorSystem system) => new();
    }
}
