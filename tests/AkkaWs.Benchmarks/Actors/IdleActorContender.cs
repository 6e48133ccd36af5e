using Akka.Actor;

namespace AkkaWs.Benchmarks.Actors;

/// <summary>The heap that one idle <see cref="ReceiveActor"/> holds; bytes.</summary>
internal sealed class IdleActorContender : ActorSystemContender
{
    private const int Actors = 20_000;

    protected override async Task<double[]> MeasureAsync(ActorSystem system, TimeSpan duration)
    {
        var parent = system.ActorOf(Props.Create(() => new Parent()));
        await parent.Ask<Message>(new Spawn(1), TimeSpan.FromSeconds(30));
        var before = GC.GetTotalMemory(forceFullCollection: true);
        await parent.Ask<Message>(new Spawn(Actors), TimeSpan.FromSeconds(30));
        var after = GC.GetTotalMemory(forceFullCollection: true);
        return [(after - before) / (double)Actors];
    }

    private sealed record Spawn(int Count);

    private sealed class Parent : ReceiveActor
    {
        private readonly Props _child = Props.Create(() => new Idle());
        private IActorRef _caller = ActorRefs.Nobody;
        private int _missing;

        public Parent()
        {
            Receive<Spawn>(spawn =>
            {
                (_caller, _missing) = (Sender, spawn.Count);
                for (var i = 0; i < spawn.Count; i++)
                    Context.ActorOf(_child).Tell(new Message(i));
            });
            Receive<Message>(message =>
            {
                if (--_missing == 0)
                    _caller.Tell(message);
            });
        }
    }

    private sealed class Idle : ReceiveActor
    {
        public Idle() => Receive<Message>(message => Sender.Tell(message));
    }
}
