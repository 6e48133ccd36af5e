using Akka.Actor;

namespace Akka.TestKit.TestActors;

/// <summary>Swallows every message.</summary>
public class BlackHoleActor : ActorBase
{
    public static Props Props { get; } = Akka.Actor.Props.Create(() => new BlackHoleActor());

    protected override bool Receive(object message) => true;
}

/// <summary>Tells every message to the test actor and, unless told otherwise, back to its sender.</summary>
public class EchoActor : ReceiveActor
{
    public EchoActor(TestKitBase testkit, bool echoBackToSenderAsWell = true) => ReceiveAny(message =>
    {
        var sender = Sender;
        if (echoBackToSenderAsWell && !testkit.TestActor.Equals(sender))
            sender.Tell(message, Self);
        testkit.TestActor.Tell(message, sender);
    });

    public static Props Props(TestKitBase testkit, bool echoBackToSenderAsWell = true) => Akka.Actor.Props.Create(() => new EchoActor(testkit, echoBackToSenderAsWell));
}

/// <summary>Passes every message on, as from its sender.</summary>
public class ForwardActor : ReceiveActor
{
    public ForwardActor(IActorRef target) => ReceiveAny(message => target.Tell(message, Sender));

    public static Props Props(IActorRef target) => Akka.Actor.Props.Create(() => new ForwardActor(target));
}
