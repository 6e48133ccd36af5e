using AkkaWs.Messages;
using AkkaWs.Primitives;
using AkkaWs.Routing;

namespace AkkaWs.Client;

/// <summary>What a subscription that ends because it lags still tells its reader: how many updates of each topic it drops, then the end.</summary>
internal static class LastWords
{
    public static IReadOnlyList<TopicMessage> Of(IEnumerable<TopicMessage> dropped, TopicClosed end, SubscriberCounters? counters)
    {
        var updates = new Dictionary<Topic, long>();
        foreach (var update in dropped.OfType<TopicUpdate>())
            updates[update.Topic] = updates.GetValueOrDefault(update.Topic) + 1;
        counters?.AddDropped(updates.Values.Sum());
        counters?.AddLagged();
        return [.. updates.Select(of => new Lagged(of.Key, of.Value)), end];
    }
}
