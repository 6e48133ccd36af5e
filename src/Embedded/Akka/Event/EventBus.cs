using Akka.Actor;

namespace Akka.Event;

public abstract class EventBus<TEvent, TClassifier, TSubscriber>
{
    private readonly Lock _gate = new();

    // Replaced on change: publishing reads without a lock.
    private KeyValuePair<TClassifier, TSubscriber>[] _subscriptions = [];
    private Dictionary<TClassifier, TSubscriber[]> _cache = [];

    public virtual bool Subscribe(TSubscriber subscriber, TClassifier classifier)
    {
        lock (_gate)
        {
            var isNew = !Array.Exists(_subscriptions, each => Equals(each.Value, subscriber) && Equals(each.Key, classifier));
            if (isNew)
                Replace([.. _subscriptions, new(classifier, subscriber)]);
            return isNew;
        }
    }

    public virtual bool Unsubscribe(TSubscriber subscriber) => Remove(each => Equals(each.Value, subscriber));

    public virtual bool Unsubscribe(TSubscriber subscriber, TClassifier classifier) =>
        Remove(each => Equals(each.Value, subscriber) && Equals(each.Key, classifier));

    public virtual void Publish(TEvent @event)
    {
        var classifier = GetClassifier(@event);
        if (!Volatile.Read(ref _cache).TryGetValue(classifier, out var subscribers))
            subscribers = Remember(classifier);
        foreach (var subscriber in subscribers)
            Publish(@event, subscriber);
    }

    protected abstract bool IsSubClassification(TClassifier parent, TClassifier child);

    protected abstract void Publish(TEvent @event, TSubscriber subscriber);

    protected abstract bool Classify(TEvent @event, TClassifier classifier);

    protected abstract TClassifier GetClassifier(TEvent @event);

    protected string SimpleName(object source) => SimpleName(source.GetType());

    protected string SimpleName(Type source) => source.Name;

    private bool Remove(Predicate<KeyValuePair<TClassifier, TSubscriber>> which)
    {
        lock (_gate)
        {
            var kept = Array.FindAll(_subscriptions, each => !which(each));
            var removed = kept.Length < _subscriptions.Length;
            if (removed)
                Replace(kept);
            return removed;
        }
    }

    private TSubscriber[] Remember(TClassifier classifier)
    {
        lock (_gate)
        {
            List<TSubscriber> found = [];
            foreach (var (of, subscriber) in _subscriptions)
            {
                if (IsSubClassification(of, classifier) && !found.Contains(subscriber))
                    found.Add(subscriber);
            }

            TSubscriber[] subscribers = [.. found];
            Volatile.Write(ref _cache, new Dictionary<TClassifier, TSubscriber[]>(_cache) { [classifier] = subscribers });
            return subscribers;
        }
    }

    private void Replace(KeyValuePair<TClassifier, TSubscriber>[] subscriptions)
    {
        _subscriptions = subscriptions;
        Volatile.Write(ref _cache, []);
    }
}

public abstract class ActorEventBus<TEvent, TClassifier> : EventBus<TEvent, TClassifier, IActorRef>;
