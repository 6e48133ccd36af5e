using AkkaWs.Protocol;
using AkkaWs.Routing;

namespace AkkaWs.Transport;

// What few protocols have: keys of several parts, batches, keys that only an acknowledgement explains, messages that nobody knows.
internal sealed partial class ReadLoop
{
    private const int LongestComposedKey = ProtocolHandler.LongestComposedKey;

    private readonly UnnamedUpdates _unnamed = new();

    private void RouteComposed(ReadOnlyMemory<byte> payload, long receivedAt, BatchCredit credit)
    {
        Span<byte> key = stackalloc byte[LongestComposedKey];
        var length = _context.Handler.ComposeKey(payload.Span, key);
        if (length > 0)
            RouteUpdate(key[..length], payload, receivedAt);
        else
            OnUnknown(MessageKind.Unknown, payload, credit);
    }

    /// <summary>The key of an update, composed into <paramref name="scratch"/> where the handler composes it; empty if it has none.</summary>
    private ReadOnlySpan<byte> KeyOf(ReadOnlySpan<byte> update, Span<byte> scratch) => KeyOf(_context.Handler.Classify(update), update, scratch);

    private ReadOnlySpan<byte> KeyOf(Classification classification, ReadOnlySpan<byte> update, Span<byte> scratch) =>
        _context.Handler.KeyOf(classification, update, scratch);

    private void TakeApart(ReadOnlyMemory<byte> batch, long receivedAt, BatchCredit credit)
    {
        for (var end = 0; _context.Handler.TryReadPart(batch.Span, end, out var start, out var length);)
        {
            if (start < end || length <= 0)
                throw new InvalidOperationException($"{nameof(ProtocolHandler.TryReadPart)} goes back or stands still: start {start}, length {length}, after {end}");
            end = start + length;
            var part = batch.Slice(start, length);
            try
            {
                var classification = _context.Handler.Classify(part.Span);
                Show(classification.Kind, part);
                if (!_delivers && HoldOrDrop(classification.Kind, part, receivedAt, isPart: true))
                    continue;
                Deliver(classification.Kind == MessageKind.Batch ? Classification.Unknown : classification, part, receivedAt, credit);
            }
            catch (Exception e)
            {
                ReportHandlerError(nameof(ProtocolHandler.Classify), e);
            }
        }
    }

    private void OnUnrouted(ReadOnlySpan<byte> key, ReadOnlyMemory<byte> payload, long receivedAt)
    {
        if (_keys.HasName(key))
            _context.Counters.AddUnrouted();
        else if (_unnamed.Hold(key, payload, receivedAt) is > 0 and var dropped)
            _context.Counters.AddUnrouted(dropped);
    }

    private void Learn(ReadOnlyMemory<byte> message)
    {
        if (!_context.Handler.TryLearn(message.Span, out var learned))
            return;
        _keys.Learn(learned.Key.Span, learned.Topic);
        foreach (var (payload, receivedAt) in _unnamed.Take(learned.Key.Span))
        {
            if (_delivers)
                RouteUpdate(learned.Key.Span, payload, receivedAt);
            else
                _context.Counters.AddDuplicate(); // the turn has passed meanwhile
        }
    }

    private void OnUnknown(MessageKind kind, ReadOnlyMemory<byte> payload, BatchCredit credit)
    {
        _context.Counters.AddUnknown();
        if (_context.Handler.ObservesUnknown)
            Forward(kind, payload, credit);
    }
}
