using System.Buffers.Binary;
using System.Diagnostics;
using Akka.Actor;
using AkkaWs.Errors;
using AkkaWs.Messages;
using AkkaWs.Policies;
using AkkaWs.Primitives;
using AkkaWs.Transport;
using AkkaWs.Wire;

namespace AkkaWs.Connection;

// Pings while Ready: the policy says what is due, this sets its timer and writes. Reading that pauses for want of credits is told to it.
internal sealed partial class ConnectionActor
{
    private HeartbeatPolicy? _heartbeat;
    private PingWrite? _ping;
    private bool _pingWaits;
    private TimeSpan _nextBeat;
    private long _messagesSeen;
    private long _pongsSeen;
    private long _pausesSeen;

    private void StartHeartbeat()
    {
        _heartbeat = new HeartbeatPolicy(_core.Options.Heartbeat, Clock);
        (_ping, _pingWaits) = (null, false);
        (_messagesSeen, _pongsSeen, _pausesSeen) = (_core.Counters.Messages, 0, _core.Credits.Pauses.Count);
        ScheduleHeartbeat(_heartbeat);
    }

    private void Heartbeat(OpenData data)
    {
        Receive<HeartbeatDue>(m => Beat(data, m.At), m => m.Epoch == _core.Epoch);
        Receive<SilenceSuspected>(
            _ =>
            {
                _heartbeat?.Suspect(Clock);
                Beat(data, Min(Clock, _nextBeat)); // late, where the beat that was due is
            },
            m => m.Epoch == _core.Epoch);
        Receive<PingWritten>(_ => OnPingWritten(), m => m.Epoch == _core.Epoch);
        Receive<PongReceived>(OnPong, m => m.Epoch == _core.Epoch);
    }

    private void Beat(OpenData data, TimeSpan at)
    {
        _core.Clock.Reach(at);
        if (_heartbeat is not { } heartbeat || _cause is not null)
            return;
        ObserveReading(heartbeat);
        ObservePing(heartbeat);
        var options = _core.Options.Heartbeat;
        switch (heartbeat.Check(Clock, late: Clock - at))
        {
            case HeartbeatAction.SendPing:
                OfferPing(data, heartbeat);
                break;
            case HeartbeatAction.MissedPong:
                Drop(data, new CloseReason(ErrorClass.MissedPong, $"no pong within {Readable.Duration(options.PongTimeout)} after a ping"
                    + (options.MissedPongsAllowed > 0 ? $", {heartbeat.Missed} times in a row" : "")));
                return;
            case HeartbeatAction.StalledWrite:
                Drop(data, new CloseReason(ErrorClass.MissedPong, $"a ping could not be written within {Readable.Duration(options.PongTimeout)}"));
                return;
            case HeartbeatAction.Idle:
                Drop(data, new CloseReason(ErrorClass.Idle, $"nothing received for {Readable.Duration(options.IdleTimeout)}"));
                return;
            default:
                break;
        }

        ScheduleHeartbeat(heartbeat);
    }

    private void ObserveReading(HeartbeatPolicy heartbeat)
    {
        // Pongs are counted with the messages, and speak for themselves.
        var messages = _core.Counters.Messages - _pongsSeen;
        if (messages > _messagesSeen)
            heartbeat.Received(Since(_core.Counters.LastReceivedAt));
        _messagesSeen = Math.Max(_messagesSeen, messages);
        var (pauses, isPaused) = _core.Credits.Pauses;
        if (isPaused || pauses != _pausesSeen)
            heartbeat.Pause();
        _pausesSeen = pauses;
        if (!isPaused)
            heartbeat.Resume(Clock);
    }

    private void OfferPing(OpenData data, HeartbeatPolicy heartbeat)
    {
        if (_pingWaits)
            return;
        switch (Offer(_core.Gates.Outgoing, new ThrottledPing(), RateLane.Urgent))
        {
            case RateVerdict.Passed:
                WritePing(data, heartbeat);
                break;
            case RateVerdict.Waiting:
                _pingWaits = true;
                break;
            default:
                break; // it is due still
        }
    }

