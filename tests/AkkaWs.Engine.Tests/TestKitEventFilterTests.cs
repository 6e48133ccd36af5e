using System.Text.RegularExpressions;
using Akka.Actor;
using Akka.Event;
using Akka.TestKit.Xunit2;
using Xunit.Sdk;

namespace AkkaWs.Engine.Tests;

public sealed class TestKitEventFilterTests() : TestKit("akka.loglevel = DEBUG\nakka.stdout-loglevel = OFF\nakka.log-dead-letters = off\nakka.test.filter-leeway = 20s")
{
    private static readonly TimeSpan Brief = TimeSpan.FromMilliseconds(100);

    private sealed class Crashing : ReceiveActor
    {
        public Crashing() => ReceiveAny(_ => throw new InvalidOperationException("crash"));
    }

    // Filters see the events in their order: when the marker was seen, what was logged before it was seen too.
    private void Seen(Action log) => EventFilter.Warning("marker").ExpectOne(() =>
    {
        log();
        Log.Warning("marker");
    });

    [Fact]
    public void An_event_is_meant_by_its_level_and_text()
    {
        EventFilter.Debug("hey").ExpectOne(() => Log.Debug("hey"));
        EventFilter.Info("hey 1").ExpectOne(() => Log.Info("hey {0}", 1));
        EventFilter.Warning(start: "he").ExpectOne(() => Log.Warning("hey"));
        EventFilter.Error(contains: "ey").ExpectOne(() => Log.Error("hey"));
        EventFilter.Info(new Regex("^h.y$")).ExpectOne(() => Log.Info("hey"));
        EventFilter.Custom<Info>(info => info.Message.ToString() == "hey").ExpectOne(() => Log.Info("hey"));
    }

    [Fact]
    public void Too_few_and_too_many_events_fail()
    {
        Assert.ThrowsAny<XunitException>(() => EventFilter.Info("hey").Expect(1, Brief, () => { }));
        Assert.ThrowsAny<XunitException>(() => EventFilter.Info("hey").Expect(1, Brief, () => Log.Warning("hey")));
        Assert.ThrowsAny<XunitException>(() => EventFilter.Info("hey").Expect(0, Brief, () => Seen(() => Log.Info("hey"))));
        Assert.ThrowsAny<XunitException>(() => EventFilter.Info("hey").ExpectOne(() => Seen(() =>
        {
            Log.Info("hey");
            Log.Info("hey");
        })));
    }

    [Fact]
    public void No_event_may_be_expected() => EventFilter.Info("hey").Expect(0, Brief, () => Log.Info("ho"));

    [Fact]
    public void An_event_that_comes_later_is_awaited() =>
        EventFilter.Info("hey").ExpectOne(() => { _ = Task.Run(async () => { await Task.Delay(20); Log.Info("hey"); }); });

    [Fact]
    public void An_error_is_meant_by_its_cause()
    {
        var cause = new InvalidOperationException("cause");
        EventFilter.Exception<InvalidOperationException>().ExpectOne(() => Log.Error(cause, "text"));
        EventFilter.Exception<Exception>("cause").ExpectOne(() => Log.Error(cause, "text"));
        EventFilter.Exception<InvalidOperationException>("text").ExpectOne(() => Log.Error(cause, "text"));
        EventFilter.Error().ExpectOne(() => Log.Error(cause, "text"));
        Assert.ThrowsAny<XunitException>(() => EventFilter.Exception<ArgumentException>().Expect(1, Brief, () => Log.Error(cause, "text")));
        Assert.ThrowsAny<XunitException>(() => EventFilter.Exception<InvalidOperationException>().Expect(1, Brief, () => Log.Warning(cause, "text")));
    }

    [Fact]
    public void The_crash_of_an_actor_is_an_error_whose_source_is_its_path()
    {
        var crashing = ActorOf<Crashing>("crashing");
        EventFilter.Exception<InvalidOperationException>("crash").ExpectOne(() => crashing.Tell("x"));
        EventFilter.Exception<InvalidOperationException>(source: "/user/crashing").ExpectOne(() => crashing.Tell("x"));
        EventFilter.Exception<InvalidOperationException>(source: crashing.Path.ToString()).ExpectOne(() => crashing.Tell("x"));
        Assert.ThrowsAny<XunitException>(() => EventFilter.Exception<InvalidOperationException>(source: "crashing").Expect(1, Brief, () => crashing.Tell("x")));
    }

    [Fact]
    public void Dead_letters_are_meant_by_type_value_and_recipient()
    {
        var stopped = ActorOf<Crashing>("stopped");
        Watch(stopped);
        Sys.Stop(stopped);
        ExpectTerminated(stopped);
        EventFilter.DeadLetter().ExpectOne(() => stopped.Tell("x"));
        EventFilter.DeadLetter<string>().Expect(2, () =>
        {
            Sys.DeadLetters.Tell("x");
            stopped.Tell("y");
        });
        EventFilter.DeadLetter<string>(text => text == "x").ExpectOne(() => Sys.DeadLetters.Tell("x"));
        EventFilter.DeadLetter<string>(source: stopped.Path.ToString()).ExpectOne(() => stopped.Tell("x"));
        EventFilter.DeadLetter<string>(source: "/user/stopped").ExpectOne(() => stopped.Tell("x"));
        Assert.ThrowsAny<XunitException>(() => EventFilter.DeadLetter<string>(text => text == "y").Expect(1, Brief, () => stopped.Tell("x")));
    }

    [Fact]
    public void Filters_are_joined() => EventFilter.Info("a").And.Warning("b").Expect(2, () =>
    {
        Log.Info("a");
        Log.Warning("b");
    });

    [Fact]
    public void The_result_and_the_error_of_the_block_come_through()
    {
        Assert.Equal(7, EventFilter.Info("a").ExpectOne(() =>
        {
            Log.Info("a");
            return 7;
        }));
        Assert.Throws<InvalidOperationException>(() => EventFilter.Info("a").ExpectOne<int>(() => throw new InvalidOperationException("bad")));
    }

    [Fact]
    public async Task Events_are_expected_asynchronously()
    {
        await EventFilter.Info("a").ExpectOneAsync(async () =>
        {
            await Task.Yield();
            Log.Info("a");
        });
        Assert.Equal(7, await EventFilter.Info("a").ExpectAsync(2, async () =>
        {
            await Task.Yield();
            Log.Info("a");
            Log.Info("a");
            return 7;
        }));
        await Assert.ThrowsAnyAsync<XunitException>(() => EventFilter.Info("a").ExpectAsync(1, Brief, () => Task.CompletedTask));
    }

    [Fact]
    public void Muted_events_are_no_longer_muted_afterwards()
    {
        using (EventFilter.Info("a").Mute())
            Log.Info("a");
        EventFilter.Info("a").ExpectOne(() => Log.Info("a"));
    }
}
