using AkkaWs.Protocol;
using AkkaWs.Routing;
using AkkaWs.Wire;

namespace AkkaWs.Transport;

// Most messages are further updates of topics that are known. Some of them are looked at together, step by step: what a step needs of memory, which may
// be far away where topics are many, has been asked for in the step before.
internal sealed partial class ReadLoop
{
    private readonly Look[] _looks = new Look[16];

    private void RouteTogether(ref int next, MessageBatch batch, BatchCredit credit, ref long bytes)
    {
        var receivedAt = batch.ReceivedAtTimestamp;
        var looks = _looks.AsSpan(0, Math.Min(_looks.Length, batch.Count - next));
        looks = looks[..Classify(batch, next, looks)];
        FindRoutes(batch, next, looks);
        var learnt = _keys.Learnt;
        foreach (ref readonly var look in looks)
        {
            var message = batch[next];
            if (look.Progress is { } progress && progress.Epoch == _context.Epoch)
                Route(progress, progress.Topic, message.Payload, receivedAt);
            else if (message.Opcode == WireOpcode.Text)
                Deliver(look.Classification, message.Payload, receivedAt, credit);
            else
                DispatchAny(message, receivedAt, credit);
            bytes += message.Payload.Length;
            next++;
            if (_keys.Learnt != learnt)
                return;
        }
    }

    // How many it could: a message that the handler fails on is left until it is the first, and then fails.
    private int Classify(MessageBatch batch, int first, Span<Look> looks)
    {
        var done = 0;
        try
        {
            for (; done < looks.Length; done++)
            {
                var message = batch[first + done];
                ref var look = ref looks[done];
                look.Classification = message.Opcode == WireOpcode.Text ? _context.Handler.Classify(message.Payload.Span) : default;
                if (look.IsUpdate)
                    look.Place = _keys.Locate(look.Classification.KeyOf(message.Payload.Span));
            }
        }
        catch (Exception) when (done > 0)
        {
        }

        return done;
    }

    private void FindRoutes(MessageBatch batch, int first, Span<Look> looks)
    {
        for (var i = 0; i < looks.Length; i++)
        {
            ref var look = ref looks[i];
            look.Progress = look.IsUpdate
                ? _keys.Remembered(look.Place, look.Place.Words.IsPart ? look.Classification.KeyOf(batch[first + i].Payload.Span) : default)
                : null;
            look.Progress?.Prefetch();
        }
    }

    private struct Look
    {
        public Classification Classification;
        public KeyPlace Place;
        public RouteProgress? Progress;

        public readonly bool IsUpdate => Classification is { Kind: MessageKind.Update, KeyLength: > 0 };
    }
}
