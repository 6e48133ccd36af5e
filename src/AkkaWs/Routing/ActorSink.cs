using Akka.Actor;
using AkkaWs.Errors;
using AkkaWs.Messages;
using AkkaWs.Policies;
using AkkaWs.Primitives;
using AkkaWs.Protocol;

namespace AkkaWs.Routing;

/// <summary>
/// Tells an actor its updates: at most a window of them ahead of its acknowledgements, where it has one. What waits keeps its credit under
/// backpressure, until it is acknowledged; under other policies it waits in a queue of its own. Markers need no acknowledgement.
/// </summary>
internal sealed class ActorSink : IUpdateSink, ICreditHolder, IBacklog
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
    private readonly HighWaterMark? _mark;
    private readonly int _window;
    private long _acknowledged;
    private long _marked;
    private long _counted;
    private volatile bool _ended;
    private IUpdateSink? _next;

    public ActorSink(Topic topic, IActorRef subscriber, IActorRef owner, bool batched, SinkSettings settings)
    {
        (_topic, _subscriber, _owner, _batched, _settings) = (topic, subscriber, owner, batched, settings);
        _window = settings.Options.Window ?? int.MaxValue;
        if (settings.Options is not { Window: not null, Overflow: not OverflowPolicy.Backpressure })
            return;
        _mark = settings.Options.Overflow == OverflowPolicy.Unbounded ? new HighWaterMark(settings.Limits) : null;
        var limits = _mark is null ? settings.Limits : BufferLimits.None;
        _queue = new OverflowQueue(
            settings.Options.Overflow,
            limits.Messages,
            settings.Handler.ConflationKeyOf,
            e => settings.Counters.AddUnreadable(nameof(ProtocolHandler.ConflationKeyOf), e),
            limits.Bytes,
            () => settings.Backlogs.SlicesEach);
    }

    public bool IsBatched => _batched;

    /// <summary>The subscriber, where it is told at once, whatever waits in its mailbox; null: a window bounds it.</summary>
    public IActorRef? ToldWithoutBound => _window == int.MaxValue ? _subscriber : null;

    /// <summary>Whether it takes nothing more: it was closed, or has ended by itself.</summary>
    public bool HasEnded => _ended;

    public void Accept(TopicUpdate[] updates, BatchCredit credit)
    {
        IUpdateSink? next;
        var isTooMuch = false;
        lock (_lock)
        {
            next = _next;
            if (!_ended)
            {
                if (_queue is not null)
                    Offer(updates);
                else if (_window == int.MaxValue)
                    TellAll(updates);
                else
                    Hold(updates, credit);
                Pump();
                isTooMuch = Count();
            }
        }

        next?.Accept(updates, credit);
        if (isTooMuch)
            _settings.Backlogs.Relieve();
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
            Count();
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
            Count();
        }
    }

    /// <summary>Tells all that waits, and ends; the updates that the read loop is about to bring it go to the sink in its place.</summary>
    public void HandOver(IUpdateSink next)
    {
        lock (_lock)
        {
            LetGo();
            _next = next;
        }
    }

    /// <summary>As that, to the same subscriber without any options.</summary>
    public void HandOver(bool batched) => HandOver(new ActorSink(_topic, _subscriber, _owner, batched, _settings with { Options = SubscribeOptions.Default }));

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

    public Unread Measure()
    {
        lock (_lock)
        {
            return _queue is not null
                ? Unread.Of(_queue.Updates, _queue.Bytes, _queue.Oldest?.ReceivedAt)
                : Unread.Of(_waiting.SelectMany(waiting => UpdatesOf(waiting.Message)));
        }
    }

    public void GiveWay(long maxBytes)
    {
        lock (_lock)
        {
            if (!_ended && _mark is null && _queue is { Updates: > 0 })
                Abandon(null, Lag.OfAll(_topic, Measure(), maxBytes));
        }
    }

    // Of one topic, which tells each round in order.
    public void MarkProgress(long round)
    {
        lock (_lock)
            _marked = _queue is null ? _acknowledged + _unacknowledged.Count + _waiting.Count(waiting => waiting.Credit is not null) : 0;
    }

    public bool HoldsReading
    {
        get
        {
            lock (_lock)
                return IsHolding();
        }
    }

    public bool FailIfStuck(CloseReason reason, long round)
    {
        lock (_lock)
        {
            if (!IsHolding())
                return false;
            var dropped = _waiting.Sum(w => UpdatesOf(w.Message).Count);
            ReleaseAll();
            if (dropped > 0)
                Tell(new Lagged(_topic, dropped));
            _settings.Counters.AddDropped(dropped);
            End(reason);
            return true;
        }
    }

    private bool IsHolding() => !_ended && _acknowledged < _marked;

    private void Offer(TopicUpdate[] updates)
    {
        if (_batched && !_queue!.HasNext && _unacknowledged.Count < _window)
        {
            Tell(new TopicUpdates(_topic, updates));
            _unacknowledged.Enqueue(null);
            return;
        }

        var dropped = _queue!.Dropped;
        TopicUpdate? refused = null;
        foreach (var update in updates)
        {
            if (!_queue.Offer(update))
            {
                refused = update;
                break;
            }

            if (!_batched)
                Pump();
        }

        _settings.Counters.AddDropped(_queue.Dropped - dropped);
        if (refused is not null)
            Overflow(refused);
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

    private void Overflow(TopicUpdate? refused) => Abandon(refused, Lag.OfFull(_topic, Measure(), _settings.Limits));

    private void Abandon(TopicUpdate? refused, Lag lag)
    {
        var dropped = _queue!.Dropped;
        _queue.Abandon(refused, new TopicClosed(_topic, lag.Reason));
        _settings.Counters.AddDropped(_queue.Dropped - dropped);
        while (_queue.TryTake(out var message))
        {
            if (message is not TopicClosed)
                Tell(message);
        }

        End(lag.Reason);
    }

    // The subscriber is told last: it may come back from within, and then finds nothing of this.
    private void End(CloseReason reason)
    {
        _ended = true;
        ReleaseAll();
        _settings.Counters.AddLagged();
        _owner.Tell(new SubscriberGone(_subscriber, this, reason), ActorRefs.NoSender);
        Tell(new TopicClosed(_topic, reason));
    }

    private void ReleaseAll()
    {
        while (TryDequeue(out var waiting))
            waiting.Credit?.Release();
        while (_unacknowledged.TryDequeue(out var credit))
            credit?.Release();
        Count();
        _settings.Backlogs.Remove(this);
    }

    // What waits is another sum than it was before; what has no bound of its own is no part of the connection's.
    private bool Count()
    {
        if (_mark is not null)
        {
            if (_mark.IsPassed(_queue!.Updates, _queue.Bytes))
                _settings.Counters.ReportHigh(_topic, _queue.Updates, _queue.Bytes);
            return false;
        }

        var more = (_ended || _queue is null ? 0 : _queue.Bytes) - _counted;
        _counted += more;
        return _settings.Backlogs.Count(more);
    }

    private static IReadOnlyList<TopicUpdate> UpdatesOf(TopicMessage message) => message switch
    {
        TopicUpdates batch => batch.Updates,
        TopicUpdate update => [update],
        _ => [],
    };

    private void Tell(TopicMessage message) => _subscriber.Tell(message, _owner);

    private readonly record struct Waiting(TopicMessage Message, BatchCredit? Credit);
}

/// <summary>Tells a topic's actor that a subscriber's sink ended by itself; a subscriber that has come back since has another.</summary>
internal sealed record SubscriberGone(IActorRef Subscriber, ActorSink Sink, CloseReason Reason) : INoSerializationVerificationNeeded;
