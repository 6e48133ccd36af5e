using Akka.Actor.Internal;
using Akka.Event;
using Akka.Util;

namespace Akka.Actor;

/// <summary>Decides over a failed child: resume, restart, stop it, or fail itself.</summary>
public abstract class SupervisorStrategy : ISurrogated
{
    public static IDecider DefaultDecider = Akka.Actor.Decider.From(
        Directive.Restart,
        Directive.Stop.When<ActorInitializationException>(),
        Directive.Stop.When<ActorKilledException>(),
        Directive.Stop.When<DeathPactException>());

    public static readonly SupervisorStrategy DefaultStrategy = new OneForOneStrategy(DefaultDecider);
    public static readonly OneForOneStrategy StoppingStrategy = new(_ => Directive.Stop);

    public abstract IDecider Decider { get; }

    protected bool LoggingEnabled { get; set; } = true;

    public abstract ISurrogate ToSurrogate(ActorSystem system);

    public abstract void HandleChildTerminated(IActorContext actorContext, IActorRef child, IEnumerable<IInternalActorRef> children);

    public abstract void ProcessFailure(
        IActorContext context, bool restart, IActorRef child, Exception cause, ChildRestartStats stats, IReadOnlyCollection<ChildRestartStats> children);

    /// <summary>Deals with the failure; false when it is the supervisor's own.</summary>
    internal bool HandleFailure(ActorCell cell, IActorRef child, Exception cause, ChildRestartStats stats, IReadOnlyCollection<ChildRestartStats> children)
    {
        var directive = Handle(child, cause);
        switch (directive)
        {
            case Directive.Escalate:
                LogFailure(cell, child, cause, directive);
                return false;
            case Directive.Resume:
                LogFailure(cell, child, cause, directive);
                ResumeChild(child, cause);
                return true;
            default:
                LogFailure(cell, child, cause, directive);
                ProcessFailure(cell, directive == Directive.Restart, child, cause, stats, children);
                return true;
        }
    }

    protected abstract Directive Handle(IActorRef child, Exception exception);

    protected void ResumeChild(IActorRef child, Exception exception) => Refs.Local(child)?.SendSystem(new Resume(exception));

    protected void RestartChild(IActorRef child, Exception cause, bool suspendFirst)
    {
        var local = Refs.Local(child);
        if (suspendFirst)
            local?.SendSystem(new Suspend());
        local?.SendSystem(new Recreate(cause));
    }

    protected virtual void LogFailure(IActorContext context, IActorRef child, Exception cause, Directive directive)
    {
        if (!LoggingEnabled || directive == Directive.Escalate)
            return;
        var message = cause is ActorInitializationException { InnerException: { } inner } ? inner.Message : cause.Message;
        var source = child.Path.ToString();
        context.System.EventStream.Publish(directive == Directive.Resume
            ? new Warning(cause, source, GetType(), message)
            : new Error(cause, source, GetType(), message));
    }

    private protected static int Milliseconds(TimeSpan? range) => range is { } time ? (int)time.TotalMilliseconds : Timeout.Infinite;
}

public abstract class SupervisorStrategyConfigurator
{
    public static SupervisorStrategyConfigurator CreateConfigurator(string typeName) =>
        typeName.EndsWith(nameof(StoppingSupervisorStrategy), StringComparison.Ordinal) ? new StoppingSupervisorStrategy()
        : typeName.EndsWith(nameof(DefaultSupervisorStrategy), StringComparison.Ordinal) ? new DefaultSupervisorStrategy()
        : (SupervisorStrategyConfigurator)Activator.CreateInstance(ConfiguredType.Load(typeName, "akka.actor.guardian-supervisor-strategy"));

    public abstract SupervisorStrategy Create();
}

public class DefaultSupervisorStrategy : SupervisorStrategyConfigurator
{
    public override SupervisorStrategy Create() => SupervisorStrategy.DefaultStrategy;
}

public class StoppingSupervisorStrategy : SupervisorStrategyConfigurator
{
    public override SupervisorStrategy Create() => SupervisorStrategy.StoppingStrategy;
}
