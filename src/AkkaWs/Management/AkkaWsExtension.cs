using Akka.Actor;
using AkkaWs.Transport;
using AkkaWs.Wire;

namespace AkkaWs.Management;

/// <summary>AkkaWs in an actor system: owns <c>/user/akkaws</c>, and closes every connection when the system shuts down.</summary>
public sealed class AkkaWsExtension : IExtension
{
    private static readonly TimeSpan CloseDeadline = TimeSpan.FromSeconds(4);

    internal AkkaWsExtension(ExtendedActorSystem system)
    {
        // Beside the actors that are made now: what both compile and load for the first time in a process takes as long as all the rest.
        _ = WireConnection.WarmUpAsync();
        Attempts = new AttemptGate(system.Scheduler);
        Manager = system.ActorOf(WebSocketManager.Props(Attempts), "akkaws");
        CoordinatedShutdown.Get(system).AddTask(CoordinatedShutdown.PhaseBeforeServiceUnbind, "akkaws-close", async () =>
        {
            if (Draining is { } drain)
                await drain().ConfigureAwait(false);
            try
            {
                await Manager.Ask<AllClosed>(CloseAll.Instance, CloseDeadline).ConfigureAwait(false);
            }
            catch (AskTimeoutException)
            {
                // The sockets that did not close in time are dropped with their actors.
            }

            return Akka.Done.Instance;
        });
    }

    /// <summary>The gate for attempts to connect, of all connections.</summary>
    internal AttemptGate Attempts { get; }

    /// <summary>The manager's actor.</summary>
    internal IActorRef Manager { get; }

    /// <summary>What a shutdown waits for before it closes the connections; null: nothing.</summary>
    internal Func<Task>? Draining { get; set; }

    /// <summary>The extension of <paramref name="system"/>, made on first use.</summary>
    public static AkkaWsExtension For(ActorSystem system)
    {
        ArgumentNullException.ThrowIfNull(system);
        return system.WithExtension<AkkaWsExtension, Provider>();
    }

    /// <summary>A source of chance for one connection's jitter, seeded unpredictably so that connections don't move in step.</summary>
    internal static Random NewRandom() => new(Guid.NewGuid().GetHashCode());

    private sealed class Provider : ExtensionIdProvider<AkkaWsExtension>
    {
        public override AkkaWsExtension CreateExtension(ExtendedActorSystem system) => new(system);
    }
}
