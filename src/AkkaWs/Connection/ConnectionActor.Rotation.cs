using Akka.Actor;
using AkkaWs.Errors;
using AkkaWs.Messages;
using AkkaWs.Policies;
using AkkaWs.Primitives;
using AkkaWs.Telemetry;
using AkkaWs.Transport;

namespace AkkaWs.Connection;

// Rotation: the physical connection is replaced while Ready, before the venue ends it. Another one comes up beside it; once that has logged in and
// has every topic confirmed it takes charge, and the one before is left (see Overlap). Until then a failure of the new one costs nothing but a
// later attempt, and a loss of the one in charge is an ordinary loss.
internal sealed partial class ConnectionActor
{
    // Each socket keeps one while it waits for something to read, the new one another while it delivers what it held.
    private const int CreditsOfRotation = 2;

    private StandbyData? _standby;
    private bool _isLeaving;
    private int _rotationFailures;
    private DateTimeOffset? _nextRotation;

    // Why a transport failed that is not the one in charge.
    private CloseReason? _causeBeside;

    private bool IsRotating => _standby is not null || _overlap is not null || _isLeaving;

    private void ScheduleRotation() => ScheduleRotation(RotationPolicy.DueAt(Now, _core.Options.Rotation, _core.Random.NextDouble()));

    private void ScheduleRotation(DateTimeOffset? due)
    {
        _nextRotation = due;
        if (due is { } at)
            Timers.StartSingleTimer(nameof(RotationDue), new RotationDue(_core.Epoch), Max(at - Now, TimeSpan.Zero));
    }

    private void Rotating(OpenData data)
    {
        Receive<RotationDue>(_ => StartRotation(data), m => m.Epoch == _core.Epoch);
        Receive<Rotate>(m => OnRotate(data, m));
        StandingBy(data);
        Overlapping(data);
        Receive<LeaveNow>(_ => Leave(data), m => m.Epoch == _core.Epoch);
    }

    private void OnRotate(OpenData data, Rotate command)
    {
        if (_core.RotationAskers.Count >= _core.Options.Requests.MaxPending)
        {
            Reply(new CapacityExceededException(Name, "callers that wait for a rotation", _core.Options.Requests.MaxPending) { Command = command });
            return;
        }

        _core.RotationAskers.Add(Asker);
        StartRotation(data);
    }

    private void StartRotation(OpenData data)
    {
        if (IsRotating || _cause is not null)
            return;
        Timers.Cancel(nameof(RotationDue));
        _nextRotation = null;
        if (!_core.Handler.AllowsConcurrentSessions)
        {
            StartLeaving(data);
            return;
        }

        var transport = StartTransport();
        _standby = new StandbyData(_core.NewestEpoch, transport);
        _core.Gates.OpenBeside();
        _core.Credits.Lend(CreditsOfRotation);
        var options = _core.Options;
        StartStandbyDeadline(_standby.Epoch, options.ConnectTimeout + options.AuthenticationTimeout + AnswerTime);
        _spans.Rotating(_core.Epoch);
        _log.RotationBegan(Scope, _standby.Epoch);
    }

    /// <summary>The new connection is given up; the one in charge stays, and another attempt follows where rotations are planned.</summary>
    private void Abandon(string why) => Abandon(new CloseReason(ErrorClass.Rotation, why));

    private void Abandon(CloseReason why)
    {
        _log.RotationFailed(Scope, _standby?.Epoch, why.Description);
        EndRotation(why.Description);
        _rotationFailures++;
        if (_core.Options.Rotation is not { Interval: null, DailyAt: null })
            ScheduleRotation(Now + RotationPolicy.RetryIn(_rotationFailures, why, _core.Options.Reconnect, _core.Random.NextDouble()));
    }

    /// <summary>Ends what a rotation has under way beside the connection in charge: at once, or with the closing handshake.</summary>
    /// <returns>The transport that ends, if there is one.</returns>
    private IActorRef? EndRotation(string why, CloseTransport? gently = null)
    {
        var beside = _standby?.Transport ?? _overlap?.Data.Transport;
        var opened = _standby is { Wire: not null } ? _standby.Epoch : _overlap?.Epoch;
        if (opened is { } epoch)
            Announce(new Disconnected(Name, epoch, _causeBeside ?? new CloseReason(ErrorClass.Rotation, why)));
        if (gently is not null)
            beside?.Tell(gently);
        else
            beside?.Tell(AbortTransport.Instance);
        CloseGateBeside();
        (_standby, _overlap, _causeBeside, _isLeaving) = (null, null, null, false);
        _core.Requests.Watch(answered: false);
        Timers.Cancel(nameof(StandbyDeadline));
        Timers.Cancel(nameof(OverlapOver));
        _core.Credits.TakeBack();
        if (_core.LeftEpoch is not null)
            return beside;
        _spans.RotationFailed(why);
        FailRotationAskers(new RotationFailedException(Name, why) { Command = Rotate.Instance });
        return beside;
    }

    private void CloseGateBeside()
    {
        _core.Gates.RemoveAll(item => item is ThrottledPost post && post.Epoch != _core.Epoch);
        _core.Gates.CloseBeside();
    }

    private void FailRotationAskers(WebSocketClientException error)
    {
        foreach (var asker in _core.RotationAskers)
            asker.Tell(new Status.Failure(error));
        _core.RotationAskers.Clear();
    }

    // Where the venue takes one session only there must be a gap; no request shall fall into it, if it can be helped.
    private void StartLeaving(OpenData data)
    {
        _isLeaving = true;
        _spans.Rotating(_core.Epoch);
        Timers.StartSingleTimer(nameof(LeaveNow), new LeaveNow(_core.Epoch), _core.Options.Rotation.Overlap);
        if (_core.Requests.Watch(answered: true).Length == 0)
            Leave(data);
    }

    private void Leave(OpenData data)
    {
        if (!_isLeaving || _cause is not null)
            return;
        _core.LeftEpoch = _core.Epoch;
        Drop(data, new CloseReason(ErrorClass.Rotation, "replaced as planned, on a venue that allows one session only"), CloseTransport.Instance);
    }

    private void EndWithNewInCharge(Epoch from, TimeSpan overlap)
    {
        (_core.LeftEpoch, _rotationFailures) = (null, 0);
        _core.Rotations++;
        _spans.Rotated(_core.Epoch);
        var rotated = new Rotated(Name, _core.Epoch, from, overlap);
        Announce(rotated);
        foreach (var asker in _core.RotationAskers)
            asker.Tell(rotated);
        _core.RotationAskers.Clear();
    }
}
