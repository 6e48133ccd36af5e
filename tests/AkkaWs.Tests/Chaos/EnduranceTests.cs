using AkkaWs.Client;
using AkkaWs.Messages;
using AkkaWs.Wire.Tests.Support;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace AkkaWs.Tests.Chaos;

/// <summary>
/// A hosted application with feeds of four venues, whose links fail at random: in the end all are Ready, health told the truth all the time, and the log says what happened. 20 s with a fixed seed; with <c>AKKAWS_NIGHTLY=1</c> 30
/// minutes with a new one.
/// </summary>
public sealed class EnduranceTests
{
    // By then a change is known: a dead link by its missing pong, a link that is back by the next attempt.
    private static readonly TimeSpan Notice = EnduranceHost.Heartbeat.PingInterval + EnduranceHost.Heartbeat.PongTimeout + TimeSpan.FromSeconds(1);

    private static readonly TimeSpan Run = Nightly.IsOn ? TimeSpan.FromMinutes(30) : TimeSpan.FromSeconds(20);
    private static readonly int Seed = Nightly.IsOn ? Environment.TickCount : 20_261_129;

    [Fact]
    public async Task Links_that_fail_at_random_leave_every_declared_connection_Ready_with_health_and_log_that_told_the_truth()
    {
        using var deadline = new CancellationTokenSource(Run + TimeSpan.FromMinutes(2));
        var ct = deadline.Token;
        await using var host = await EnduranceHost.StartAsync(Seed, ct);
        List<(string Name, Task Reading)> readers = [];
        List<ConnectionLog> events = [];
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(ct);
        foreach (var name in host.Connections)
        {
            var updates = await host.SubscribeAsync(name, ct);
            readers.Add((name, ReadAsync(updates, ending.Token)));
            events.Add(new ConnectionLog(host.ClientOf(name)));
        }

        var start = host.Now;
        var watching = WatchAsync(host, ending.Token);
        var plan = Outage.Plan(Seed, host.Connections, Run, Notice + TimeSpan.FromSeconds(1)).GroupBy(outage => outage.Connection);

        var outages = (await Task.WhenAll(plan.Select(group => SufferAsync(host, start, [.. group], ct)))).SelectMany(suffered => suffered).ToList();

        foreach (var name in host.Connections)
            await host.ClientOf(name).WaitUntilReadyAsync(ct);
        await Task.Delay(Notice, ct);
        Assert.All(await host.CheckAsync(ct), health => Assert.Equal(HealthStatus.Healthy, health.Value));
        await ending.CancelAsync();
        var samples = await watching;
        foreach (var (_, reading) in readers)
            await reading;

        var lies = Lies(outages, samples, start).ToList();
        Assert.True(lies.Count == 0, $"seed {Seed}: {string.Join(Environment.NewLine, lies.Take(20))}");
        var logged = LoggedOutage.Read(host.Log);
        AssertLogTellsEveryOutage(outages, logged, start);
        foreach (var log in events)
        {
            var losses = log.Events.OfType<ConnectionInterrupted>().ToList();
            Assert.Equal(losses.Count, logged.Count(outage => losses.Count > 0 && outage.Connection == losses[0].Connection));
            await log.DisposeAsync();
        }
    }

    [Fact]
    public void The_same_seed_plans_the_same_outages_and_none_overlaps_another_of_its_connection()
    {
        var plan = Outage.Plan(7, ["one", "two"], TimeSpan.FromMinutes(2), Notice);

        Assert.Equal(plan, Outage.Plan(7, ["one", "two"], TimeSpan.FromMinutes(2), Notice));
        Assert.NotEqual(plan, Outage.Plan(8, ["one", "two"], TimeSpan.FromMinutes(2), Notice));
        foreach (var outages in plan.GroupBy(outage => outage.Connection))
            Assert.All(outages.Zip(outages.Skip(1)), pair => Assert.True(pair.Second.Begin - pair.First.End >= Notice));
        Assert.All(plan, outage => Assert.True(outage.End - outage.Begin >= Notice));
    }

