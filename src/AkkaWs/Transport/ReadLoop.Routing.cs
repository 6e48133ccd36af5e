using System.Diagnostics;
using Akka.Actor;
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
        if (progress is not null && progress.Epoch != _context.Epoch)
        {
            if (IsDuplicate(progress, payload.Span, receivedAt))
            {
                _context.Counters.AddDuplicate();
                return;
            }

            MarkHole(progress.Route, LastOf(progress), payload.Span);
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
        var sequence = progress.IsEverything ? null : _context.Handler.SequenceOf(payload.Span);
        var update = progress.Next(topic, payload, _context.Origin, sequence, receivedAt);
        if (progress.Batch == _batchNumber && progress.Epoch == _context.Epoch)
            progress.Add(update);
        else
            Touch(progress, update);
    }

    private void Begin()
    {
        _firstNumber = ++_batchNumber;
        (_topics, _delivered, _handingOver) = (0, 0, 0);
    }

    private void Touch(RouteProgress progress, TopicUpdate first)
    {
        if (progress.Batch < _firstNumber || progress.Epoch != _context.Epoch)
            _topics++;
        progress.Begin(_batchNumber, _context.Epoch);
        _touched.Add(new Touched(progress, first));
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
        for (var i = 0; i < _touched.Count; i++)
        {
            if (i + TellsAhead < _touched.Count)
                _touched[i + TellsAhead].Progress.Published?.PrefetchOnly();
            HandOver(_touched[i], credit);
        }

        _touched.Clear();
    }

    private void HandOver(Touched touched, BatchCredit credit)
    {
        var progress = touched.Progress;
        if (progress.DirectSnapshot() is { } snapshot)
        {
            _delivered += 1 + progress.Further.Length;
            FanOut(touched, snapshot, credit);
        }
        else if (progress.Route.EndedOn == _context.Epoch)
        {
            _context.Counters.AddUnrouted(progress.TakeBack());
            return;
        }
        else
        {
            _delivered += 1 + progress.Further.Length;
            progress.Route.Hand(_context.Epoch, touched.ToArray(), credit);
        }

        progress.MarkDelivered(touched.First);
    }

    // Topic by topic, so that a subscriber wakes once for what one read brought it.
    private static void FanOut(Touched touched, TopicSnapshot snapshot, BatchCredit credit)
    {
        if (snapshot.Only is { } only)
        {
            touched.Tell(only, snapshot.Sender);
        }
        else
        {
            foreach (var subscriber in snapshot.Each)
                touched.Tell(subscriber, snapshot.Sender);
        }

        if (!snapshot.WantsGroups)
            return;
        var group = touched.ToArray();
        if (snapshot.Batched.Length > 0)
        {
            var batch = new TopicUpdates(touched.Progress.Topic, group);
            foreach (var subscriber in snapshot.Batched)
                subscriber.Tell(batch, snapshot.Sender);
        }

        foreach (var sink in snapshot.Sinks)
            sink.Accept(group, credit);
    }

    // A topic that a batch has brought, and the first of its updates.
    private readonly record struct Touched(RouteProgress Progress, TopicUpdate First)
    {
        public void Tell(IActorRef subscriber, IActorRef sender)
        {
            subscriber.Tell(First, sender);
            foreach (var update in Progress.Further)
                subscriber.Tell(update, sender);
        }

        public TopicUpdate[] ToArray() => [First, .. Progress.Further];
    }
}
