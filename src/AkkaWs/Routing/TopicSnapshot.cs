using Akka.Actor;
using AkkaWs.Primitives;

namespace AkkaWs.Routing;

/// <summary>The subscribers of a topic at one moment on one physical connection, and who their updates come from. Immutable.</summary>
internal sealed record TopicSnapshot(Epoch Epoch, IActorRef Sender, IActorRef[] Each, IActorRef[] Batched, IUpdateSink[] Sinks)
{
    /// <summary>The one subscriber that gets the updates one by one, as most topics have; null where there are none or several.</summary>
    public IActorRef? Only { get; } = Each is [var only] ? only : null;

    /// <summary>Whether someone wants the updates of a batch together.</summary>
    public bool WantsGroups { get; } = Batched.Length > 0 || Sinks.Length > 0;

    /// <summary>Brings it into cache.</summary>
    public void Prefetch() => Cache.Prefetch(this);

    /// <summary>Brings into cache what telling the only subscriber looks at.</summary>
    public void PrefetchOnly()
    {
        if (Only is not null)
            Cache.Prefetch(Only);
    }
}
