using System.Collections.Concurrent;
using Akka.Actor;
using AkkaWs.Messages;

namespace AkkaWs.Tests.Support;

/// <summary>A subscriber that keeps what it got, in order.</summary>
internal sealed class Collector : ReceiveActor
{
    public Collector(ConcurrentQueue<TopicMessage> messages) => Receive<TopicMessage>(messages.Enqueue);

    public static (IActorRef Actor, ConcurrentQueue<TopicMessage> Messages) Start(IActorRefFactory system)
    {
        var messages = new ConcurrentQueue<TopicMessage>();
        return (system.ActorOf(Props.Create(() => new Collector(messages)).WithDeploy(Deploy.Local)), messages);
    }
}
