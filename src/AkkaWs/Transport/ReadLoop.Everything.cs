using AkkaWs.Errors;
using AkkaWs.Primitives;
using AkkaWs.Protocol;
using AkkaWs.Routing;

namespace AkkaWs.Transport;

// Subscriptions to every message. Connections without any do none of this.
internal sealed partial class ReadLoop
{
    // Every message is theirs, one that the handler fails on too; but of updates that two connections bring, those that their topics get.
    private Classification ClassifyForAll(ReadOnlyMemory<byte> payload, long receivedAt)
    {
        var isTheirs = true;
        try
        {
            var classification = _context.Handler.Classify(payload.Span);
            isTheirs = classification.Kind != MessageKind.Update || (_delivers && !IsDuplicate(classification, payload.Span, receivedAt));
            return classification;
        }
        finally
        {
            if (isTheirs)
                Record(payload, receivedAt);
        }
    }

    private bool IsDuplicate(Classification classification, ReadOnlySpan<byte> update, long receivedAt)
    {
        if (!MayOverlap(new Epoch(_context.Epoch.Value - 1)))
            return false;
        Span<byte> scratch = stackalloc byte[LongestComposedKey];
        var key = KeyOf(classification, update, scratch);
        if (key.IsEmpty)
            return false;
        return _keys.Progress(key) is { } progress
            ? progress.Epoch != _context.Epoch && IsDuplicate(progress, update, receivedAt)
            : IsDuplicateOfPattern(key, update, receivedAt);
    }

    // In order over the connections that overlap.
    private void Record(ReadOnlyMemory<byte> payload, long receivedAt)
    {
        if (_context.Routes.Everything is not { } everything)
            return;
        var order = _context.Messages;
        if (order.Holder != _context.Epoch)
        {
            if (order.Holder.Value > _context.Epoch.Value || order.TryHold(payload.Span, receivedAt, _context.Options.Rotation))
                return;
            TakeOver(order, everything);
        }

        Route(everything.Progress, Topic.Everything, payload, receivedAt);
    }

    private void TakeOver(MessageOrder order, TopicRoute everything)
    {
        everything.Post(new TopicMark(order.Holder, new CloseReason(ErrorClass.Rotation, "the new connection's buffer is full; the old one is no longer awaited"), IsBridged: true));
        order.PassTo(_context.Epoch, held => Route(everything.Progress, Topic.Everything, held.Payload, held.ReceivedAt));
    }
}
