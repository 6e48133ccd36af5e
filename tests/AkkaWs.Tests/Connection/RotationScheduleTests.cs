using AkkaWs.Messages;
using AkkaWs.Options;
using AkkaWs.Tests.Support;

namespace AkkaWs.Tests.Connection;

/// <summary>When a connection is replaced, in virtual time.</summary>
public sealed class RotationScheduleTests : RotationTest
{
    [Fact]
    public async Task After_the_interval_it_is_replaced_again_and_again()
    {
        await using var server = await LineServer.StartAsync();
        await using var client = await ConnectAsync(
            server, "interval", rotation: new RotationOptions { Interval = TimeSpan.FromHours(2), Jitter = 0 });
        var watcher = await WatchAsync(client);
        for (var epoch = 2; epoch <= 4; epoch++)
        {
            var due = (await client.GetStatusAsync(Ct)).NextRotation;
            Assert.Equal(Scheduler.Now + TimeSpan.FromHours(2), due);
            Scheduler.Advance(TimeSpan.FromHours(2) - TimeSpan.FromMilliseconds(1));
            await SettleAsync(client);
            Assert.Equal(epoch - 1, client.Epoch.Value);

            Scheduler.Advance(TimeSpan.FromMilliseconds(1));

            var rotated = await NextAsync<Rotated>(watcher);
            Assert.Equal((epoch, epoch - 1), (rotated.Epoch.Value, rotated.Previous.Value));
        }

        Assert.Empty(Got);
        await AliveAsync(server, 1);
    }

    [Fact]
    public async Task A_fleet_does_not_rotate_at_once()
    {
        await using var server = await LineServer.StartAsync();
        var options = new RotationOptions { Interval = TimeSpan.FromHours(10), Jitter = 0.2 };
        var due = new HashSet<DateTimeOffset?>();
        for (var i = 0; i < 5; i++)
        {
            var client = await ConnectAsync(server, $"fleet-{i}", rotation: options);
            due.Add((await client.GetStatusAsync(Ct)).NextRotation);
        }

        Assert.Equal(5, due.Count);
        Assert.All(due, at => Assert.InRange(at!.Value - Scheduler.Now, TimeSpan.FromHours(8), TimeSpan.FromHours(10)));
    }

    [Fact]
    public async Task In_the_daily_window_it_is_replaced_once()
    {
        await using var server = await LineServer.StartAsync();
        var begins = Scheduler.Now.AddHours(3);
        await using var client = await ConnectAsync(
            server, "daily", rotation: new RotationOptions { DailyAt = TimeOnly.FromTimeSpan(begins.UtcDateTime.TimeOfDay), DailyWindow = TimeSpan.FromHours(1) });
        var watcher = await WatchAsync(client);
        var due = (await client.GetStatusAsync(Ct)).NextRotation!.Value;
        Assert.InRange(due, begins.AddMinutes(-1), begins.AddHours(1));

        Scheduler.Advance(due - Scheduler.Now);

        await NextAsync<Rotated>(watcher);
        Assert.InRange((await client.GetStatusAsync(Ct)).NextRotation!.Value, begins.AddMinutes(-1).AddDays(1), begins.AddHours(1).AddDays(1));
    }

    [Fact]
    public async Task A_rotation_that_failed_is_tried_again_ever_later_and_then_the_interval_holds()
    {
        await using var server = await LineServer.StartAsync();
        var options = Quiet(server, "retried") with
        {
            Rotation = new RotationOptions { Interval = TimeSpan.FromHours(2), Jitter = 0 },
            Reconnect = new ReconnectOptions { InitialDelay = TimeSpan.FromSeconds(2), Jitter = 0 },
        };
        await using var client = await ConnectAsync(options, new LineProtocol());
        await using var subscription = await client.SubscribeAsync("a", Ct);
        server.RefusedTopics.Add("a");
        var watcher = await WatchAsync(client);
        Scheduler.Advance(TimeSpan.FromHours(2));

        for (var failure = 1; failure <= 3; failure++)
        {
            await AwaitAssertAsync(
                async () => Assert.Equal(
                    Scheduler.Now + TimeSpan.FromSeconds(Math.Pow(2, failure)), (await client.GetStatusAsync(Ct)).NextRotation),
                Deadline);
            if (failure == 3)
                server.RefusedTopics.Clear();
            Scheduler.Advance(TimeSpan.FromSeconds(Math.Pow(2, failure)));
        }

        Assert.Equal(5, (await NextAsync<Rotated>(watcher)).Epoch.Value);
        Assert.Equal(Scheduler.Now + TimeSpan.FromHours(2), (await client.GetStatusAsync(Ct)).NextRotation);
    }

    [Fact]
    public async Task A_reconnect_starts_the_interval_afresh()
    {
        await using var server = await LineServer.StartAsync();
        await using var client = await ConnectAsync(
            server, "afresh", rotation: new RotationOptions { Interval = TimeSpan.FromHours(2), Jitter = 0 });
        var watcher = await WatchAsync(client);
        Scheduler.Advance(TimeSpan.FromHours(1));
        await SettleAsync(client);

        (await ConnectionAsync(server, 1)).Drop();

        await NextAsync<Reconnected>(watcher);
        Assert.Equal(Scheduler.Now + TimeSpan.FromHours(2), (await client.GetStatusAsync(Ct)).NextRotation);
    }
}
