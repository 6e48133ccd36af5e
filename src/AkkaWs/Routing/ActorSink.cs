using Akka.Actor;
using AkkaWs.Errors;
using AkkaWs.Messages;
using AkkaWs.Policies;
using AkkaWs.Primitives;
using AkkaWs.Protocol;

namespace AkkaWs.Routing;

/// <summary>
/// Tells an actor its updates: at most a window of them ahead of its acknowledgements, where it has one. What waits keeps its credit under
/// backpressure, until it is acknowledged; under other policies it waits in their queue. Markers need no acknowledgement.
/// </summary>
internal sealed class ActorSink : IUpdateSink, ICreditHolder
{
    // So many waiting updates make one message for a subscriber that asked for batches.
    private const int MostPerBatch = 256;

    private readonly Lock _lock = new();
    private readonly LinkedList<Waiting> _waiting = new();
    private readonly Queue<BatchCredit?> _unacknowledged = new();
    private readonly Topic _topic;
    private readonly IActorRef _subscriber;
    private readonly IActorRef _owner;
    private readonly bool _batched;
    private readonly SinkSettings _settings;
    private readonly OverflowQueue? _queue;
    private readonly int _window;
    private long _acknowledged;
    private long _marked = -1;
    private volatile bool _ended;

    public ActorSink(Topic topic, IActorRef subscriber, IActorRef owner, bool batched, SinkSettings settings)
    {
        (_topic, _subscriber, _owner, _batched, _settings) = (topic, subscriber, owner, batched, settings);
        _window = settings.Options.Window ?? int.MaxValue;
        if (settings.Options.Overflow != OverflowPolicy.Backpressure)
            _queue = new OverflowQueue(
                settings.Options.Overflow, settings.Capacity, settings.Handler.ConflationKeyOf, e => settings.Counters.AddUnreadable(nameof(ProtocolHandler.ConflationKeyOf), e));
    }

    public bool IsBatched => _batched;

    /// <summary>Whether it takes nothing more: it was closed, or has ended by itself.</summary>
    public bool HasEnded => _ended;

    public void Accept(TopicUpdate[] updates, BatchCredit credit)
    {
        lock (_lock)
        {
            if (_ended)
                return;
            if (_queue is not null)
                Offer(updates);
            else if (_window == int.MaxValue)
                TellAll(updates);
            else
                Hold(updates, credit);
            Pump();
        }
    }

    public void Accept(TopicMessage marker)
    {
        lock (_lock)
        {
            if (_ended)
                return;
            if (_queue is null)
                HoldMarker(marker);
            else if (!_queue.Offer(marker))
                Overflow(null);
            Pump();
            if (marker is TopicClosed)
                LetGo();
        }
    }

    /// <summary>The subscriber is through with so many messages.</summary>
    public void Acknowledge(int messages)
    {
        lock (_lock)
        {
            for (; messages > 0 && _unacknowledged.TryDequeue(out var credit); messages--)
            {
                _acknowledged++;
                credit?.Release();
            }

            Pump();
        }
    }

    /// <summary>Tells all that waits, and ends.</summary>
    public void Flush()
    {
        lock (_lock)
            LetGo();
    }

    /// <summary>The subscriber has left: nothing more is told, and all credits go back.</summary>
    public void Close()
    {
        if (_ended)
            return;
        lock (_lock)
        {
            _ended = true;
            ReleaseAll();
        }
    }

    public void MarkProgress()
    {
        lock (_lock)
            _marked = _acknowledged;
    }

    public bool HoldsReading
    {
        get
        {
            lock (_lock)
                return IsHolding();
        }
    }

    public bool FailIfStuck(CloseReason reason)
    {
        lock (_lock)
        {
            if (!IsHolding())
                return false;
            var dropped = _waiting.Sum(w => w.Message is TopicUpdates batch ? batch.Updates.Count : w.Message is TopicUpdate ? 1 : 0);
            ReleaseAll();
            if (dropped > 0)
                Tell(new Lagged(_topic, dropped));
            _settings.Counters.AddDropped(dropped);
            End(reason);
            return true;
        }
    }

    private bool IsHolding() =>
        !_ended && _acknowledged == _marked && _unacknowledged.Concat(_waiting.Select(w => w.Credit)).Any(credit => credit is not null);

