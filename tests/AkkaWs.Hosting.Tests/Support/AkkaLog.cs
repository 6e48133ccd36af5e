using Akka.Actor;
using Akka.Event;

namespace AkkaWs.Hosting.Tests.Support;

/// <summary>Keeps what an actor system's own loggers are given.</summary>
internal sealed class AkkaLog : ReceiveActor
{
    public AkkaLog(Kept<LogEvent> logged) => Receive<LogEvent>(logged.Add);

    public static void Start(IActorRefFactory system, EventStream events, Kept<LogEvent> logged) =>
        events.Subscribe(system.ActorOf(Props.Create(() => new AkkaLog(logged)).WithDeploy(Deploy.Local)), typeof(LogEvent));
}
