using Akka.Actor;
using Akka.Event;

namespace AkkaWs.Hosting.Tests.Support;

/// <summary>Keeps what an actor system's own loggers are given.</summary>
internal sealed class AkkaLog : ReceiveActor
{
    public AkkaLog(Kept<LogEvent> logged) => Receive<LogEvent>(logged.Add);

    public static void Start(ActorSystem system, Kept<LogEvent> logged) => system.EventStream.Subscribe(ActorOf(system, logged), typeof(LogEvent));

    private static IActorRef ActorOf(IActorRefFactory system, Kept<LogEvent> logged) => system.ActorOf(Props.Create(() => new AkkaLog(logged)));
}