    private void WritePing(OpenData data, HeartbeatPolicy heartbeat)
    {
        _pingWaits = false;
        _ping = BuildPing(heartbeat.BeginPing(Clock));
        if (!data.Wire.TryPost(_ping))
            Drop(data, new CloseReason(ErrorClass.Internal, "the write queue is full"));
    }

    // Looked at, and not only told: the pong may overtake the message that its ping was written.
    private void ObservePing(HeartbeatPolicy heartbeat)
    {
        if (_ping is { BegunAt: { } begunAt })
            heartbeat.Written(_ping.Number, begunAt);
    }

    private void OnPingWritten()
    {
        if (_heartbeat is not { } heartbeat)
            return;
        ObservePing(heartbeat);
        var now = Clock;
        if (now + heartbeat.NextCheck(now) < _nextBeat)
            ScheduleHeartbeat(heartbeat);
    }

    private void OnPong(PongReceived pong)
    {
        pong.Credit.Release();
        if (_heartbeat is not { } heartbeat)
            return;
        _pongsSeen += pong.Count;
        ObservePing(heartbeat);
        if (heartbeat.PongReceived(Since(pong.ReceivedAt), pong.Ping <= _ping?.Number ? pong.Ping : null) is { } roundTrip)
            _core.Telemetry.RoundTrip(roundTrip);
        ScheduleHeartbeat(heartbeat);
    }

    private void ScheduleHeartbeat(HeartbeatPolicy heartbeat)
    {
        var now = Clock;
        var next = heartbeat.NextCheck(now);
        // A ping that waits at the gate is sent from there, and nothing tells of the end of a pause.
        if (_pingWaits || heartbeat.IsPaused || next <= TimeSpan.Zero)
            next = Min(Max(next ?? TimeSpan.MaxValue, ShortestRetry), _core.Options.Heartbeat.PongTimeout);
        _nextBeat = next is { } wait ? now + wait : TimeSpan.MaxValue;
        if (next is { } delay)
            Timers.StartSingleTimer(nameof(HeartbeatDue), new HeartbeatDue(_core.Epoch, _nextBeat), delay);
        else
            Timers.Cancel(nameof(HeartbeatDue));
    }

    private TimeSpan Since(long timestamp) => Clock - Stopwatch.GetElapsedTime(timestamp);

    private PingWrite BuildPing(long number)
    {
        if (!_core.Options.Heartbeat.UseFramePing && _core.Handler.BuildPing() is { } message)
            return new PingWrite(message.IsBinary ? WireOpcode.Binary : WireOpcode.Text, message.Payload, Self, _core.Epoch, number, _core.Clock);
        var payload = new byte[sizeof(long)];
        BinaryPrimitives.WriteInt64BigEndian(payload, number);
        return new PingWrite(WireOpcode.Ping, payload, Self, _core.Epoch, number, _core.Clock);
    }

    private sealed class PingWrite(WireOpcode opcode, ReadOnlyMemory<byte> payload, IActorRef connection, Epoch epoch, long number, TrafficClock clock)
        : WireWrite(opcode, payload, Lanes.OfWire(MessagePriority.Ping))
    {
        private long _begunAt = -1;

        public long Number { get; } = number;

        /// <summary>When its turn came to be written; null: not yet.</summary>
        public TimeSpan? BegunAt => Volatile.Read(ref _begunAt) is >= 0 and var ticks ? new TimeSpan(ticks) : null;

        /// <inheritdoc/>
        protected override bool TryBegin()
        {
            Volatile.Write(ref _begunAt, clock.Now.Ticks);
            return true;
        }

        /// <inheritdoc/>
        protected override void OnWritten() => connection.Tell(new PingWritten(epoch), ActorRefs.NoSender);
    }
}
