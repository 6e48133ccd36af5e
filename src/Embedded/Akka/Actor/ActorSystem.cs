using System.Diagnostics;
using Akka.Actor.Setup;
using Akka.Configuration;
using Akka.Dispatch;
using Akka.Event;

namespace Akka.Actor;

public abstract class ActorSystem : IActorRefFactory, IDisposable
{
    private readonly long _startedAt = Stopwatch.GetTimestamp();

    private protected ActorSystem()
    {
    }

    public abstract IActorRef DeadLetters { get; }

    public abstract Dispatchers Dispatchers { get; }

    public abstract EventStream EventStream { get; }

    /// <summary>Takes every message and does nothing with it, not even a dead letter.</summary>
    public abstract IActorRef IgnoreRef { get; }

    public abstract ILoggingAdapter Log { get; }

    public abstract string Name { get; }

    public abstract IScheduler Scheduler { get; }

    public abstract Settings Settings { get; }

    public abstract Task WhenTerminated { get; }

    public TimeSpan StartTime { get; } = TimeProvider.System.GetUtcNow() - DateTimeOffset.UnixEpoch;

    public TimeSpan Uptime => Stopwatch.GetElapsedTime(_startedAt);

    public static ActorSystem Create(string name) => Create(name, ActorSystemSetup.Empty);

    public static ActorSystem Create(string name, Config config) => Create(name, BootstrapSetup.Create().WithConfig(config));

    public static ActorSystem Create(string name, BootstrapSetup setup) => Create(name, ActorSystemSetup.Create(setup));

    public static ActorSystem Create(string name, ActorSystemSetup setup)
    {
        if (string.IsNullOrEmpty(name) || !name.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_') || name[0] is '-' or '_')
            throw new ArgumentException($"Invalid ActorSystem name [{name}], must contain only word characters (i.e. [a-zA-Z0-9] plus non-leading '-')", nameof(name));
        var system = new ActorSystemImpl(name, setup);
        system.Start();
        return system;
    }

    public abstract IActorRef ActorOf(Props props, string name = null);

    public abstract ActorSelection ActorSelection(ActorPath actorPath);

    public abstract ActorSelection ActorSelection(string actorPath);

    public abstract object RegisterExtension(IExtensionId extension);

    public abstract object GetExtension(IExtensionId extensionId);

    public abstract T GetExtension<T>()
        where T : class, IExtension;

    public abstract bool HasExtension(Type type);

    public abstract bool HasExtension<T>()
        where T : class, IExtension;

    public abstract bool TryGetExtension(Type extensionType, out object extension);

    public abstract bool TryGetExtension<T>(out T extension)
        where T : class, IExtension;

    public abstract void RegisterOnTermination(Action code);

    public abstract void Stop(IActorRef actor);

    public abstract Task Terminate();

    public void Dispose()
    {
        Terminate();
        GC.SuppressFinalize(this);
    }
}

public abstract class ExtendedActorSystem : ActorSystem
{
    private protected ExtendedActorSystem()
    {
    }

    public abstract IActorRefProvider Provider { get; }

    public abstract IInternalActorRef Guardian { get; }

    public abstract IInternalActorRef LookupRoot { get; }

    public abstract IInternalActorRef SystemGuardian { get; }

    /// <summary>Ends the system without running the coordinated shutdown.</summary>
    public abstract void Abort();

    /// <summary>The tree of all actors, one a line, for a look at a running system.</summary>
    public abstract string PrintTree();

    public abstract IActorRef SystemActorOf(Props props, string name = null);

    public abstract IActorRef SystemActorOf<TActor>(string name = null)
        where TActor : ActorBase, new();
}

public interface IActorRefProvider
{
    IActorRef DeadLetters { get; }

    Address DefaultAddress { get; }

    IInternalActorRef RootGuardian { get; }

    ActorPath RootPath { get; }

    Settings Settings { get; }

    IInternalActorRef TempContainer { get; }

    IActorRef ResolveActorRef(string path);

    IActorRef ResolveActorRef(ActorPath actorPath);
}
