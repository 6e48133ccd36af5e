using Akka.Event;

namespace Akka.Actor;

/// <summary>Creation, restart and end of the actor.</summary>
internal sealed partial class ActorCell
{
    public void Start()
    {
        try
        {
            _actor = NewActor();
            _actor.AroundPreStart();
            if (SystemImpl.Settings.DebugLifecycle)
                Publish(new Debug(_self.Path.ToString(), _actor.GetType(), $"Started ({_actor})"));
        }
        catch (Exception cause)
        {
            _actor?.Clear();
            _actor = null;
            throw new ActorInitializationException(_self, "Exception during creation", cause);
        }
    }

    public void Stop() => Stop(_self);

    public void SuspendTree()
    {
        _self.Suspensions++;
        foreach (var child in ChildCells)
            child.Ref.SendSystem(new Suspend());
    }

    public void ResumeTree(Exception causedByFailure)
    {
        if (_phase != Phase.Alive)
        {
            _self.Suspensions--;
            return;
        }

        if (_actor is null)
        {
            // Nothing was created that could be resumed.
            Recreate(causedByFailure);
            return;
        }

        var perpetrator = _perpetrator;
        _self.Suspensions--;
        if (_pendingHandler is null)
            Turn.Current.Message = null;
        if (causedByFailure is not null)
            _perpetrator = null;
        foreach (var child in ChildCells)
            child.Ref.SendSystem(new Resume(perpetrator == child.Ref ? causedByFailure : null));
    }

    /// <summary>The supervisor's Restart: the old instance goes, its children die unless it keeps them, a new instance takes over mailbox and reference.</summary>
    public void Recreate(Exception cause)
    {
        if (_phase != Phase.Alive)
        {
            // Already on its way: keep the count of suspensions in balance.
            _self.Suspensions--;
            return;
        }

        var failed = _actor;
        if (failed is not null)
        {
            try
            {
                failed.AroundPreRestart(cause, CurrentMessage);
            }
            catch (Exception e)
            {
                Report(new PreRestartException(_self, e, cause, CurrentMessage), failed, e.Message);
            }

            failed.LeaveCell();
        }

        CancelReceiveTimeout();
        _recreationCause = cause;
        _phase = Phase.Recreating;
        if (!HasDyingChildren)
            FinishRecreate();
    }

    public void Terminate()
    {
        if (_phase is Phase.Terminating or Phase.Ended)
            return;
        CancelReceiveTimeout();
        _self.Suspensions++;
        _phase = Phase.Terminating;
        foreach (var child in ChildCells)
            StopChild(child);
        if (!HasChildren)
            FinishTerminate();
    }

    private ActorBase NewActor()
    {
        _behaviors = null;
        _behavior = null;
        var actor = Props.NewActor();
        if (actor is null)
            throw new ActorInitializationException($"Actor creation failed, props returned null. Type: {Props.TypeName}");
        _behavior ??= actor.InitialBehavior;
        actor.EnterCell(this);
        return actor;
    }

    private void FinishRecreate()
    {
        var cause = _recreationCause;
        var message = CurrentMessage;
        _recreationCause = null;
        _phase = Phase.Alive;
        var survivors = ChildCells;
        var failed = _actor;
        try
        {
            _perpetrator = null;
            _actor = null;
            _strategy = null;
            AbandonHandler();
            var fresh = NewActor();
            _actor = fresh;
            if (ReferenceEquals(fresh, failed))
                throw new IllegalActorStateException("A restart must create a new instance of the actor.");
            fresh.AroundPostRestart(cause, message);
            if (SystemImpl.Settings.DebugLifecycle)
                Publish(new Debug(_self.Path.ToString(), fresh.GetType(), "Restarted"));
        }
        catch (Exception e)
        {
            _self.Suspensions--;
            _actor?.Clear();
            _actor = null;
            foreach (var survivor in survivors)
                StopChild(survivor);
            Fail(new PostRestartException(_self, e, cause));
            return;
        }

        _self.Suspensions--;
        Turn.Current.Message = null;
        foreach (var child in survivors)
            child.Ref.SendSystem(new Recreate(cause));
    }

    private void FinishTerminate()
    {
        var actor = _actor;
        _phase = Phase.Ended;
        try
        {
            actor?.AroundPostStop();
        }
        catch (Exception e)
        {
            Report(e, actor, e.Message);
        }

        actor?.LeaveCell();
        Mailbox.Close();
        ParentRef.SendSystem(new DeathWatchNotification(_self, existenceConfirmed: true));
        TellWatchers();
        UnwatchAll();
        if (SystemImpl.Settings.DebugLifecycle)
            Publish(new Debug(_self.Path.ToString(), actor?.GetType() ?? Props.Type, "Stopped"));
        actor?.Clear();
        _actor = null;
        _behavior = null;
        _behaviors = null;
        Turn.Current.Message = null;
        Props = Props.Ended;
    }

    private void Report(Exception cause, ActorBase actor, string message) =>
        Publish(new Error(cause, _self.Path.ToString(), actor?.GetType() ?? Props.Type, message));

    private void Publish(LogEvent logEvent) => SystemImpl.EventStream.Publish(logEvent);
}
