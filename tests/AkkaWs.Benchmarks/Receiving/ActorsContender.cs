using Akka.Actor;
using AkkaWs.Benchmarks.Blaster;
using AkkaWs.Client;
using AkkaWs.Messages;
using AkkaWs.Primitives;

namespace AkkaWs.Benchmarks.Receiving;

/// <summary>One actor for each topic; every update is a message of its own or, batched, the updates of one read together.</summary>
internal sealed class ActorsContender(BlasterProcess blaster, BlasterScript script, bool batched) : ClientContender(blaster, script)
{
    public static Counter Subscribe(ActorSystem system, WebSocketClient client, Topic topic, int size, bool batched)
    {
        var counter = new Counter(size);
        var actor = system.ActorOf(Props.Create(() => new Subscriber(counter)));
        client.Connection.Tell(new Subscribe([topic], actor, batched), ActorRefs.NoSender);
        return counter;
    }

    protected override Task<ISubscriber> SubscribeAsync(ActorSystem system, WebSocketClient client, Topic topic, int size) =>
        Task.FromResult<ISubscriber>(Subscribe(system, client, topic, size, batched));

    private sealed class Subscriber : ReceiveActor
    {
        public Subscriber(Counter counter)
        {
            Receive<TopicUpdate>(update => counter.Add(update.Payload));
            Receive<TopicUpdates>(group =>
            {
                foreach (var update in group.Updates)
                    counter.Add(update.Payload);
            });
        }
    }
}
