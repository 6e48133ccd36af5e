namespace Akka.Actor;

public interface ICanTell
{
    void Tell(object message, IActorRef sender);
}

public interface IActorRef : ICanTell, IEquatable<IActorRef>, IComparable<IActorRef>, IComparable
{
    ActorPath Path { get; }
}

public interface IInternalActorRef : IActorRef
{
    IInternalActorRef Parent { get; }
}

public interface IActorRefFactory
{
    IActorRef ActorOf(Props props, string name = null);

    ActorSelection ActorSelection(ActorPath actorPath);

    ActorSelection ActorSelection(string actorPath);
}

public interface ICanWatch
{
    IActorRef Watch(IActorRef subject);

    IActorRef WatchWith(IActorRef subject, object message);

    IActorRef Unwatch(IActorRef subject);
}

/// <summary>A reference of this process: it takes system messages and knows the tree below it.</summary>
internal interface ILocalRef : IInternalActorRef
{
    ActorSystemImpl System { get; }

    IEnumerable<ILocalRef> Children { get; }

    ILocalRef Child(string name);

    void SendSystem(SystemMessage message);
}

/// <summary>A reference that stands before another one, as a test probe does.</summary>
internal interface IRefWrapper
{
    IActorRef Inner { get; }
}
