using Akka.Actor;
using AkkaWs.Primitives;
using AkkaWs.Protocol;
using AkkaWs.Transport;
using AkkaWs.Wire;

namespace AkkaWs.Requests;

/// <summary>The write of one request: the request's actor may withdraw it until it has begun.</summary>
internal sealed class RequestWrite : WithdrawableWrite
{
    private readonly RequestId _id;
    private readonly IActorRef _owner;

    public RequestWrite(RequestId id, OutboundMessage message, IActorRef owner, WireLane lane)
        : base(message, lane)
    {
        _id = id;
        _owner = owner;
    }

    private RequestWrite(RequestWrite first)
        : base(first, WireLane.Normal) => (_id, _owner) = (first._id, first._owner);

    /// <summary>When it was handed to the transport; set before it is posted.</summary>
    public DateTimeOffset PostedAt { get; set; }

    /// <summary>The write of the same bytes on the next physical connection; null if they were not written, or the request has ended.</summary>
    public RequestWrite? TryRepeat(Expiry expiry) => TryWaitAgain() ? new RequestWrite(this) { Expiry = expiry } : null;

    /// <inheritdoc/>
    protected override void OnExpired() => _owner.Tell(new ExpireRequest(_id), ActorRefs.NoSender);

    // One that had begun waits for the end of the connection: its answer may have been read already.
    /// <inheritdoc/>
    protected override void OnFailed(WireException error, bool begun)
    {
        if (!begun)
            _owner.Tell(new RequestNotWritten(_id, error), ActorRefs.NoSender);
    }
}
