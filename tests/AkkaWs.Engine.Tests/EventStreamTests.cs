using System.Diagnostics;
using Akka.Actor;
using Akka.Event;

namespace AkkaWs.Engine.Tests;

public sealed class EventStreamTests : EngineSpec
{
    [Fact]
    public async Task A_subscriber_to_a_type_gets_its_subtypes_too()
    {
        var inbox = NewInbox();
        Sys.EventStream.Subscribe(inbox.Ref, typeof(Animal));

        Sys.EventStream.Publish(new Cat());
        Sys.EventStream.Publish("not an animal");
        Sys.EventStream.Publish(new Dog());

        await inbox.Expect(new Cat(), new Dog());
    }

    [Fact]
    public async Task Two_subscriptions_of_one_actor_deliver_once()
    {
        var inbox = NewInbox();

        Assert.True(Sys.EventStream.Subscribe(inbox.Ref, typeof(Animal)));
        Assert.True(Sys.EventStream.Subscribe(inbox.Ref, typeof(Cat)));
        Assert.False(Sys.EventStream.Subscribe(inbox.Ref, typeof(Cat)));
        Sys.EventStream.Publish(new Cat());

        await inbox.Expect(new Cat());
        await inbox.ExpectNothingMore();
    }

    [Fact]
    public async Task Unsubscribed_types_are_no_longer_delivered()
    {
        var inbox = NewInbox();
        Sys.EventStream.Subscribe<Cat>(inbox.Ref);
        Sys.EventStream.Subscribe<Dog>(inbox.Ref);

        Assert.True(Sys.EventStream.Unsubscribe<Cat>(inbox.Ref));
        Assert.False(Sys.EventStream.Unsubscribe<Cat>(inbox.Ref));
        Sys.EventStream.Publish(new Cat());
        Sys.EventStream.Publish(new Dog());

        await inbox.Expect(new Dog());
    }

    [Fact]
    public async Task A_subscriber_that_ends_is_unsubscribed()
    {
        var letters = NewInbox();
        var subscriber = NewInbox();
        Sys.EventStream.Subscribe(subscriber.Ref, typeof(Cat));
        Assert.True(await subscriber.Ref.GracefulStop(Limit));

        // The unsubscription follows the end at its own pace: until then what is published to the dead subscriber comes ahead of the fence.
        Sys.EventStream.Subscribe(letters.Ref, typeof(DeadLetter));
        var started = Stopwatch.GetTimestamp();
        object first;
        do
        {
            Assert.True(Stopwatch.GetElapsedTime(started) < Limit);
            Sys.EventStream.Publish(new Cat());
            Sys.DeadLetters.Tell("fence");
            first = (await letters.Next<DeadLetter>()).Message;
            if (first is Cat)
                Assert.Equal("fence", (await letters.Next<DeadLetter>()).Message);
        }
        while (first is Cat);

        Assert.Equal("fence", first);
    }

    [Theory]
    [InlineData("DEBUG", "debug info warning error")]
    [InlineData("WARNING", "warning error")]
    [InlineData("OFF", "")]
    public async Task An_adapter_publishes_the_enabled_levels_alone(string level, string expected)
    {
        using var system = ActorSystem.Create("levels", $"akka {{ loglevel = {level}, stdout-loglevel = OFF, loggers = [] }}");
        var inbox = new Inbox(system);
        system.EventStream.Subscribe(inbox.Ref, typeof(LogEvent));
        var log = Logging.GetLogger(system, "test");

        log.Debug("debug");
        log.Info("info");
        log.Warning("warning");
        log.Error("error");

        Assert.Equal(expected.Contains("debug", StringComparison.Ordinal), log.IsDebugEnabled);
        Assert.Equal(expected.Contains("error", StringComparison.Ordinal), log.IsErrorEnabled);
        foreach (var text in expected.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            Assert.Equal(text, (await inbox.Next<LogEvent>()).Message.ToString());
        await inbox.ExpectNothingMore();
    }

    [Fact]
    public async Task A_log_event_carries_template_cause_and_source()
    {
        var inbox = NewInbox();
        var puppet = NewPuppet(NewInbox(), name: "logging");
        Sys.EventStream.Subscribe(inbox.Ref, typeof(Error));
        var cause = new InvalidOperationException("why");

        await Within(puppet, context =>
        {
            context.GetLogger().Error(cause, "{0} and {1}", "one", 2);
            return true;
        });

        var logged = await inbox.Next<Error>();
        Assert.Equal("one and 2", logged.Message.ToString());
        Assert.Equal(["one", 2], Assert.IsAssignableFrom<LogMessage>(logged.Message).Parameters());
        Assert.Same(cause, logged.Cause);
        Assert.Equal("akka://spec/user/logging", logged.LogSource);
        Assert.Equal(LogLevel.ErrorLevel, logged.LogLevel());
    }

    [Fact]
    public async Task A_failure_that_a_supervisor_handles_is_logged_with_its_cause()
    {
        var inbox = NewInbox();
        Sys.EventStream.Subscribe(inbox.Ref, typeof(Error));
        var puppet = NewPuppet(NewInbox(), name: "failing");

        puppet.Tell(new Fail(new InvalidOperationException("why")));

        var logged = await inbox.Next<Error>();
        Assert.Equal(("why", "akka://spec/user/failing"), (logged.Cause.Message, logged.LogSource));
    }

    private abstract record Animal;

    private sealed record Cat : Animal;

    private sealed record Dog : Animal;
}
