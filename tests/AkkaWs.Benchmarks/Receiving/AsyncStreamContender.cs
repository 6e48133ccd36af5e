using Akka.Actor;
using AkkaWs.Benchmarks.Blaster;
using AkkaWs.Client;
using AkkaWs.Messages;
using AkkaWs.Primitives;

namespace AkkaWs.Benchmarks.Receiving;

/// <summary>One <c>await foreach</c> for each topic. With backpressure the readers set the server's pace; otherwise one that loses anything fails the row.</summary>
internal sealed class AsyncStreamContender(BlasterProcess blaster, BlasterScript script, OverflowPolicy overflow) : ClientContender(blaster, script)
{
    protected override async Task<ISubscriber> SubscribeAsync(ActorSystem system, WebSocketClient client, Topic topic, int size)
    {
        var counter = new Counter(size);
        var subscription = await client.SubscribeAsync(topic, new SubscribeOptions { Overflow = overflow });
        _ = Task.Run(() => CountAsync(subscription, counter));
        return counter;
    }

    private static async Task CountAsync(TopicSubscription subscription, Counter counter)
    {
        try
        {
            await foreach (var update in subscription)
                counter.Add(update.Payload);
        }
        catch (Exception e) // Kept for the contender, which looks before it reports a figure.
        {
            counter.Fail(e);
        }
    }
}
