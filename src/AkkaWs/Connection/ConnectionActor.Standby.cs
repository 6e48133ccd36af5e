using Akka.Actor;
using AkkaWs.Errors;
using AkkaWs.Messages;
using AkkaWs.Policies;
using AkkaWs.Primitives;
using AkkaWs.Protocol;
using AkkaWs.Telemetry;
using AkkaWs.Transport;
using AkkaWs.Wire;

namespace AkkaWs.Connection;

// The first half of a rotation: the new connection is upgraded, logs in and subscribes, beside the one in charge and within the same limits. Each
// step has its own time.
internal sealed partial class ConnectionActor
{
    // A rotation is no call to bear: where so many messages are refused, the connection in charge is the better one.
    private const int MaxStandbyDivisions = 16;

    // So many may be ahead of it at the gate of subscriptions.
    private const int StandbyTurns = 4;

    private void StartStandbyDeadline(Epoch epoch, TimeSpan deadline) =>
        Timers.StartSingleTimer(nameof(StandbyDeadline), new StandbyDeadline(epoch, deadline), deadline);

    private void StandingBy(OpenData data)
    {
        Receive<TransportWaits>(m => OnStandbyWaits(_standby!, m), m => m.Epoch == _standby?.Epoch);
        Receive<TransportOpened>(m => OnStandbyOpened(data, _standby!, m.Wire), m => m.Epoch == _standby?.Epoch);
        Receive<AuthenticationBuilt>(m => OnStandbyLogin(_standby!, m.Message), m => m.Epoch == _standby?.Epoch);
        Receive<AuthenticationNotBuilt>(m => Abandon(LoginProblem(m.Error)), m => m.Epoch == _standby?.Epoch);
        Receive<FrameReceived>(m => OnStandbyFrame(data, _standby!, m), m => m.Epoch == _standby?.Epoch);
        Receive<ResponseReceived>(
            m => OnStandbyAnswer(data, _standby!, Read(m, _standby!.Ledger, _standby!.IsLoggingIn)), m => m.Epoch == _standby?.Epoch);
        Receive<ReconcileNext>(_ => AskNext(data, _standby!), m => m.Epoch == _standby?.Epoch);
        Receive<StandbyFull>(_ => Abandon("more updates came than may be held before its topics were confirmed"), m => m.Epoch == _standby?.Epoch);
        Receive<StandbyDeadline>(m => Abandon($"it was not ready within {Readable.Duration(m.Deadline)}"), m => m.Epoch == _standby?.Epoch);
        Receive<Terminated>(_ => Abandon(_causeBeside ?? new CloseReason(ErrorClass.AbnormalClosure, "its transport stopped")), m => m.ActorRef.Equals(_standby?.Transport));
    }

    // Its time to connect begins with its turn, and its transport keeps that.
    private void OnStandbyWaits(StandbyData standby, TransportWaits waits)
    {
        _standby = standby with { AttemptsAhead = waits.Ahead };
        Timers.Cancel(nameof(StandbyDeadline));
        _log.StandbyWaitsForTurn(Scope, waits.Epoch, waits.Ahead);
    }

    private void OnStandbyOpened(OpenData data, StandbyData standby, WireConnection wire)
    {
        _standby = standby = standby with { Wire = wire, OpenedAt = Clock, AttemptsAhead = null };
        OnSocketUp(wire);
        Announce(new Connected(Name, standby.Epoch));
        StartStandbyLoginDeadline(standby, TimeSpan.Zero);
        if (!_core.LogsIn)
        {
            SubscribeStandby(data, standby);
            return;
        }

        BuildAuthenticationAsync(new CancellationTokenSource(_core.Options.AuthenticationTimeout)).PipeTo(
            Self,
            success: message => new AuthenticationBuilt(standby.Epoch, message),
            failure: error => new AuthenticationNotBuilt(standby.Epoch, error));
    }

    private void OnStandbyLogin(StandbyData standby, OutboundMessage login)
    {
        _standby = standby = standby with { IsLoggingIn = true };
        var gate = _core.Gates.OfBeside(RateKind.Subscription);
        if (TryPost(standby, new ThrottledPost(standby.Epoch, login) { IsLogin = true }, gate) == RateVerdict.Waiting)
            StartStandbyLoginDeadline(standby, gate!.UntilLastUrgent(Clock));
    }

    private void StartStandbyLoginDeadline(StandbyData standby, TimeSpan turn) =>
        StartStandbyDeadline(standby.Epoch, turn + _core.Options.AuthenticationTimeout + AnswerTime);

    private void OnStandbyFrame(OpenData data, StandbyData standby, FrameReceived frame)
    {
        if (!TryRead(frame, standby.Ledger, standby.IsLoggingIn, out var meaning))
            return;
        if (meaning.MayBeAsked)
            Answer(data, frame);
        else
            OnStandbyAnswer(data, standby, meaning);
    }

    private void OnStandbyAnswer(OpenData data, StandbyData standby, FrameMeaning meaning)
    {
        if (meaning.Login is { Rejection: { } rejection })
            Abandon(new CloseReason(ErrorClass.AuthenticationRejected, $"the server rejected the login: {rejection}"));
        else if (meaning.Login is { } accepted)
            OnStandbyAccepted(data, standby with { IsLoggingIn = false, LoginLifetime = accepted.Lifetime });
        else if (meaning.Withdrawn is { } withdrawn)
            OnStandbyWithdrawn(withdrawn, meaning.Acknowledgement!.Withdrawal!.Reason);
        else if (meaning.Acknowledgement is { } answer && standby.IsSubscribing)
            OnStandbyAcknowledged(data, standby, answer);
        else if (meaning.WantsReconnect)
            Abandon("the protocol handler asked for a new connection");
    }

