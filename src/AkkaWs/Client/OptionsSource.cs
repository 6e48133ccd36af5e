using Akka.Actor;
using AkkaWs.Options;

namespace AkkaWs.Client;

/// <summary>Where a builder's options come from, before its own changes.</summary>
internal record OptionsSource(Func<ActorSystem, WebSocketClientOptions> Read)
{
    /// <summary>Calls back whenever there may be others; null: they never change.</summary>
    public Func<Action, IDisposable>? Watch { get; init; }
}
