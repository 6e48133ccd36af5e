using Akka.Actor;
using AkkaWs.Errors;
using AkkaWs.Primitives;

namespace AkkaWs.Connection;

/// <summary>A subscribe command on its way: who asked, and the topics that are not settled.</summary>
internal sealed record SubscribeWaiter(IActorRef Asker, object Command, IReadOnlyList<Topic> Topics, HashSet<Topic> Open, List<TopicFailure> Failures)
{
    /// <summary>What the handler threw for one of the topics that failed.</summary>
    public Exception? Cause { get; set; }
}

/// <summary>The subscribe commands that wait for the server, found by the topics that they wait for.</summary>
internal sealed class SubscribeWaiters
{
    private readonly HashSet<SubscribeWaiter> _all = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<Topic, List<SubscribeWaiter>> _byTopic = [];

    /// <summary>All that wait.</summary>
    public IReadOnlyCollection<SubscribeWaiter> All => _all;

    /// <summary>Adds one that waits for a topic at least.</summary>
    public void Add(SubscribeWaiter waiter)
    {
        _all.Add(waiter);
        foreach (var topic in waiter.Open)
        {
            if (!_byTopic.TryGetValue(topic, out var waiting))
                _byTopic[topic] = waiting = [];
            waiting.Add(waiter);
        }
    }

    /// <summary>The topic is confirmed, or failed.</summary>
    /// <returns>Those that wait for nothing any more; they are removed.</returns>
    public IReadOnlyList<SubscribeWaiter> Settle(Topic topic, TopicFailure? failure, Exception? cause)
    {
        if (!_byTopic.Remove(topic, out var waiting))
            return [];
        foreach (var waiter in waiting)
        {
            waiter.Open.Remove(topic);
            if (failure is not null)
                waiter.Failures.Add(failure);
            waiter.Cause ??= cause;
        }

        var settled = waiting.FindAll(waiter => waiter.Open.Count == 0);
        _all.ExceptWith(settled);
        return settled;
    }

    /// <summary>Whoever asked has left the topics: what it waits for of them has failed.</summary>
    /// <param name="topics">The topics.</param>
    /// <param name="isTheirs">Whether a command is of who has left.</param>
    /// <param name="reason">What each of them is told to have failed for.</param>
    /// <returns>Those that wait for nothing any more; they are removed.</returns>
    public IReadOnlyList<SubscribeWaiter> Leave(IReadOnlyList<Topic> topics, Predicate<object> isTheirs, string reason)
    {
        List<SubscribeWaiter> settled = [];
        foreach (var topic in topics)
        {
            if (!_byTopic.TryGetValue(topic, out var waiting))
                continue;
            foreach (var waiter in waiting.FindAll(waiter => isTheirs(waiter.Command)))
            {
                waiting.Remove(waiter);
                waiter.Failures.Add(new TopicFailure(topic, reason));
                if (waiter.Open.Remove(topic) && waiter.Open.Count == 0)
                    settled.Add(waiter);
            }

            if (waiting.Count == 0)
                _byTopic.Remove(topic);
        }

        _all.ExceptWith(settled);
        return settled;
    }

    public void Clear()
    {
        _all.Clear();
        _byTopic.Clear();
    }
}
