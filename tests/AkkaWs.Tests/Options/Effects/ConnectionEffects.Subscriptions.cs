using Akka.Actor;
using AkkaWs.Errors;
using AkkaWs.Messages;
using AkkaWs.Options;
using AkkaWs.Tests.Support;

namespace AkkaWs.Tests.Options.Effects;

internal static partial class ConnectionEffects
{
    private const int Updates = 10;

    // It acknowledges nothing: one update is under way, and those that find no place are dropped.
    private static Task<string> SlowActor(WebSocketClientOptions options) => EffectLab.RunAsync(async lab =>
    {
        await lab.ReadyAsync(options);
        var slow = new SubscribeOptions { Window = 1, Overflow = OverflowPolicy.DropNewest };
        await lab.AskAsync<Subscribed>(new Subscribe(["a"], lab.CreateTestProbe()) { Options = slow });
        for (var i = 0; i < Updates; i++)
            await lab.Venue.Newest.SendAsync($"U|a|{i}");
        var heldBack = Math.Min(options.Subscriptions.BufferCapacity, options.Subscriptions.BufferBytes / "U|a|0".Length);
        await lab.StatusAsync(status => status.DroppedUpdates == Updates - 1 - heldBack);
        return $"{heldBack} held back";
    });

    // It acknowledges nothing, and gives way when more waits than may. Each update is a read of its own.
    private static Task<string> CrowdedActor(WebSocketClientOptions options) => EffectLab.RunAsync(async lab =>
    {
        await lab.ReadyAsync(options);
        var slow = lab.CreateTestProbe();
        await lab.AskAsync<Subscribed>(new Subscribe(["a"], slow) { Options = new SubscribeOptions { Window = 1 } });
        for (var i = 0; i < Updates; i++)
        {
            var received = (await lab.StatusAsync()).MessagesReceived;
            await lab.Venue.Newest.SendAsync($"U|a|{i}");
            await lab.StatusAsync(status => status.MessagesReceived > received);
        }

        var lagged = (Lagged)await slow.FishForMessageAsync(message => message is Lagged, EffectLab.Deadline);
        return $"gave way with {lagged.Count}";
    });

    private static Task<string> SilentSubscription(WebSocketClientOptions options) => EffectLab.RunAsync(async lab =>
    {
        lab.Ignored.Add("sub");
        await lab.ReadyAsync(options);
        var caller = lab.CreateTestProbe();
        lab.Tell(new Subscribe(["a"], lab.CreateTestProbe()), caller);
        await lab.PassAsync(options.Subscriptions.ConfirmTimeout, status => status.DesiredTopics == 1);
        return $"{FailureOf<SubscriptionFailedException>(await caller.ExpectMsgAsync<Status.Failure>(EffectLab.Deadline))} after {options.Subscriptions.ConfirmTimeout}";
    });

    private static Task<string> SilentTopic(WebSocketClientOptions options) => EffectLab.RunAsync(async lab =>
    {
        await lab.ReadyAsync(options);
        await lab.AskAsync<Subscribed>(new Subscribe(["a"], lab.CreateTestProbe()));
        var (age, passed) = (options.Subscriptions.MaxAge!.Value, TimeSpan.Zero);
        for (; (await lab.StatusAsync()).StaleTopics == 0 && passed < age * 2; passed += age / 4)
        {
            lab.Scheduler.Advance(age / 4);
            await lab.StatusAsync();
            await lab.Sys.ActorSelection(lab.Connection.Path / "topic-1").Ask<ActorIdentity>(new Identify(null), EffectLab.Deadline);
        }

        return $"stale after {passed}";
    });

    private static Task<string> Unsubscription(WebSocketClientOptions options) => EffectLab.RunAsync(async lab =>
    {
        await lab.ReadyAsync(options);
        var subscriber = lab.CreateTestProbe();
        await lab.AskAsync<Subscribed>(new Subscribe(["a"], subscriber));
        await lab.AskAsync<Unsubscribed>(new Unsubscribe(["a"], subscriber));
        await lab.PassAsync(options.Subscriptions.UnsubscribeLinger, status => status.DesiredTopics == 1);
        await lab.StatusAsync(status => status.DesiredTopics == 0);
        return $"left after {options.Subscriptions.UnsubscribeLinger}";
    });

    // It acknowledges nothing, and holds the only credit. Within half a minute it is failed, or with the connection's end.
    private static Task<string> StuckActor(WebSocketClientOptions options) => EffectLab.RunAsync(async lab =>
    {
        await lab.ReadyAsync(options);
        var stuck = lab.CreateTestProbe();
        await lab.AskAsync<Subscribed>(new Subscribe(["a"], stuck) { Options = new SubscribeOptions { Window = 1, Overflow = OverflowPolicy.Backpressure } });
        for (var i = 0; i < Updates; i++)
            await lab.Venue.Newest.SendAsync($"U|a|{i}");
        await lab.StatusAsync(status => status.IsStalled);
        for (var i = 0; i < 20; i++)
        {
            lab.Scheduler.Advance(Seconds(1.5));
            await lab.StatusAsync();
        }

        await lab.AskAsync<ConnectionClosed>(Close.Instance);
        var closed = (TopicClosed)await stuck.FishForMessageAsync(message => message is TopicClosed, EffectLab.Deadline);
        return $"{closed.Reason.Class}";
    });

    private static Task<string> HangingCallback(WebSocketClientOptions options) => EffectLab.RunAsync(async lab =>
    {
        await lab.ReadyAsync(options);
        var entered = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var calls = await lab.Client.SubscribeAsync(["a"], async (_, _) =>
        {
            entered.TrySetResult();
            await Task.Delay(Timeout.Infinite, CancellationToken.None);
        });
        await lab.Venue.Newest.SendAsync("U|a|0");
        await entered.Task.WaitAsync(EffectLab.Deadline);
        for (var passed = 0; passed < 60; passed++)
            lab.Scheduler.Advance(Seconds(1));
        return (await Assert.ThrowsAsync<CallbackTimeoutException>(() => calls.Completion.WaitAsync(EffectLab.Deadline))).Message;
    });

    private static Task<string> ThreeTopics(WebSocketClientOptions options) => EffectLab.RunAsync(async lab =>
    {
        await lab.ReadyAsync(options);
        var reply = await lab.Connection.AskOutcomeAsync(new Subscribe(["a", "b", "c"], lab.CreateTestProbe()), EffectLab.Deadline);
        lab.Tell(Send("after"));
        return $"{reply.GetType().Name} by {Verbs(await lab.ReceivedAsync("after"))}";
    });

    private static string Verbs(string received) => string.Join(", ", received.Split(", ").Select(text => text.Split('|')[0]));
}