    [Fact]
    public void A_log_that_misses_a_loss_or_a_return_is_found_out()
    {
        var loss = (TimeSpan.Zero, "Connection okx, epoch 1, Reconnecting: lost 127.0.0.1 after 12 min 5 s: reset by peer");
        var back = (TimeSpan.FromSeconds(4), "Connection okx, epoch 2, Ready: ready again at 127.0.0.1 after 3.9 s, attempt 4");

        var outage = Assert.Single(LoggedOutage.Read([loss, back]));

        Assert.Equal(new LoggedOutage("okx", TimeSpan.Zero, "reset by peer", TimeSpan.FromSeconds(4), TimeSpan.FromSeconds(3.9)), outage);
        Assert.Throws<FormatException>(() => LoggedOutage.Read([back]));
        Assert.Throws<FormatException>(() => LoggedOutage.Read([loss, loss]));
        Assert.Null(Assert.Single(LoggedOutage.Read([loss])).Back);
    }

    /// <summary>Makes the outages and returns when they really were.</summary>
    private static async Task<IReadOnlyList<Outage>> SufferAsync(EnduranceHost host, TimeSpan start, IReadOnlyList<Outage> outages, CancellationToken ct)
    {
        List<Outage> suffered = [];
        foreach (var outage in outages)
        {
            await UntilAsync(host, start + outage.Begin, ct);
            var begin = host.Now - start;
            await outage.BeginAsync(host.ProxyOf(outage.Connection));
            await UntilAsync(host, start + outage.End, ct);
            suffered.Add(outage with { Begin = begin, End = host.Now - start });
            await host.ProxyOf(outage.Connection).HealAsync();
        }

        return suffered;
    }

    private static Task UntilAsync(EnduranceHost host, TimeSpan moment, CancellationToken ct) =>
        moment > host.Now ? Task.Delay(moment - host.Now, ct) : Task.CompletedTask;

    private static async Task ReadAsync(TopicSubscription updates, CancellationToken ct)
    {
        try
        {
            await foreach (var _ in updates.WithCancellation(ct))
            {
            }

            Assert.Fail("A subscription ended.");
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            await updates.DisposeAsync();
        }
    }

    private static async Task<IReadOnlyList<HealthSample>> WatchAsync(EnduranceHost host, CancellationToken ct)
    {
        List<HealthSample> samples = [];
        try
        {
            while (true)
            {
                var begin = host.Now;
                var health = await host.CheckAsync(ct);
                samples.Add(new HealthSample(begin, host.Now, health));
                await Task.Delay(50, ct);
            }
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            return samples;
        }
    }

    /// <summary>Samples that call a dead connection healthy, or a living one not, longer after the change than it may take to notice.</summary>
    private static IEnumerable<string> Lies(IReadOnlyList<Outage> plan, IReadOnlyList<HealthSample> samples, TimeSpan start) =>
        from outages in plan.GroupBy(outage => outage.Connection)
        from sample in samples
        let begin = sample.Begin - start
        let end = sample.End - start
        let health = sample.Health[outages.Key]
        let isDead = outages.Any(outage => outage.Begin + Notice <= begin && end <= outage.End)
        let isAlive = outages.All(outage => end <= outage.Begin || outage.End + Notice <= begin)
        where (isDead && health == HealthStatus.Healthy) || (isAlive && health != HealthStatus.Healthy)
        select $"{outages.Key} was {(isDead ? "dead" : "alive")} and {health} at {begin}: {string.Join(", ", outages)}";

    private static void AssertLogTellsEveryOutage(IReadOnlyList<Outage> plan, IReadOnlyList<LoggedOutage> logged, TimeSpan start)
    {
        foreach (var outage in plan)
        {
            var told = Assert.Single(logged, entry => entry.Connection == outage.Connection && entry.Lost < start + outage.End && entry.Back > start + outage.Begin);
            Assert.InRange(told.Lost - start, outage.Begin, outage.Begin + Notice);
            Assert.InRange(told.Back!.Value - start, outage.End, outage.End + Notice);
            Assert.InRange(told.Downtime!.Value, told.Back.Value - told.Lost - TimeSpan.FromSeconds(1), told.Back.Value - told.Lost + TimeSpan.FromSeconds(1));
            Assert.NotEmpty(told.Cause);
        }
    }

    private sealed record HealthSample(TimeSpan Begin, TimeSpan End, IReadOnlyDictionary<string, HealthStatus> Health);
}
