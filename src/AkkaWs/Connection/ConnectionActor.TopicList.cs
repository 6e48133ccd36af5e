using System.Diagnostics;
using AkkaWs.Messages;
using AkkaWs.Primitives;
using AkkaWs.Routing;

namespace AkkaWs.Connection;

// The topics as users see them.
internal sealed partial class ConnectionActor
{
    private ConnectionTopics ListTopics() =>
        new(Name, _core.Handle.Current.Epoch, [.. _core.Routes.All.OrderBy(route => route.Topic).Select(Describe)]);

    private TopicStatus Describe(TopicRoute route) => new(route.Topic, StateOf(route.Topic), route.Subscribers)
    {
        Unconfirmed = _core.Unconfirmed.Find(route.Topic),
        IsStale = _core.StaleTopics.Contains(route.Topic),
        LastUpdateAge = route.Progress.ReceivedAt is > 0 and var at ? Stopwatch.GetElapsedTime(at) : null,
    };

    private TopicState StateOf(Topic topic) =>
        IsLingering(topic) ? TopicState.Lingering
        : _core.Unconfirmed.Find(topic) is not null ? TopicState.Unconfirmed
        : _core.Ledger.IsConfirmed(topic) || (topic.IsEverything && _core.Handle.Current.State == ConnectionState.Ready) ? TopicState.Confirmed
        : TopicState.Pending;

    private bool IsLingering(Topic topic) =>
        _core.Lingering.TryGetValue(topic, out var lingering) && _core.Joins.GetValueOrDefault(topic) == lingering.Deserted.Joins;
}
