using Akka.Actor;
using AkkaWs.Errors;
using AkkaWs.Messages;
using AkkaWs.Policies;
using AkkaWs.Primitives;
using AkkaWs.Requests;
using AkkaWs.Transport;
using AkkaWs.Wire;

namespace AkkaWs.Connection;

// The second half of a rotation: the new connection is in charge, and the old one is left. It unsubscribes; once the server has confirmed that,
// nothing is on its way any more, and the new one delivers what it held. It is closed when its requests are answered. All within the overlap's time.
internal sealed partial class ConnectionActor
{
    private OverlapData? _overlap;

    private void Promote(OpenData old, StandbyData standby)
    {
        var ledger = _core.Ledger;
        standby.Ledger.Inherit(ledger);
        ledger.UnwishAll();
        HashSet<RequestId> inFlight = [.. _pending.Where(p => p.Value.Write.PostedAt != default).Select(p => p.Key)];
        _overlap = new OverlapData(_core.Epoch, old, ledger, inFlight, standby.OpenedAt);
        _causeBeside = _cause;
        (_standby, _cause, _loginSent) = (null, null, false);
        (_core.Epoch, _core.Ledger) = (standby.Epoch, standby.Ledger);
        Timers.Cancel(nameof(StandbyDeadline));
        Timers.Cancel(nameof(AuthenticationDeadline));
        Timers.Cancel(nameof(RetryRefused));
        Timers.StartSingleTimer(nameof(OverlapOver), new OverlapOver(_overlap.Epoch), _core.Options.Rotation.Overlap);

        var data = new OpenData(standby.Transport, standby.Wire!);
        Transition(ConnectionState.Ready, () => Ready(data));
        Announce(new Ready(Name, _core.Epoch));
        Apply(new LedgerChange([.. _core.Ledger.Confirmed], [], []));
        KeepReady(data);
        LeaveTopics(_overlap);
    }

    private void Overlapping()
    {
        Receive<ResponseReceived>(OnResponse, m => m.Epoch == _overlap?.Epoch);
        Receive<FrameReceived>(m => OnOldFrame(_overlap!, m), m => m.Epoch == _overlap?.Epoch);
        Receive<StandbyFull>(_ => GoOn(_overlap! with { IsFull = true }), m => m.Epoch == _core.Epoch && _overlap is not null);
        Receive<OverlapOver>(_ => GoOn(_overlap! with { IsOver = true }), m => m.Epoch == _overlap?.Epoch);
        Receive<Terminated>(_ => OnOldGone(_overlap!), m => m.ActorRef.Equals(_overlap?.Data.Transport));
    }

    private void LeaveTopics(OverlapData overlap)
    {
        if (_core.Handler.ConfirmsSubscriptions)
        {
            foreach (var chunk in overlap.Ledger.Surplus().Chunk(_core.Handler.MaxTopicsPerMessage))
            {
                var id = _core.Handler.NextRequestId();
                if (!overlap.Data.Wire.TryPost(new PostedWrite(_core.Handler.BuildUnsubscribe(chunk, id), WireLane.Normal)))
                    break; // the overlap's time ends it
                overlap.Ledger.MarkUnsubscribing(chunk, id);
            }
        }

        GoOn(overlap);
    }

    private void OnOldFrame(OverlapData overlap, FrameReceived frame)
    {
        if (!TryRead(frame, isLoggingIn: false, out var meaning) || meaning.Acknowledgement is not { } answer)
            return;
        overlap.Ledger.Apply(answer);
        LeaveTopics(overlap);
    }

    private void GoOn(OverlapData overlap)
    {
        var state = new Overlap(
            _core.Handler.ConfirmsSubscriptions, overlap.Ledger.HasLeft, overlap.InFlight.Count, overlap.IsOver, overlap.IsFull);
        if (OverlapPolicy.MayDeliver(state))
            _core.Turn.PassTo(_core.Epoch, isUnbroken: true);
        if (OverlapPolicy.MayClose(state) && !overlap.IsClosing)
        {
            overlap = overlap with { IsClosing = true };
            overlap.Data.Transport.Tell(CloseTransport.Instance);
        }

        _overlap = overlap;
    }

    /// <summary>A request has its outcome: the connection that it is to wait for no longer may be one that is left.</summary>
    private void RequestSettled(RequestId id)
    {
        if (_overlap is { } overlap && overlap.InFlight.Remove(id))
            GoOn(overlap);
        if (_isLeaving && _pending.Count == 0)
            Self.Tell(new LeaveNow(_core.Epoch));
    }

    private void OnOldGone(OverlapData overlap)
    {
        _core.Turn.PassTo(_core.Epoch, isUnbroken: true);
        _core.Credits.TakeBack();
        Timers.Cancel(nameof(OverlapOver));
        var reason = overlap.IsClosing || _causeBeside is null ? new CloseReason(ErrorClass.Rotation, "replaced as planned") : _causeBeside;
        (_overlap, _causeBeside) = (null, null);
        foreach (var id in overlap.InFlight)
        {
            if (_pending.TryGetValue(id, out var pending))
                pending.Actor.Tell(new FailRequest(id, reason));
        }

        Announce(new Disconnected(Name, overlap.Epoch, reason));
        EndWithNewInCharge(overlap.Epoch, Clock - overlap.OpenedAt);
    }
}
