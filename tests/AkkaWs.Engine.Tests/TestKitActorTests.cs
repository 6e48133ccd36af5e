using Akka.Actor;
using Akka.Configuration;
using Akka.TestKit;
using Akka.TestKit.TestActors;
using Akka.TestKit.Xunit2;
using Xunit.Sdk;

namespace AkkaWs.Engine.Tests;

public sealed class TestKitActorTests() : TestKit("akka.test.single-expect-default = 20s")
{
    private sealed class Echo : ReceiveActor
    {
        public Echo() => ReceiveAny(message => Sender.Tell(message));
    }

    private sealed class OwnSystem(ActorSystem system) : TestKit(system);

    private sealed class Named() : TestKit((Config)"x.y = 1", "named");

    [Fact]
    public void The_test_actor_is_the_sender_of_what_the_test_tells()
    {
        ActorOf<Echo>().Tell("hi");
        ExpectMsg("hi");
    }

    [Fact]
    public async Task The_test_actor_is_the_sender_after_an_await_too()
    {
        var echo = ActorOf<Echo>();
        await Task.Yield();
        echo.Tell("first");
        await ExpectMsgAsync("first");
        echo.Tell("second");
        await ExpectMsgAsync("second");
    }

    [Fact]
    public void Watched_actors_tell_when_they_stop()
    {
        var first = ActorOf<Echo>("first");
        Watch(first);
        first.Tell(PoisonPill.Instance);
        Assert.True(ExpectTerminated(first).ExistenceConfirmed);
        Watch(first);
        ExpectTerminated(first);
    }

    [Fact]
    public async Task The_stop_of_another_actor_fails_the_expectation()
    {
        var (first, second) = (ActorOf<Echo>(), ActorOf<Echo>());
        await WatchAsync(first);
        await WatchAsync(second);
        Sys.Stop(first);
        await Assert.ThrowsAnyAsync<XunitException>(async () => await ExpectTerminatedAsync(second));
        Sys.Stop(second);
        await ExpectTerminatedAsync(second);
    }

    [Fact]
    public void An_unwatched_actor_stops_unnoticed()
    {
        var (first, second) = (ActorOf<Echo>(), ActorOf<Echo>());
        Watch(first);
        Watch(second);
        Unwatch(first);
        Sys.Stop(first);
        Sys.Stop(second);
        ExpectTerminated(second);
        ExpectNoMsg(50);
    }

    [Fact]
    public void A_probe_sends_answers_and_passes_on()
    {
        var probe = CreateTestProbe();
        probe.Send(ActorOf<Echo>(), "a");
        probe.ExpectMsg("a");
        probe.Ref.Tell("b", TestActor);
        probe.ExpectMsg("b");
        Assert.Equal(TestActor, probe.Sender);
        probe.Reply("c");
        ExpectMsgFrom(probe.Ref, "c");
        probe.Forward(TestActor);
        ExpectMsgFrom(TestActor, "b");
    }

    [Fact]
    public void A_probe_stands_for_its_actor()
    {
        var probe = CreateTestProbe("bob");
        Assert.Equal("bob", probe.Ref.Path.Name);
        Assert.True(probe.Equals(probe.Ref));
        probe.Tell("x");
        probe.ExpectMsgFrom(TestActor, "x");
        ActorOf<Echo>().Tell("y", probe);
        probe.ExpectMsg("y");
        Watch(probe);
        Sys.Stop(probe.Ref);
        ExpectTerminated(probe.Ref);
    }

    [Fact]
    public void An_auto_pilot_reacts_to_messages_which_are_queued_all_the_same()
    {
        var probe = CreateTestProbe();
        probe.SetAutoPilot(new DelegateAutoPilot((sender, message) =>
        {
            sender.Tell($"auto {message}", ActorRefs.NoSender);
            return message is "stop" ? AutoPilot.NoAutoPilot : AutoPilot.KeepRunning;
        }));
        probe.Tell("1");
        probe.Tell("stop");
        probe.Tell("3");
        Assert.Equal(["auto 1", "auto stop"], ReceiveN(2));
        Assert.Equal(["1", "stop", "3"], probe.ReceiveN(3));
        ExpectNoMsg(50);
    }

    [Fact]
    public void Ready_made_actors_are_at_hand()
    {
        ActorOf(EchoActor.Props(this)).Tell("x");
        ExpectMsg("x");
        ActorOf(ForwardActor.Props(TestActor)).Tell("y");
        ExpectMsgFrom(TestActor, "y");
        ActorOf(BlackHoleActor.Props).Tell("z");
        ExpectNoMsg(20);
    }

    [Fact]
    public void The_system_is_named_and_configured()
    {
        Assert.Equal("test", Sys.Name);
        using var named = new Named();
        Assert.Equal("named", named.Sys.Name);
        Assert.Equal(1, named.Sys.Settings.Config.GetInt("x.y"));
    }

    [Fact]
    public void Disposing_of_the_kit_stops_its_system()
    {
        using var system = ActorSystem.Create("own");
        var kit = new OwnSystem(system);
        Assert.Same(system, kit.Sys);
        kit.Dispose();
        Assert.True(system.WhenTerminated.IsCompleted);
    }
}
