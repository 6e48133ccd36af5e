using Akka.Actor;
using AkkaWs.Management;

namespace AkkaWs.Tests.Support;

/// <summary>Holds up the manager of an actor system's connections: what it is asked meanwhile is answered after the release.</summary>
internal sealed class HeldManager : IDisposable
{
    private readonly IInternalActorRef _manager;

    public HeldManager(ActorSystem system)
    {
        _manager = (IInternalActorRef)AkkaWsExtension.For(system).Manager;
        _manager.Suspend();
    }

    public void Dispose() => _manager.Resume();
}
