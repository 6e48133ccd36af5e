using AkkaWs.Options;
using AkkaWs.Primitives;
using AkkaWs.Routing;

namespace AkkaWs.Transport;

/// <summary>
/// Who wants every message gets those of an earlier physical connection before those of a later one, also while both are read: what the later one brings
/// meanwhile is held, beside the updates that go to their topics. Bounded: where no more can be held, the earlier one is no longer waited for. Touched within
/// the <see cref="ReadTurn"/> only.
/// </summary>
internal sealed class MessageOrder
{
    private StandbyBuffer? _held;

    /// <summary>The physical connection whose messages are delivered; those of earlier ones come too late.</summary>
    public Epoch Holder { get; private set; }

    /// <summary>Holds a message of a later one, as a copy; false if no more can be held.</summary>
    public bool TryHold(ReadOnlySpan<byte> payload, long receivedAt, RotationOptions options)
    {
        _held ??= new StandbyBuffer(options.MaxHeldUpdates, options.MaxHeldBytes);
        if (_held.IsFull)
            return false;
        _held.Add(new HeldMessage(payload.ToArray(), receivedAt, IsUpdate: false));
        return true;
    }

    /// <summary>From now on those of this physical connection are delivered, behind what was held.</summary>
    public void PassTo(Epoch epoch, Action<HeldMessage> deliver)
    {
        while (_held?.TryTake(out var message) == true)
            deliver(message);
        (_held, Holder) = (null, epoch);
    }
}
