namespace Akka.Actor;

/// <summary>The actor's own failure, and the failures of its children.</summary>
internal sealed partial class ActorCell
{
    // Who failed and is awaited to be restarted, resumed or stopped: the actor itself, or the child whose failure it escalated.
    private LocalActorRef _perpetrator;
    private Exception _recreationCause;
    private SupervisorStrategy _strategy;

    private SupervisorStrategy Strategy => _strategy ??= Props.SupervisorStrategy ?? _actor.Strategy();

    public void ChildFailed(LocalActorRef child, Exception cause)
    {
        if (!TryGetChildCell(child, out var cell))
            return;
        if (_actor is null)
        {
            // Between two instances nobody can judge.
            StopChild(cell);
            return;
        }

        var turn = Turn.Current;
        var sender = turn.Sender;
        turn.Sender = child;
        var handled = Strategy.HandleFailure(this, child, cause, cell.Stats, AllStats);
        turn.Sender = sender;
        if (!handled)
            Fail(cause, child);
    }

    public void Fail(Exception cause) => Fail(cause, _self);

    private void Fail(Exception cause, LocalActorRef perpetrator)
    {
        if (_phase == Phase.Ended)
        {
            Report(cause, _actor, cause.Message);
            return;
        }

        if (_perpetrator is not null)
            return;
        _self.Suspensions++;
        _perpetrator = perpetrator;
        foreach (var child in ChildCells)
        {
            if (child.Ref != perpetrator)
                child.Ref.SendSystem(new Suspend());
        }

        ParentRef.SendSystem(new Failed(_self, cause));
    }
}
