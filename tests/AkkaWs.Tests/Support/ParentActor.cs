using Akka.Actor;

namespace AkkaWs.Tests.Support;

/// <summary>The parent of an actor under test: shows a probe what its child tells it.</summary>
internal sealed class ParentActor : ReceiveActor
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

    public ParentActor(Props child, IActorRef probe)
    {
        var actor = Context.ActorOf(child);
        Receive<GetChild>(_ => Sender.Tell(new Child(actor)));
        ReceiveAny(message => probe.Tell(message, Sender));
    }

    public static async Task<IActorRef> StartChildAsync(IActorRefFactory system, Props child, IActorRef probe)
    {
        var parent = system.ActorOf(Props.Create(() => new ParentActor(child, probe)).WithDeploy(Deploy.Local));
        return (await parent.Ask<Child>(new GetChild(), Deadline)).Actor;
    }

    private sealed record GetChild : INoSerializationVerificationNeeded;

    private sealed record Child(IActorRef Actor) : INoSerializationVerificationNeeded;
}
