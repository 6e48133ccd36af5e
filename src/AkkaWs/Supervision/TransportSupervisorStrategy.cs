using Akka.Actor;
using AkkaWs.Errors;
using AkkaWs.Policies;
using AkkaWs.Primitives;
using AkkaWs.Wire;

namespace AkkaWs.Supervision;

/// <summary>
/// Supervises actors that own a socket: classifies the failure, records the cause, stops the child. It never restarts one: a socket can't be
/// mended, only replaced.
/// </summary>
/// <remarks>
/// <para>Supervision overtakes data: messages that the child sent before it failed may still be in the parent's mailbox when the failure is
/// recorded. Watch the child and act on its <c>Terminated</c>, which comes behind them.</para>
/// <para>A failure that is not a transport's (a bug) is left to <see cref="SupervisorStrategy.DefaultDecider"/>: so a parent may have other
/// children beside. An instance belongs to one parent.</para>
/// </remarks>
/// <example><code>
/// protected override SupervisorStrategy SupervisorStrategy() =>
///     new TransportSupervisorStrategy((child, reason, error) => _cause ??= reason);
/// </code></example>
public class TransportSupervisorStrategy : OneForOneStrategy
{
    private readonly Action<IActorRef, CloseReason, Exception> _record;
    private readonly Func<Exception, CloseReason?> _explain;

    /// <summary>Classifies by <see cref="ErrorClassifier"/>; whatever is no <see cref="WireException"/> is not a transport's failure.</summary>
    /// <param name="record">Is told the child, why it failed and with what, before it is stopped. Runs within the parent; what it throws fails the parent.</param>
    public TransportSupervisorStrategy(Action<IActorRef, CloseReason, Exception> record)
        : this(record, error => error is WireException ? ErrorClassifier.Explain(error) : null)
    {
    }

    /// <summary>Classifies as the caller does.</summary>
    /// <param name="record">Is told the child, why it failed and with what, before it is stopped. Runs within the parent; what it throws fails the parent.</param>
    /// <param name="explain">Tells why the child failed; null if that is not a transport's failure.</param>
    public TransportSupervisorStrategy(Action<IActorRef, CloseReason, Exception> record, Func<Exception, CloseReason?> explain)
        : base(DefaultDecider)
    {
        ArgumentNullException.ThrowIfNull(record);
        ArgumentNullException.ThrowIfNull(explain);
        _record = record;
        _explain = explain;
    }

    /// <inheritdoc/>
    protected override Directive Handle(IActorRef child, Exception exception)
    {
        if (_explain(exception) is not { } reason)
            return base.Handle(child, exception);
        _record(child, reason, exception);
        return Directive.Stop;
    }

    /// <summary>Leaves a transport's failure to the one who records it; all others are logged as the engine does, with what they say made fit for a log.</summary>
    protected override void LogFailure(IActorContext context, IActorRef child, Exception cause, Directive directive)
    {
        if (_explain(cause) is null)
            base.LogFailure(context, child, OutsideText.Cause(cause)!, directive);
    }
}
