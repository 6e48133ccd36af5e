using System.Diagnostics;
using AkkaWs.Messages;
using AkkaWs.Primitives;
using AkkaWs.Routing;

namespace AkkaWs.Transport;

// Updates: kept by topic while a batch is read, then handed to their subscribers together.
internal sealed partial class ReadLoop
{
    private void RouteUpdate(ReadOnlySpan<byte> key, ReadOnlyMemory<byte> payload, long receivedAt)
    {
        var progress = _keys.Progress(key);
        if (progress is not null && progress.Epoch != _context.Epoch && IsDuplicate(progress, payload.Span, receivedAt))
        {
            _context.Counters.AddDuplicate();
            return;
        }

        if (progress is not null)
            Route(progress, progress.Topic, payload, receivedAt);
        else if (_context.Routes.Patterns.Length == 0 || !_keys.HasName(key))
            OnUnrouted(key, payload, receivedAt);
        if (_context.Routes.Patterns.Length > 0 && _keys.HasName(key))
            RouteByPattern(key, payload, receivedAt);
    }

    private void Route(RouteProgress progress, Topic topic, ReadOnlyMemory<byte> payload, long receivedAt)
    {
        if (progress.Batch != _batchNumber || progress.Epoch != _context.Epoch)
            Touch(progress);
        progress.Add(topic, payload, progress.IsEverything ? null : _context.Handler.SequenceOf(payload.Span), receivedAt);
    }

    private void Begin()
    {
        _firstNumber = ++_batchNumber;
        (_topics, _delivered, _handingOver) = (0, 0, 0);
    }

    private void Touch(RouteProgress progress)
    {
        if (progress.Batch < _firstNumber || progress.Epoch != _context.Epoch)
            _topics++;
        progress.Batch = _batchNumber;
        progress.Epoch = _context.Epoch;
        _touched.Add(progress);
    }

    private void FlushEarly(BatchCredit credit)
    {
        var begunAt = Stopwatch.GetTimestamp();
        Flush(credit);
        _batchNumber++;
        _handingOver += Stopwatch.GetTimestamp() - begunAt;
    }

    private void Flush(BatchCredit credit)
    {
        foreach (var progress in _touched)
        {
            var updates = progress.Updates;
            if (updates.IsEmpty)
                continue; // the handler failed on its only message
            _delivered += updates.Length;
            if (progress.DirectSnapshot() is { } snapshot)
            {
                FanOut(progress.Topic, snapshot, updates, credit);
            }
            else
            {
                progress.Posted++;
                credit.Retain();
                progress.Route.Post(new TopicGroup(_context.Epoch, updates.ToArray(), credit));
            }

            progress.Clear();
        }

        _touched.Clear();
    }

    // Topic by topic, so that a subscriber wakes once for what one read brought it.
    private static void FanOut(Topic topic, TopicSnapshot snapshot, ReadOnlySpan<TopicUpdate> updates, BatchCredit credit)
    {
        foreach (var subscriber in snapshot.Each)
        {
            foreach (var update in updates)
                subscriber.Tell(update, snapshot.Sender);
        }

        if (!snapshot.WantsGroups)
            return;
        var group = updates.ToArray();
        if (snapshot.Batched.Length > 0)
        {
            var batch = new TopicUpdates(topic, group);
            foreach (var subscriber in snapshot.Batched)
                subscriber.Tell(batch, snapshot.Sender);
        }

        foreach (var sink in snapshot.Sinks)
            sink.Accept(group, credit);
    }
}
