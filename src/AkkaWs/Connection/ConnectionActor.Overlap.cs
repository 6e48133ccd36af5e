using Akka.Actor;
using AkkaWs.Errors;
using AkkaWs.Messages;
using AkkaWs.Policies;
using AkkaWs.Primitives;
using AkkaWs.Protocol;
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
        HashSet<PendingRequest> inFlight = [.. _core.Requests.Watch(answered: true).Where(pending => pending.NextWrite.PostedAt != default)];
        var left = _core.Epoch;
        _overlap = new OverlapData(left, old, ledger, inFlight, standby.OpenedAt) { Refused = standby.Ledger.HeldBack(standby.Refused) };
        _causeBeside = _cause;
        (_standby, _cause, _causeError, _loginSent) = (null, null, null, false);
        (_core.Epoch, _core.Ledger) = (standby.Epoch, standby.Ledger);
        _leaves.PassOn();
        _core.Gates.RemoveAll(item => item is ThrottledPing); // of the old one's heartbeat
        _core.Gates.ChangePlaces();
        _loginLifetime = standby.LoginLifetime;
        Timers.Cancel(nameof(StandbyDeadline));
        Timers.Cancel(nameof(AuthenticationDeadline));
        Timers.Cancel(nameof(RetryRefused));
        Timers.Cancel(nameof(RetryUnanswered));
        Timers.Cancel(nameof(UnconfirmedCheck));
        Timers.Cancel(nameof(StalenessCheck));
        Timers.StartSingleTimer(nameof(OverlapOver), new OverlapOver(_overlap.Epoch), _core.Options.Rotation.Overlap);

        var data = new OpenData(standby.Transport, standby.Wire!);
        Transition(ConnectionState.Ready, () => Ready(data));
        Announce(new Ready(Name, _core.Epoch));
        Apply(new LedgerChange([.. _core.Ledger.Confirmed], [], []));
        KeepReady(data);
        Refuse(_overlap.Refused);
        LeaveTopics(_overlap);
    }

    private void Overlapping(OpenData data)
    {
        Receive<ResponseReceived>(m => OnOldResponse(_overlap!, m), m => m.Epoch == _overlap?.Epoch);
        Receive<FrameReceived>(m => OnOldFrame(data, _overlap!, m), m => m.Epoch == _overlap?.Epoch);
        Receive<StandbyFull>(_ => GoOn(_overlap! with { IsFull = true }), m => m.Epoch == _core.Epoch && _overlap is not null);
        Receive<ReconcileNext>(_ => LeaveTopics(_overlap!), m => m.Epoch == _overlap?.Epoch);
        Receive<OverlapOver>(_ => GoOn(_overlap! with { IsOver = true }), m => m.Epoch == _overlap?.Epoch);
        Receive<Terminated>(_ => OnOldGone(data, _overlap!), m => m.ActorRef.Equals(_overlap?.Data.Transport));
    }

    private void LeaveTopics(OverlapData overlap)
    {
        if (IsLeavingTopics(overlap) && TryPassInBulk(_core.Gates.OfBeside(RateKind.Subscription)))
            AskToLeave(overlap);
        GoOn(overlap);
    }

    // Where the server confirms nothing, nothing would tell that the old one has left.
    private bool IsLeavingTopics(OverlapData overlap) => _core.Handler.ConfirmsSubscriptions && overlap is { IsClosing: false, HasWork: true };

    private void AskToLeave(OverlapData overlap)
    {
        var (handler, ledger, id) = (_core.Handler, overlap.Ledger, NextId(overlap.Epoch, overlap.Ledger));
        var batch = NextBatch(ledger.Surplus(handler.MaxTopicsPerMessage), topics => handler.BuildUnsubscribe(topics, id));
        if (batch.Message is not { } message)
            return; // the overlap's time ends it
        if (!overlap.Data.Wire.TryPost(new PostedWrite(message, Lanes.OfWire(MessagePriority.Subscribe))))
            return; // the same
        ledger.MarkUnsubscribing(batch.Topics, id);
        if (overlap.HasWork)
            Self.Tell(new ReconcileNext(overlap.Epoch));
    }

    private void OnOldResponse(OverlapData overlap, ResponseReceived response)
    {
        if (TryAnswer(response))
            return;
        if (Read(response, overlap.Ledger, isLoggingIn: false).Acknowledgement is { } answer)
            OnOldAcknowledgement(overlap, answer);
        else
            _core.LateResponses++;
    }

    private void OnOldFrame(OpenData data, OverlapData overlap, FrameReceived frame)
    {
        if (!TryRead(frame, overlap.Ledger, isLoggingIn: false, out var meaning))
            return;
        if (meaning.Acknowledgement is { Withdrawal: null } answer)
            OnOldAcknowledgement(overlap, answer);
        else if (meaning.MayBeAsked)
            Answer(data, frame);
    }

    // What does not leave is missed by nobody: the old one is on its way out.
    private void Post(OverlapData overlap, OutboundMessage message)
    {
        if (Offer(_core.Gates.Outgoing, new ThrottledPost(overlap.Epoch, message), RateLane.Urgent) == RateVerdict.Passed)
            Write(overlap, message);
    }

    private static void Write(OverlapData overlap, OutboundMessage message) => overlap.Data.Wire.TryPost(new PostedWrite(message, WireLane.Immediate));

    private void OnOldAcknowledgement(OverlapData overlap, Acknowledgement answer)
    {
        overlap.Ledger.Apply(answer);
        LeaveTopics(overlap); // one that was asked for late may be confirmed only now
    }

    private void GoOn(OverlapData overlap)
    {
        var state = new Overlap(
            _core.Handler.ConfirmsSubscriptions, overlap.Ledger.HasLeft, overlap.InFlight.Count, overlap.IsOver, overlap.IsFull);
        if (OverlapPolicy.MayDeliver(state))
            overlap = PassTurn(overlap);
        if (OverlapPolicy.MayClose(state) && !overlap.IsClosing)
        {
            overlap = overlap with { IsClosing = true };
            overlap.Data.Transport.Tell(CloseTransport.Instance);
        }

        _overlap = overlap;
    }

    /// <summary>The new one delivers from now on; what it was refused is interrupted, behind the last that the old one brought.</summary>
    private OverlapData PassTurn(OverlapData overlap, bool isGone = false)
    {
        if (overlap.HasPassedTurn)
            return overlap;
        _core.Turn.PassTo(_core.Epoch, TakeoverFrom(overlap, isGone), () => MarkTakenOver(overlap));

        // One that the new connection has confirmed meanwhile was on neither of the two for a while: what was held of it comes behind its markers.
        foreach (var topic in overlap.Refused.Select(failure => failure.Topic).Union(overlap.Asked).Where(_core.Ledger.IsConfirmed))
            TellConfirmed(topic, mayEndDoubt: true);

        ReportUnconfirmed(overlap.Refused.Where(failure => _core.Routes.Find(failure.Topic) is not null && !_core.Ledger.IsConfirmed(failure.Topic)));
        return overlap with { HasPassedTurn = true };
    }

    // The new connection was refused the topic; the old one brings it until it is left.
    private bool IsStillDelivered(Topic topic) => _overlap is { HasPassedTurn: false } overlap && overlap.Refused.Any(failure => failure.Topic == topic);

    /// <summary>A request has its outcome: the connection that it is to wait for no longer may be one that is left.</summary>
    private void RequestSettled(PendingRequest request)
    {
        if (_overlap is { } overlap && overlap.InFlight.Remove(request))
            GoOn(overlap);
        if (_isLeaving && _core.Requests.Count == 0)
            Self.Tell(new LeaveNow(_core.Epoch));
    }

    private void OnOldGone(OpenData data, OverlapData overlap)
    {
        PassTurn(overlap, isGone: true);
        TakeOverMessages(overlap);
        _core.Credits.TakeBack();
        Timers.Cancel(nameof(OverlapOver));
        var reason = overlap.IsClosing || _causeBeside is null ? new CloseReason(ErrorClass.Rotation, "replaced as planned") : _causeBeside;
        (_overlap, _causeBeside) = (null, null);
        _core.Requests.Watch(answered: false);
        FailPending(reason, mayRepeat: true, overlap.InFlight);
        CloseGateBeside();
        Announce(new Disconnected(Name, overlap.Epoch, reason));
        EndWithNewInCharge(overlap.Epoch, Clock - overlap.OpenedAt);
        DrainQueue(data); // what the old one left unanswered and may be repeated
    }
}
