using Akka.Actor;
using Akka.TestKit;
using Akka.TestKit.Xunit2;

namespace AkkaWs.Engine.Tests;

public sealed class VirtualReceiveTimeoutTests : TestKit
{
    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(10);

    public VirtualReceiveTimeoutTests()
        : base($"akka.test.single-expect-default = 20s\nakka.scheduler.implementation = \"{typeof(TestScheduler).AssemblyQualifiedName}\"")
    {
    }

    [Fact]
    public void Messages_put_the_timeout_off()
    {
        var scheduler = (TestScheduler)Sys.Scheduler;
        var actor = Sys.ActorOf(Props.Create(() => new Quiet(TestActor)));

        for (var i = 0; i < 5; i++)
        {
            actor.Tell(i);
            ExpectMsg(i);
            actor.Tell(Settled.Instance);
            ExpectMsg<Settled>();
            scheduler.Advance(Silence - TimeSpan.FromSeconds(1));
        }

        actor.Tell(Settled.Instance);
        ExpectMsg<Settled>();
        scheduler.Advance(TimeSpan.FromSeconds(2));
        ExpectMsg<ReceiveTimeout>();
    }

    [Fact]
    public void Null_switches_it_off()
    {
        var scheduler = (TestScheduler)Sys.Scheduler;
        var actor = Sys.ActorOf(Props.Create(() => new Quiet(TestActor)));
        actor.Tell(Settled.Instance);
        ExpectMsg<Settled>();
        scheduler.Advance(Silence - TimeSpan.FromSeconds(1));

        actor.Tell(SwitchOff.Instance);
        ExpectMsg<SwitchOff>();
        actor.Tell(Settled.Instance);
        ExpectMsg<Settled>();
        scheduler.Advance(Silence * 2);

        actor.Tell("fence");
        ExpectMsg("fence");
    }

    private sealed class SwitchOff
    {
        public static SwitchOff Instance { get; } = new();
    }

    private sealed class Settled : INotInfluenceReceiveTimeout
    {
        public static Settled Instance { get; } = new();
    }

    private sealed class Quiet : ReceiveActor
    {
        public Quiet(IActorRef witness)
        {
            Receive<SwitchOff>(message =>
            {
                SetReceiveTimeout(null);
                Assert.Null(Context.ReceiveTimeout);
                witness.Tell(message);
            });
            ReceiveAny(message => witness.Tell(message));
            SetReceiveTimeout(Silence);
        }
    }
}