    private void Offer(TopicUpdate[] updates)
    {
        if (_batched && !_queue!.HasNext && _unacknowledged.Count < _window)
        {
            Tell(new TopicUpdates(_topic, updates));
            _unacknowledged.Enqueue(null);
            return;
        }

        var dropped = _queue!.Dropped;
        foreach (var update in updates)
        {
            if (!_queue.Offer(update))
            {
                Overflow(update);
                break;
            }

            if (!_batched)
                Pump();
        }

        _settings.Counters.AddDropped(_queue.Dropped - dropped);
    }

    private void Hold(TopicUpdate[] updates, BatchCredit credit)
    {
        if (_batched)
        {
            credit.Retain();
            _waiting.AddLast(new Waiting(new TopicUpdates(_topic, updates), credit));
            return;
        }

        foreach (var update in updates)
        {
            credit.Retain();
            _waiting.AddLast(new Waiting(update, credit));
        }
    }

    // An interruption that ended and begins again before its end was told goes on: markers alone are bounded.
    private void HoldMarker(TopicMessage marker)
    {
        if (marker is Interrupted && _waiting.Last is { Value.Message: Restored })
            _waiting.RemoveLast();
        else
            _waiting.AddLast(new Waiting(marker, null));
    }

    private bool TryDequeue(out Waiting next)
    {
        next = _waiting.First?.Value ?? default;
        if (_waiting.Count == 0)
            return false;
        _waiting.RemoveFirst();
        return true;
    }

    private void TellAll(TopicUpdate[] updates)
    {
        if (_batched)
        {
            Tell(new TopicUpdates(_topic, updates));
            return;
        }

        foreach (var update in updates)
            Tell(update);
    }

    private void Pump()
    {
        while ((_unacknowledged.Count < _window || NextIsMarker()) && TryNext(out var next))
        {
            Tell(next.Message);
            if (next.Message is TopicUpdate or TopicUpdates && _window != int.MaxValue)
                _unacknowledged.Enqueue(next.Credit);
        }
    }

    private bool NextIsMarker() =>
        _waiting.First is { } first ? first.Value.Message is not (TopicUpdate or TopicUpdates) : _queue is { NextIsMarker: true };

    private bool TryNext(out Waiting next)
    {
        if (TryDequeue(out next))
            return true;
        if (_queue is null || !_queue.TryTake(out var message))
            return false;
        next = new Waiting(message, null);
        if (!_batched || message is not TopicUpdate first)
            return true;
        List<TopicUpdate> batch = [first];
        while (batch.Count < MostPerBatch && _queue.TryTake(out var more))
        {
            if (more is TopicUpdate update)
            {
                batch.Add(update);
                continue;
            }

            _waiting.AddLast(new Waiting(more, null));
            break;
        }

        next = new Waiting(new TopicUpdates(_topic, batch), null);
        return true;
    }

    // All that waits is bounded, and no acknowledgement will reach us any more.
    private void LetGo()
    {
        while (!_ended && TryNext(out var next))
        {
            Tell(next.Message);
            next.Credit?.Release();
        }

        _ended = true;
        ReleaseAll();
    }

    private void Overflow(TopicUpdate? refused)
    {
        var reason = new CloseReason(ErrorClass.Lagged, $"more than {_settings.Capacity} messages waited for the subscriber");
        _queue!.Abandon(refused, new TopicClosed(_topic, reason));
        while (_queue.TryTake(out var message))
        {
            if (message is not TopicClosed)
                Tell(message);
        }

        End(reason);
    }

    // The subscriber is told last: it may come back from within, and then finds nothing of this.
    private void End(CloseReason reason)
    {
        _ended = true;
        ReleaseAll();
        _settings.Counters.AddLagged();
        _owner.Tell(new SubscriberGone(_subscriber, this), ActorRefs.NoSender);
        Tell(new TopicClosed(_topic, reason));
    }

    private void ReleaseAll()
    {
        while (TryDequeue(out var waiting))
            waiting.Credit?.Release();
        while (_unacknowledged.TryDequeue(out var credit))
            credit?.Release();
    }

    private void Tell(TopicMessage message) => _subscriber.Tell(message, _owner);

    private readonly record struct Waiting(TopicMessage Message, BatchCredit? Credit);
}

/// <summary>Tells a topic's actor that a subscriber's sink ended by itself; a subscriber that has come back since has another.</summary>
internal sealed record SubscriberGone(IActorRef Subscriber, ActorSink Sink) : INoSerializationVerificationNeeded;
