using Akka.Actor;
using AkkaWs.Errors;
using AkkaWs.Primitives;
using AkkaWs.Transport;
using AkkaWs.Wire;

namespace AkkaWs.Connection;

// Pings while Ready. The pong's deadline counts from the moment the ping was handed to the transport; a ping that a stuck socket does not even
// take has the same time. While reading pauses for want of credits nothing can be heard, so the deadlines start again.
internal sealed partial class ConnectionActor
{
    private long _lastPing;
    private long _awaitedPing;

    private void StartHeartbeat()
    {
        SchedulePing();
        ScheduleIdleCheck();
    }

    private void Heartbeat(OpenData data)
    {
        Receive<PingDue>(_ => OnPingDue(data), m => m.Epoch == _core.Epoch);
        Receive<PingWritten>(_ => SchedulePongDeadline(), m => m.Epoch == _core.Epoch && m.Ping == _awaitedPing);
        Receive<PongReceived>(_ => OnPong(), m => m.Epoch == _core.Epoch);
        Receive<PongDeadline>(m => OnPongDeadline(data, m), m => m.Epoch == _core.Epoch);
        Receive<IdleCheck>(m => OnIdleCheck(data, m), m => m.Epoch == _core.Epoch);
    }

    private void OnPingDue(OpenData data)
    {
        _awaitedPing = ++_lastPing;
        SchedulePongDeadline();
        if (!data.Wire.TryPost(BuildPing(_awaitedPing)))
            Drop(data, new CloseReason(ErrorClass.Internal, "the write queue is full"));
    }

    private void SchedulePongDeadline() => Timers.StartSingleTimer(
        nameof(PongDeadline), new PongDeadline(_core.Epoch, _core.Credits.Pauses.Count), _core.Options.Heartbeat.PongTimeout);

    private void OnPongDeadline(OpenData data, PongDeadline deadline)
    {
        if (HasPausedSince(deadline.Pauses))
            SchedulePongDeadline();
        else
            Drop(data, new CloseReason(ErrorClass.MissedPong, $"no pong within {_core.Options.Heartbeat.PongTimeout} after a ping"));
    }

    // The pong may overtake the message that its ping was written.
    private void OnPong()
    {
        _awaitedPing = 0;
        Timers.Cancel(nameof(PongDeadline));
        SchedulePing();
    }

    private void SchedulePing()
    {
        if (_core.Options.Heartbeat.PingInterval > TimeSpan.Zero)
            Timers.StartSingleTimer(nameof(PingDue), new PingDue(_core.Epoch), _core.Options.Heartbeat.PingInterval);
    }

    private PingWrite BuildPing(long ping) => _core.Options.Heartbeat.UseFramePing || _core.Handler.BuildPing() is not { } message
        ? new PingWrite(WireOpcode.Ping, ReadOnlyMemory<byte>.Empty, Self, _core.Epoch, ping)
        : new PingWrite(message.IsBinary ? WireOpcode.Binary : WireOpcode.Text, message.Payload, Self, _core.Epoch, ping);

    private void ScheduleIdleCheck()
    {
        if (_core.Options.Heartbeat.IdleTimeout is { } timeout)
            Timers.StartSingleTimer(nameof(IdleCheck), new IdleCheck(_core.Epoch, _core.Counters.Messages, _core.Credits.Pauses.Count), timeout);
    }

    private void OnIdleCheck(OpenData data, IdleCheck check)
    {
        if (_core.Counters.Messages == check.Messages && !HasPausedSince(check.Pauses))
            Drop(data, new CloseReason(ErrorClass.Idle, $"nothing received for {_core.Options.Heartbeat.IdleTimeout}"));
        else
            ScheduleIdleCheck();
    }

    private bool HasPausedSince(long pauses) => _core.Credits.Pauses is var now && (now.Now || now.Count != pauses);

    private sealed class PingWrite(WireOpcode opcode, ReadOnlyMemory<byte> payload, IActorRef connection, Epoch epoch, long ping)
        : WireWrite(opcode, payload, WireLane.Urgent)
    {
        /// <inheritdoc/>
        protected override void OnWritten() => connection.Tell(new PingWritten(epoch, ping), ActorRefs.NoSender);
    }
}
