using Akka.Actor;
using AkkaWs.Primitives;

namespace AkkaWs.Routing;

/// <summary>The subscribers of a topic at one moment on one physical connection, and who their updates come from. Immutable.</summary>
internal sealed record TopicSnapshot(Epoch Epoch, IActorRef Sender, IActorRef[] Each, IActorRef[] Batched, IUpdateSink[] Sinks)
{
    /// <summary>The first subscriber that gets the updates one by one: most topics have no other.</summary>
    private readonly IActorRef? _first = Each.Length > 0 ? Each[0] : null;

    /// <summary>Whether someone wants the updates of a batch together.</summary>
    public bool WantsGroups { get; } = Batched.Length > 0 || Sinks.Length > 0;

    /// <summary>Brings it into cache.</summary>
    public void Prefetch() => Cache.Prefetch(this);

    /// <summary>Brings into cache what telling the first subscriber looks at.</summary>
    public void PrefetchSubscriber()
    {
        if (_first is not null)
            Cache.Prefetch(_first);
    }
}
