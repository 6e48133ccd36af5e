using Akka.Actor;
using Akka.Configuration;
using Akka.Dispatch;
using Akka.Event;
using AkkaWs.Messages;
using AkkaWs.Options;
using AkkaWs.Tests.Support;

namespace AkkaWs.Tests.Telemetry;

/// <summary>A wall clock that is set back while a connection lives.</summary>
public sealed class SteppedClockTests() : ConnectionTest($"akka.scheduler.implementation = \"{typeof(SteppedScheduler).AssemblyQualifiedName}\"")
{
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(10);

    [Fact]
    public async Task A_wall_clock_that_steps_back_in_an_outage_makes_no_time_negative()
    {
        await using var server = await LineServer.StartAsync();
        await using var client = await ConnectAsync(server.Options("stepped"));
        server.Server.RefuseConnections(System.Net.HttpStatusCode.ServiceUnavailable);
        var lost = NextAsync<Reconnecting>(client);
        server.Connection.Drop();
        await lost;
        var before = await client.GetMetricsAsync(Ct);

        ((SteppedScheduler)Sys.Scheduler).Step = TimeSpan.FromHours(-1);

        var down = await client.GetMetricsAsync(Ct);
        Assert.InRange(down.Downtime, before.Downtime, Longest);
        Assert.InRange(down.Age, before.Age, Longest);
        var recovered = NextAsync<Reconnected>(client);
        await server.Server.AcceptConnectionsAsync(Ct);
        Assert.InRange((await recovered).Downtime, down.Downtime, Longest);
        var up = await client.GetMetricsAsync(Ct);
        Assert.InRange(up.Downtime, down.Downtime, Longest);
        Assert.InRange(up.Uptime, TimeSpan.Zero, Longest);
    }

    [Fact]
    public async Task A_topic_is_left_after_its_linger_though_the_wall_clock_steps_back_meanwhile()
    {
        await using var server = await LineServer.StartAsync();
        await using var client = await ConnectAsync(server.Options("stepped-linger") with
        {
            Subscriptions = new SubscriptionOptions { UnsubscribeLinger = TimeSpan.FromMilliseconds(500) },
        });
        var subscription = await client.SubscribeAsync("a", Ct);
        await subscription.UnsubscribeAsync(Ct);

        ((SteppedScheduler)Sys.Scheduler).Step = TimeSpan.FromHours(-1);

        using var deadline = new CancellationTokenSource(Deadline);
        while ((await client.GetStatusAsync(deadline.Token)).ConfirmedTopics > 0)
            await Task.Delay(10, deadline.Token);
    }

    [Fact]
    public async Task A_topic_is_left_after_its_linger_though_the_wall_clock_steps_back_by_a_part_of_it()
    {
        await using var server = await LineServer.StartAsync();
        await using var client = await ConnectAsync(server.Options("stepped-a-little") with
        {
            Subscriptions = new SubscriptionOptions { UnsubscribeLinger = TimeSpan.FromMilliseconds(500) },
        });
        var subscription = await client.SubscribeAsync("a", Ct);
        await subscription.UnsubscribeAsync(Ct);
        await client.GetStatusAsync(Ct);

        ((SteppedScheduler)Sys.Scheduler).Step = TimeSpan.FromMilliseconds(-200);

        await AwaitAssertAsync(() => Assert.Contains(server.Received, text => text.StartsWith("unsub", StringComparison.Ordinal)), Deadline);
    }

    /// <summary>Akka's own scheduler, with a wall clock that can be set.</summary>
    private sealed class SteppedScheduler(Config config, ILoggingAdapter log) : SchedulerBase(config, log), IDisposable
    {
        private readonly HashedWheelTimerScheduler _inner = new(config, log);
        private long _step;

        public TimeSpan Step
        {
            get => new(Volatile.Read(ref _step));
            set => Volatile.Write(ref _step, value.Ticks);
        }

        public override TimeSpan MonotonicClock => _inner.MonotonicClock;

        public override TimeSpan HighResMonotonicClock => _inner.HighResMonotonicClock;

        protected override DateTimeOffset TimeNow => ((IScheduler)_inner).Now + Step;

        public void Dispose() => _inner.Dispose();

        protected override void InternalScheduleTellOnce(TimeSpan delay, ICanTell receiver, object message, IActorRef sender, ICancelable cancelable) =>
            ((IScheduler)_inner).ScheduleTellOnce(delay, receiver, message, sender, cancelable);

        protected override void InternalScheduleTellRepeatedly(
            TimeSpan initialDelay, TimeSpan interval, ICanTell receiver, object message, IActorRef sender, ICancelable cancelable) =>
            ((IScheduler)_inner).ScheduleTellRepeatedly(initialDelay, interval, receiver, message, sender, cancelable);

        protected override void InternalScheduleOnce(TimeSpan delay, Action action, ICancelable cancelable) =>
            ((IScheduler)_inner).Advanced.ScheduleOnce(delay, action, cancelable);

        protected override void InternalScheduleOnce(TimeSpan delay, IRunnable action, ICancelable cancelable) => InternalScheduleOnce(delay, action.Run, cancelable);

        protected override void InternalScheduleRepeatedly(TimeSpan initialDelay, TimeSpan interval, Action action, ICancelable cancelable) =>
            ((IScheduler)_inner).Advanced.ScheduleRepeatedly(initialDelay, interval, action, cancelable);

        protected override void InternalScheduleRepeatedly(TimeSpan initialDelay, TimeSpan interval, IRunnable action, ICancelable cancelable) =>
            InternalScheduleRepeatedly(initialDelay, interval, action.Run, cancelable);
    }
}