    // What it was given is taken away again: it cannot replace the one in charge, which still has its topics.
    private void OnStandbyWithdrawn(IReadOnlyList<Topic> topics, string reason)
    {
        if (topics.Count > 0)
            Abandon($"the server ended the subscription of {topics[0]}: {reason}");
    }

    private void OnStandbyAccepted(OpenData data, StandbyData standby)
    {
        Announce(new Authenticated(Name, standby.Epoch));
        SubscribeStandby(data, standby);
    }

    private void SubscribeStandby(OpenData data, StandbyData standby)
    {
        _standby = standby = standby with { IsSubscribing = true };
        StartStandbyDeadline(standby.Epoch, AnswerTime);
        foreach (var message in _core.Handler.OnConnect())
        {
            if (!TryPost(standby, message))
                return;
        }

        ReconcileStandby(data, standby);
    }

    /// <summary>Asks for what the one in charge has confirmed; once all of that is confirmed here, the two change places.</summary>
    private void ReconcileStandby(OpenData data, StandbyData standby)
    {
        standby.Ledger.Follow(_core.Ledger);
        AskNext(data, standby);
    }

    // One message at a time, in bulk's turn at the gate: what callers send meanwhile is not held up by more than one.
    private void AskNext(OpenData data, StandbyData standby)
    {
        var (handler, ledger) = (_core.Handler, standby.Ledger);
        if (ledger.Missing(handler.MaxTopicsPerMessage) is { Count: > 0 } missing)
        {
            if (!TryPassInBulk(_core.Gates.OfBeside(RateKind.Subscription)))
                return;
            var id = NextId(standby.Epoch, ledger);
            var batch = NextBatch(missing, topics => handler.BuildSubscribe(topics, id));
            if (batch.Message is not { } message)
            {
                Abandon($"{batch.FailureOf(batch.Topics[0], _core.Options.MaxMessageSize)}");
                return;
            }

            if (!TryWrite(standby, message, Lanes.OfWire(MessagePriority.Subscribe)))
                return;
            var asked = batch.Topics;
            ledger.MarkSubscribing(asked, id);
            if (!handler.ConfirmsSubscriptions)
                ledger.Apply(new Acknowledgement { RequestId = id, Topics = asked });
            StartStandbyDeadline(standby.Epoch, AnswerTime);
        }

        if (standby.HasWork)
            Self.Tell(new ReconcileNext(standby.Epoch));
        else if (!ledger.IsSettled)
            return;
        else if (ledger.HeldCount > 0 && !ledger.Confirmed.Any())
            Abandon($"none of its topics was accepted, {standby.Refused[^1].Topic} was refused: {standby.Refused[^1].Reason}");
        else
            Promote(data, standby);
    }

    // A topic that is refused while others are accepted is its own fault and not the connection's.
    private void OnStandbyAcknowledged(OpenData data, StandbyData standby, Acknowledgement answer)
    {
        var change = Apply(answer, standby.Ledger);
        standby.Refused.AddRange(change.Failed);
        if (change.Divided > 0 && standby.Divisions == MaxStandbyDivisions)
            Abandon($"subscribe messages were refused {standby.Divisions + 1} times: {answer.Rejection}");
        else if (change.Divided > 0)
            AskNext(data, _standby = standby with { Divisions = standby.Divisions + 1 });
        else if (standby is { Ledger.IsWaiting: false, HasWork: false })
            ReconcileStandby(data, standby);
    }

    /// <summary>What waits for the gate beside the connection in charge: its turn may have come.</summary>
    private void ReconcileBeside(OpenData data)
    {
        if (_standby is { IsSubscribing: true, HasWork: true } standby)
            AskNext(data, standby);
        else if (_overlap is { } overlap && IsLeavingTopics(overlap))
            LeaveTopics(overlap);
    }

    private bool HasWorkBeside => _standby is { IsSubscribing: true, HasWork: true } || _overlap is { } overlap && IsLeavingTopics(overlap);

    // Beside the server's time, a turn at the gate: by rates of hundreds an hour that is a matter of seconds.
    private TimeSpan AnswerTime => _core.Options.Subscriptions.ConfirmTimeout + (_core.Options.Rates switch
    {
        { Subscriptions: { Limit: { } limit } rate } => rate.Interval / limit * StandbyTurns,
        { Outgoing: { Limit: not null } rate } => rate.Interval,
        _ => TimeSpan.Zero,
    });

    /// <summary>Ahead of everything that callers send; false: the new connection was given up.</summary>
    private bool TryPost(StandbyData standby, OutboundMessage message) =>
        TryPost(standby, new ThrottledPost(standby.Epoch, message), _core.Gates.Outgoing) != RateVerdict.Rejected;

    /// <summary>The same; rejected: the new connection was given up.</summary>
    private RateVerdict TryPost(StandbyData standby, ThrottledPost post, RateGate<Throttled>? gate)
    {
        var verdict = Offer(gate, post, RateLane.Urgent);
        if (verdict == RateVerdict.Rejected)
            Abandon("too many messages wait for their turn");
        return verdict == RateVerdict.Passed && !WriteToStandby(standby, post.Message) ? RateVerdict.Rejected : verdict;
    }

    private bool WriteToStandby(StandbyData standby, OutboundMessage message) => TryWrite(standby, message, WireLane.Immediate);

    private bool TryWrite(StandbyData standby, OutboundMessage message, WireLane lane)
    {
        if (standby.Wire!.TryPost(new PostedWrite(message, lane)))
            return true;
        Abandon("its write queue is full");
        return false;
    }
}
