using Akka.Actor;
using AkkaWs.Primitives;
using AkkaWs.Protocol;
using AkkaWs.Wire;

namespace AkkaWs.Requests;

/// <summary>
/// The write of one request. It is either begun by the writer or withdrawn by the request's actor, never both: what was withdrawn leaves no
/// byte on the wire.
/// </summary>
internal sealed class RequestWrite : WireWrite
{
    private const int Waiting = 0, Begun = 1, Withdrawn = 2;
    private readonly RequestId _id;
    private readonly IActorRef _owner;
    private int _state;

    public RequestWrite(RequestId id, OutboundMessage message, IActorRef owner, WireLane lane)
        : base(message.IsBinary ? WireOpcode.Binary : WireOpcode.Text, message.Payload, lane)
    {
        _id = id;
        _owner = owner;
    }

    /// <summary>When it was handed to the transport; set before it is posted.</summary>
    public DateTimeOffset PostedAt { get; set; }

    /// <summary>Whether bytes of it may have left.</summary>
    public bool HasBegun => Volatile.Read(ref _state) == Begun;

    /// <summary>Makes sure that it is never written, unless it has begun already.</summary>
    public bool TryWithdraw() => Interlocked.CompareExchange(ref _state, Withdrawn, Waiting) != Begun;

    /// <inheritdoc/>
    protected override bool TryBegin() => Interlocked.CompareExchange(ref _state, Begun, Waiting) == Waiting;

    // One that had begun waits for the end of the connection: its answer may have been read already.
    /// <inheritdoc/>
    protected override void OnFailed(WireException error, bool begun)
    {
        if (!begun)
            _owner.Tell(new RequestNotWritten(_id, error), ActorRefs.NoSender);
    }
}
