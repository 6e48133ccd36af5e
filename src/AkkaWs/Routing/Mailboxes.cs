using Akka.Actor;
using Akka.Routing;
using AkkaWs.Messages;
using AkkaWs.Primitives;

namespace AkkaWs.Routing;

/// <summary>
/// What waits in the mailboxes of actors that are told without a bound. It can be counted in this process alone, and what others have sent them is part of it.
/// </summary>
internal sealed class Mailboxes
{
    /// <summary>So many messages are too many.</summary>
    public const int TooMany = 100_000;

    // Those that were found to hold too many, how many then, and by which topic.
    private readonly Dictionary<IActorRef, (int Messages, Topic Topic)> _full = [];
    private readonly HashSet<IActorRef> _seen = [];

    // Topics that show no subscribers at the moment, such as those that are interrupted.
    private readonly HashSet<Topic> _hidden = [];

    /// <summary>How many of them have not come down to half of that since.</summary>
    public int Full => _full.Count;

    /// <summary>Those that have come to hold too many, or twice as many as when they were found before.</summary>
    public IReadOnlyList<SubscriberMailbox> FindFull(IEnumerable<TopicRoute> routes)
    {
        List<SubscriberMailbox>? found = null;
        foreach (var (topic, subscriber) in Subscribers(routes))
        {
            if (CountOf(subscriber) is not { } messages || messages < TooMany || messages < 2L * _full.GetValueOrDefault(subscriber).Messages)
                continue;
            _full[subscriber] = (messages, topic);
            (found ??= []).Add(new SubscriberMailbox(PathOf(subscriber), topic, messages));
        }

        if (_full.Count > 0)
            ForgetEmptied();
        return found ?? (IReadOnlyList<SubscriberMailbox>)[];
    }

    /// <summary>The first few, the fullest first; those that cannot be counted last.</summary>
    public IReadOnlyList<SubscriberMailbox> Fullest(IEnumerable<TopicRoute> routes, int most) =>
    [
        .. Subscribers(routes).Select(one => new SubscriberMailbox(PathOf(one.Subscriber), one.Topic, CountOf(one.Subscriber)))
            .OrderByDescending(one => one.Messages ?? -1)
            .Take(most),
    ];

    // Each once, by the first of its topics.
    private IEnumerable<(Topic Topic, IActorRef Subscriber)> Subscribers(IEnumerable<TopicRoute> routes)
    {
        _seen.Clear();
        _hidden.Clear();
        foreach (var route in routes)
        {
            if (route.Progress.Published is not { } published)
            {
                _hidden.Add(route.Topic);
                continue;
            }

            foreach (var subscriber in published.Each)
            {
                if (_seen.Add(subscriber))
                    yield return (route.Topic, subscriber);
            }

            foreach (var subscriber in published.Batched)
            {
                if (_seen.Add(subscriber))
                    yield return (route.Topic, subscriber);
            }

            foreach (var sink in published.Sinks)
            {
                if (ToldBy(sink) is { } subscriber && _seen.Add(subscriber))
                    yield return (route.Topic, subscriber);
            }
        }
    }

    private void ForgetEmptied()
    {
        foreach (var (subscriber, (_, topic)) in _full)
        {
            if (CountOf(subscriber) < TooMany / 2 || (!_seen.Contains(subscriber) && !_hidden.Contains(topic)))
                _full.Remove(subscriber);
        }
    }

    private static IActorRef? ToldBy(IUpdateSink sink) => sink switch
    {
        ActorSink actor => actor.ToldWithoutBound,
        GapSink gaps => gaps.ToldWithoutBound,
        _ => null,
    };

    // What a router is told waits in the mailboxes of its routees.
    private static int? CountOf(IActorRef subscriber) =>
        subscriber is ActorRefWithCell { Underlying: { Props.RouterConfig: null or NoRouter } cell } ? cell.NumberOfMessages : null;

    private static string PathOf(IActorRef subscriber) => subscriber.Path.ToStringWithoutAddress();
}
