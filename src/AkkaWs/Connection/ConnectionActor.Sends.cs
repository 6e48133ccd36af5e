using Akka.Actor;
using AkkaWs.Errors;
using AkkaWs.Messages;
using AkkaWs.Policies;
using AkkaWs.Protocol;
using AkkaWs.Transport;
using AkkaWs.Wire;

namespace AkkaWs.Connection;

// Messages that no response belongs to.
internal sealed partial class ConnectionActor
{
    private void OnSend(Send send, IActorRef asker, WireConnection wire, CancellationToken cancelled = default)
    {
        if (RefusesSize(send, asker))
            return;
        var kind = KindOf(send.Priority, send.Payload);
        TimeSpan? patience = _core.Gates.Of(kind) is null ? null
            : send.WhenNotReady.MayWait ? TtlOf(send.WhenNotReady) : _core.Options.Queue.DefaultTtl;
        var throttled = new ThrottledSend(send, asker, Clock + patience, Lanes.OfWire(send.Priority), cancelled);
        var verdict = _core.Gates.Of(kind) is { } gate ? OfferBehindQueue(gate, throttled, Lanes.OfGate(send.Priority)) : PassBehindQueue(wire);
        if (verdict == RateVerdict.Passed)
            Write(throttled, wire);
        else if (verdict == RateVerdict.Rejected)
            asker.Tell(new Status.Failure(TooManyThrottled(kind, send)));
    }

    private bool RefusesSize(Send send, IActorRef asker)
    {
        if (send.Payload.Length <= _core.Options.MaxMessageSize)
            return false;
        asker.Tell(new Status.Failure(
            new MessageTooLargeException(Name, $"a message of {send.Payload.Length} bytes", _core.Options.MaxMessageSize) { Command = send }));
        return true;
    }

    private SendWrite? Write(ThrottledSend item, WireConnection wire)
    {
        var send = item.Command;
        var lane = HasQueueAhead(wire) ? WireLane.Normal : item.Lane;
        var write = new SendWrite(new OutboundMessage(send.Payload, send.IsBinary), item.Asker, Name, send, Now, lane)
        {
            Expiry = item.ExpiresAt is { } at ? new Expiry(_core.Clock, at) : null,
            Cancelled = item.Cancelled,
        };
        if (wire.TryPost(write))
            return write;
        item.Asker.Tell(new Status.Failure(new CapacityExceededException(Name, "queued writes", TransportContext.MaxQueuedWrites) { Command = send }));
        return null;
    }
}
