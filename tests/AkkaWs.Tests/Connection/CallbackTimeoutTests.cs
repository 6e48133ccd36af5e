using AkkaWs.Errors;
using AkkaWs.Messages;
using AkkaWs.Options;
using AkkaWs.Tests.Support;

namespace AkkaWs.Tests.Connection;

/// <summary>A callback that does not return costs its own subscription, and nobody else's.</summary>
public sealed class CallbackTimeoutTests : VirtualTimeTest
{
    private const int LooksPerCall = 4;
    private static readonly TimeSpan Look = new SubscriptionOptions().CallbackTimeout!.Value / LooksPerCall;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_callback_that_does_not_return_ends_its_subscription_alone(bool blocksItsThread)
    {
        await using var server = await LineServer.StartAsync();
        await using var client = await ConnectAsync(Options(server, "hanging"));
        var logged = LogProbe.Start(Sys, Sys.EventStream);
        var other = CreateTestProbe();
        await AskAsync<Subscribed>(client.Connection, new Subscribe(["a"], other));
        var entered = new TaskCompletionSource<CancellationToken>(TaskCreationOptions.RunContinuationsAsynchronously);
        using var release = new ManualResetEventSlim();
        await using var hanging = await client.SubscribeAsync(
            ["a"],
            async (_, stopped) =>
            {
                entered.TrySetResult(stopped);
                if (blocksItsThread)
                    release.Wait(CancellationToken.None);
                else
                    await Task.Delay(Timeout.Infinite, CancellationToken.None);
            },
            cancellationToken: Ct);
        await server.Connection.SendTextAsync("U|a|1", Ct);
        var token = await entered.Task.WaitAsync(Deadline);

        for (var look = 0; look < LooksPerCall; look++)
            Scheduler.Advance(Look);
        Assert.False(hanging.Completion.IsCompleted);
        Scheduler.Advance(Look);

        var error = await Assert.ThrowsAsync<CallbackTimeoutException>(() => hanging.Completion.WaitAsync(Deadline));
        Assert.Equal(("a", "Connection 'hanging': the callback of a did not return within 30 s"), (error.Topic.Value, error.Message));
        await AwaitAssertAsync(() => Assert.True(token.IsCancellationRequested), Deadline);
        await server.Connection.SendTextAsync("U|a|2", Ct);
        await other.FishForMessageAsync(message => message is TopicUpdate update && Text(update) == "U|a|2", Deadline);
        await AwaitAssertAsync(
            () => Assert.Contains(LogProbe.Of(logged, "hanging"), line => line.Message.ToString().EndsWith("ended a subscription of a: its callback did not return within 30 s", StringComparison.Ordinal)),
            Deadline);
        Assert.Equal((1, 0), ((await client.GetStatusAsync(Ct)).LaggedSubscriptions, (await client.GetStatusAsync(Ct)).UnreadUpdates));
        release.Set();
    }

    [Fact]
    public async Task A_callback_that_takes_long_and_returns_is_called_again()
    {
        await using var server = await LineServer.StartAsync();
        await using var client = await ConnectAsync(Options(server, "long"));
        using var entered = new SemaphoreSlim(0);
        using var release = new SemaphoreSlim(0);
        await using var calls = await client.SubscribeAsync(
            ["a"],
            async (_, _) =>
            {
                entered.Release();
                await release.WaitAsync(CancellationToken.None);
            },
            cancellationToken: Ct);

        for (var call = 0; call < 5; call++)
        {
            await server.Connection.SendTextAsync($"U|a|{call}", Ct);
            Assert.True(await entered.WaitAsync(Deadline, Ct));
            for (var look = 0; look < LooksPerCall; look++)
                Scheduler.Advance(Look);
            release.Release();
        }

        await calls.UnsubscribeAsync(Ct);
        await calls.Completion.WaitAsync(Deadline);
        Assert.Equal(0, (await client.GetStatusAsync(Ct)).LaggedSubscriptions);
    }

    [Fact]
    public async Task Switched_off_a_callback_may_take_for_ever()
    {
        await using var server = await LineServer.StartAsync();
        var options = Options(server, "for-ever");
        await using var client = await ConnectAsync(options with { Subscriptions = options.Subscriptions with { CallbackTimeout = null } });
        var entered = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var hanging = await client.SubscribeAsync(
            ["a"],
            async (_, stopped) =>
            {
                entered.TrySetResult();
                await Task.Delay(Timeout.Infinite, stopped);
            },
            cancellationToken: Ct);
        await server.Connection.SendTextAsync("U|a|1", Ct);
        await entered.Task.WaitAsync(Deadline);

        for (var look = 0; look < 100; look++)
            Scheduler.Advance(Look);

        Assert.False(hanging.Completion.IsCompleted);
        await hanging.DisposeAsync();
        await hanging.Completion.WaitAsync(Deadline);
    }

    private static WebSocketClientOptions Options(LineServer server, string name) =>
        server.Options(name) with { Heartbeat = new HeartbeatOptions { PingInterval = TimeSpan.Zero } };
}
