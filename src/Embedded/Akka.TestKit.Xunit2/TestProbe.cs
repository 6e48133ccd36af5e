using Akka.Actor;

namespace Akka.TestKit;

/// <summary>A further test actor with expectations of its own, that can send and answer.</summary>
public class TestProbe : TestKitBase, INoImplicitSender, IInternalActorRef, IRefWrapper
{
    public TestProbe(ActorSystem system, ITestKitAssertions assertions, string testProbeName = null) : base(assertions, system, testProbeName)
    {
    }

    public IActorRef Ref => TestActor;

    /// <summary>Who sent the last message.</summary>
    /// <exception cref="IllegalActorStateException">Nothing has been received.</exception>
    public IActorRef Sender => LastSender;

    ActorPath IActorRef.Path => TestActor.Path;

    IInternalActorRef IInternalActorRef.Parent => ((IInternalActorRef)TestActor).Parent;

    IActorRef IRefWrapper.Inner => TestActor;

    /// <summary>Sends a message from this probe.</summary>
    public void Send(IActorRef actor, object message) => actor.Tell(message, TestActor);

    /// <summary>Passes the last message on, as from its sender.</summary>
    public void Forward(IActorRef actor) => actor.Tell(LastMessage, LastSender);

    public void Forward(IActorRef actor, object message) => actor.Tell(message, LastSender);

    /// <summary>Answers the sender of the last message.</summary>
    public void Reply(object message) => LastSender.Tell(message, TestActor);

#pragma warning disable CS0809 // The override alone is obsolete in the public API.
    [Obsolete("Cannot create a TestProbe from a TestProbe")]
    public override TestProbe CreateTestProbe(string name = null) => throw new NotSupportedException("Cannot create a TestProbe from a TestProbe");
#pragma warning restore CS0809

    public int CompareTo(object obj) => TestActor.CompareTo(obj is TestProbe probe ? probe.TestActor : obj);

    int IComparable<IActorRef>.CompareTo(IActorRef other) => CompareTo(other);

    public override bool Equals(object obj) => TestActor.Equals(obj is TestProbe probe ? probe.TestActor : obj);

    bool IEquatable<IActorRef>.Equals(IActorRef other) => Equals(other);

    public override int GetHashCode() => TestActor.GetHashCode();

    public override string ToString() => $"TestProbe({TestActor})";

    void ICanTell.Tell(object message, IActorRef sender) => TestActor.Tell(message, sender);
}
