using Akka.Actor;
using AkkaWs.Connection;
using AkkaWs.Options;
using AkkaWs.Protocol;
using AkkaWs.Supervision;
using AkkaWs.Telemetry;
using AkkaWs.Transport;

namespace AkkaWs.Management;

/// <summary>What the parent of a connection's actor does for it, whoever the parent is.</summary>
internal static class ConnectionStart
{
    private const int MaxCrashes = 30;
    private static readonly TimeSpan CrashWindow = TimeSpan.FromMinutes(5);

    /// <summary>What the actor works with.</summary>
    public static ConnectionCore CoreOf(OpenConnection open, ConnectionHandle handle, ActorSystem system, AttemptGate attempts) =>
        new(open.Options, open.Handler, handle, open.Connect, open.Random)
        {
            Policy = open.Policy,
            Endpoints = open.Endpoints,
            Hooks = open.Hooks ?? new TransportHooks(),
            Login = open.Login,
            Dispatcher = ConnectionDispatcher.Of(system, open.Options),
            IsDeclared = open.IsDeclared || open.IsReopened,
            IsEmbedded = open.IsEmbedded,
            WasReady = open.WasReady,
            Attempts = open.Attempts ?? attempts,
            Telemetry = new ConnectionTelemetry(open.Options.Telemetry, system.Name, open.Options.Name),
        };

    /// <summary>The actor is there.</summary>
    /// <returns>False if the connection was closed before: then it must not be.</returns>
    public static bool TryOpen(OpenConnection open, ConnectionHandle handle, ActorSystem system, IActorRef actor)
    {
        handle.Options = open.Options;
        return handle.Open(new OpenedConnection(system, actor, open.Handler, open.Options.Telemetry.Traces));
    }

    /// <summary>Restarts an actor that crashes, later each time, and gives one up that crashes on and on.</summary>
    public static BackoffRestartStrategy Supervise(ActorSystem system, Func<IActorRef, ReconnectOptions?> backoff, Action<IActorRef, CrashReport> record)
    {
        var scheduler = system.Scheduler;
        return new BackoffRestartStrategy(
            MaxCrashes, CrashWindow, child => backoff(child) ?? new ReconnectOptions(), () => scheduler.MonotonicClock, AkkaWsExtension.NewRandom().NextDouble, record);
    }

    /// <summary>Logs why an actor has stopped, where it crashed for good.</summary>
    public static void ReportCrash(ConnectionHandle handle, IActorContext context)
    {
        if (handle.Crash is not { } crash)
            return;
        var scope = new LogScope(handle.Name, handle.Current.Epoch.Value, handle.Current.State);
        LogTarget.Of(context).CrashedForGood(scope, crash.Cause, crash.Count, CrashWindow);
    }
}
