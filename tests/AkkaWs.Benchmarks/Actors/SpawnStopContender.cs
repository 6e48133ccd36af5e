using System.Diagnostics;
using Akka.Actor;

namespace AkkaWs.Benchmarks.Actors;

/// <summary>A parent spawns, watches and stops one child at a time and goes on at its <see cref="Terminated"/>; k/s.</summary>
internal sealed class SpawnStopContender : ActorSystemContender
{
    protected override async Task<double[]> MeasureAsync(ActorSystem system, TimeSpan duration)
    {
        var parent = system.ActorOf(Props.Create(() => new Parent()));
        await parent.Ask<Done>(new Run(duration / 4), duration * 10);
        var done = await parent.Ask<Done>(new Run(duration), duration * 10);
        return [done.Children / done.Elapsed.TotalMilliseconds];
    }

    private sealed record Run(TimeSpan Duration);

    private sealed record Done(int Children, TimeSpan Elapsed);

    private sealed class Parent : ReceiveActor
    {
        private static readonly Props Child = Props.Create(() => new Child());

        private Run _run = new(TimeSpan.Zero);
        private IActorRef _caller = ActorRefs.Nobody;
        private long _started;
        private int _children;

        public Parent()
        {
            Receive<Run>(run =>
            {
                (_run, _caller, _started, _children) = (run, Sender, Stopwatch.GetTimestamp(), 0);
                Next();
            });
            Receive<Terminated>(_ =>
            {
                _children++;
                var elapsed = Stopwatch.GetElapsedTime(_started);
                if (elapsed < _run.Duration)
                    Next();
                else
                    _caller.Tell(new Done(_children, elapsed));
            });
        }

        private static void Next()
        {
            var child = Context.ActorOf(Child);
            Context.Watch(child);
            Context.Stop(child);
        }
    }

    private sealed class Child : ReceiveActor
    {
        public Child() => ReceiveAny(_ => { });
    }
}
