using Akka.Actor;

namespace Akka.TestKit;

/// <summary>Reacts to each message of a test actor, which is queued all the same.</summary>
public abstract class AutoPilot
{
    /// <summary>Answered by a pilot that stays.</summary>
    public static KeepRunning KeepRunning => KeepRunning.Instance;

    /// <summary>Answered by a pilot that leaves.</summary>
    public static NoAutoPilot NoAutoPilot => NoAutoPilot.Instance;

    /// <returns>The pilot for the next message.</returns>
    public abstract AutoPilot Run(IActorRef sender, object message);
}

public delegate AutoPilot AutoPilotDelegate(IActorRef sender, object message);

public sealed class DelegateAutoPilot : AutoPilot
{
    private readonly AutoPilotDelegate _run;

    public DelegateAutoPilot(AutoPilotDelegate autoPilotDelegate) => _run = autoPilotDelegate;

    public override AutoPilot Run(IActorRef sender, object message) => _run(sender, message);
}

public sealed class KeepRunning : AutoPilot
{
    public static KeepRunning Instance = new();

    private KeepRunning()
    {
    }

    public override AutoPilot Run(IActorRef sender, object message) =>
        throw new InvalidOperationException("KeepRunning is an answer of a pilot; it cannot be one.");
}

public sealed class NoAutoPilot : AutoPilot
{
    public static NoAutoPilot Instance = new();

    private NoAutoPilot()
    {
    }

    public override AutoPilot Run(IActorRef sender, object message) => this;
}
