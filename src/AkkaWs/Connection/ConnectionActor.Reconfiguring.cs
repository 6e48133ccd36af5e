using Akka.Actor;
using AkkaWs.Errors;
using AkkaWs.Messages;
using AkkaWs.Options;
using AkkaWs.Telemetry;

namespace AkkaWs.Connection;

// Options that change while the connection is open: most are read where they are used, so that the new ones need only be put in place.
internal sealed partial class ConnectionActor
{
    private void OnReconfigure(Reconfigure command)
    {
        var (before, wanted) = (_core.Options, command.Options);
        if (OptionsValidator.Validate(wanted) is { Count: > 0 } errors)
        {
            Reply(new InvalidOptionsException(Name, errors) { Command = command });
            return;
        }

        var changes = OptionCatalog.Differences(before, wanted).ToLookup(change => change.Scope, change => change.Key);
        _core.Options = _core.Handle.Options = OptionCatalog.Change(before, wanted);
        Apply(before, _core.Options);
        if (changes.Count > 0)
            _log.OptionsChanged(Scope);
        Asker.Tell(new Reconfigured([.. changes[OptionScope.Now]], [.. changes[OptionScope.NextConnection]], [.. changes[OptionScope.Reopening]]));
    }

    // What was made of the options, or runs by them.
    private void Apply(WebSocketClientOptions before, WebSocketClientOptions now)
    {
        _core.Queue.Change(now.Queue);
        if (before.Subscriptions.MaxStall != now.Subscriptions.MaxStall)
        {
            Timers.Cancel(nameof(StallLook));
            WatchStalls();
        }

        if (before.Subscriptions.MaxAge != now.Subscriptions.MaxAge)
            RenewStaleness();
        if (_core.Handle.Current.State != ConnectionState.Ready)
            return;
        if (before.Heartbeat != now.Heartbeat && _heartbeat is { } heartbeat)
        {
            heartbeat.Change(now.Heartbeat, Clock);
            ScheduleHeartbeat(heartbeat);
        }

        if (before.Rotation != now.Rotation && !IsRotating)
        {
            Timers.Cancel(nameof(RotationDue));
            ScheduleRotation();
        }
    }
}
