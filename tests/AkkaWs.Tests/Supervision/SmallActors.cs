using Akka.Actor;

namespace AkkaWs.Tests.Supervision;

/// <summary>Supervises one child by the strategy under test.</summary>
internal sealed class Parent : ReceiveActor
{
    private readonly SupervisorStrategy _strategy;

    public Parent(SupervisorStrategy strategy, Props props)
    {
        _strategy = strategy;
        var child = Context.ActorOf(props);
        Receive<string>(text => text == "child", _ => Sender.Tell(child));
        Receive<string>(_ => Sender.Tell("fine"));
    }

    protected override SupervisorStrategy SupervisorStrategy() => _strategy;
}

/// <summary>Throws what it is sent, and passes on the rest.</summary>
internal sealed class Thrower : ReceiveActor
{
    public Thrower(IActorRef listener)
    {
        Receive<Exception>(error => throw error);
        ReceiveAny(listener.Tell);
    }
}
