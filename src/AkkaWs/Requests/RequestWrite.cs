using Akka.Actor;
using AkkaWs.Protocol;
using AkkaWs.Transport;
using AkkaWs.Wire;

namespace AkkaWs.Requests;

/// <summary>The write of one request: the request's actor may withdraw it until it has begun.</summary>
internal sealed class RequestWrite : WithdrawableWrite
{
    private readonly PendingRequest _request;

    public RequestWrite(PendingRequest request, OutboundMessage message, WireLane lane)
        : base(message, lane) => _request = request;

    private RequestWrite(RequestWrite first)
        : base(first, WireLane.Normal) => _request = first._request;

    /// <summary>When it was handed to the transport; set before it is posted.</summary>
    public DateTimeOffset PostedAt { get; set; }

    /// <summary>The write of the same bytes on the next physical connection; null if they were not written, or the request has ended.</summary>
    public RequestWrite? TryRepeat(Expiry expiry) => TryWaitAgain() ? new RequestWrite(this) { Expiry = expiry } : null;

    /// <summary>This write in the lane of what came out of the queue, not to be overtaken nor to overtake there.</summary>
    public RequestWrite InLaneOfQueue() => Lane == WireLane.Normal ? this : new RequestWrite(this) { Expiry = Expiry };

    /// <inheritdoc/>
    protected override void OnExpired() => _request.Seat.Actor.Tell(new ExpireRequest(_request), ActorRefs.NoSender);

    // One that had begun waits for the end of the connection: its answer may have been read already.
    /// <inheritdoc/>
    protected override void OnFailed(WireException error, bool begun)
    {
        if (!begun)
            _request.Seat.Actor.Tell(new RequestNotWritten(_request, error), ActorRefs.NoSender);
    }
}
