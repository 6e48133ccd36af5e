using Akka.Actor;

namespace AkkaWs.Engine.Tests;

/// <summary>Runs a body inside the puppet and answers with its result.</summary>
internal sealed record Call(Func<IUntypedActorContext, object?> Body);

/// <summary>Makes the puppet fail.</summary>
internal sealed record Fail(Exception Cause);

/// <summary>A puppet's report of a Terminated: forwarded as it is, it would be dropped, since the receiver does not watch the subject.</summary>
internal sealed record Ended(IActorRef Subject, bool ExistenceConfirmed, bool AddressTerminated);

internal sealed record Restarting(Exception Cause, object? Message);

/// <summary>What a puppet does besides reporting its messages.</summary>
internal sealed class Hooks
{
    public bool ReportsLife { get; init; }

    public bool KeepsChildren { get; init; }

    public SupervisorStrategy? Strategy { get; init; }

    public Action<IUntypedActorContext>? OnConstruct { get; init; }

    public Action<IUntypedActorContext>? OnStart { get; init; }

    public Action? OnStop { get; init; }

    public Func<IUntypedActorContext, object, bool>? OnMessage { get; init; }
}

/// <summary>An actor that a test drives: it reports what it gets, fails when told to and runs calls.</summary>
internal sealed class Puppet : UntypedActor
{
    private readonly IActorRef _report;
    private readonly Hooks _hooks;

    public Puppet(IActorRef report, Hooks hooks)
    {
        _report = report;
        _hooks = hooks;
        hooks.OnConstruct?.Invoke(Context);
    }

    public static Props With(Inbox inbox, Hooks? hooks = null)
    {
        var report = inbox.Ref;
        var given = hooks ?? new Hooks();
        return Props.Create(() => new Puppet(report, given));
    }

    protected override SupervisorStrategy SupervisorStrategy() => _hooks.Strategy ?? base.SupervisorStrategy();

    protected override void PreStart()
    {
        Report("PreStart");
        _hooks.OnStart?.Invoke(Context);
    }

    protected override void PostStop()
    {
        Report("PostStop");
        _hooks.OnStop?.Invoke();
    }

    protected override void PreRestart(Exception reason, object message)
    {
        if (_hooks.ReportsLife)
            _report.Tell(new Restarting(reason, message));
        if (!_hooks.KeepsChildren)
            base.PreRestart(reason, message);
    }

    protected override void PostRestart(Exception reason)
    {
        Report("PostRestart");
        if (!_hooks.KeepsChildren)
            base.PostRestart(reason);
    }

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case Call call:
                Sender.Tell(call.Body(Context));
                break;
            case Fail fail:
                throw fail.Cause;
            case var _ when _hooks.OnMessage?.Invoke(Context, message) == true:
                break;
            case Terminated terminated:
                _report.Tell(new Ended(terminated.ActorRef, terminated.ExistenceConfirmed, terminated.AddressTerminated));
                break;
            default:
                _report.Forward(message);
                break;
        }
    }

    private void Report(string moment)
    {
        if (_hooks.ReportsLife)
            _report.Tell(moment);
    }
}
