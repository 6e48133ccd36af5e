using Akka.Actor;

namespace AkkaWs.Tests.Support;

/// <summary>An actor that stands still at its first message until it is let go, 30 s at most: its mailbox fills.</summary>
internal sealed class Held : ReceiveActor
{
    public Held(ManualResetEventSlim free) => ReceiveAny(_ => free.Wait(TimeSpan.FromSeconds(30)));

    /// <summary>Starts one that goes on when <paramref name="free"/> is set.</summary>
    public static IActorRef Start(IActorRefFactory system, ManualResetEventSlim free) =>
        system.ActorOf(Props.Create(() => new Held(free)).WithDeploy(Deploy.Local), "slow");
}
