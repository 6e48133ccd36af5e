using System.Collections.Concurrent;
using Akka.Actor;
using Akka.Event;
using AkkaWs.Telemetry;

namespace AkkaWs.Tests.Support;

/// <summary>Keeps what is logged in an actor system, from now on and at the system's level.</summary>
internal sealed class LogProbe : ReceiveActor
{
    public LogProbe(ConcurrentQueue<LogEvent> logged) => Receive<LogEvent>(logged.Enqueue);

    public static ConcurrentQueue<LogEvent> Start(IActorRefFactory system, EventStream events)
    {
        var logged = new ConcurrentQueue<LogEvent>();
        events.Subscribe(system.ActorOf(Props.Create(() => new LogProbe(logged)).WithDeploy(Deploy.Local)), typeof(LogEvent));
        return logged;
    }

    /// <summary>Those of a connection, with their level.</summary>
    public static IReadOnlyList<(LogLevel Level, ConnectionLogMessage Message)> Of(IEnumerable<LogEvent> logged, string connection) =>
        [.. logged.Where(e => e.Message is ConnectionLogMessage m && m.Connection == connection).Select(e => (e.LogLevel(), (ConnectionLogMessage)e.Message))];
}
