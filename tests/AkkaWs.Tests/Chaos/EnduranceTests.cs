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
    // What is promised: by then a change is known, a dead link by its missing pong, a link that is back by the next attempt.
    private static readonly TimeSpan Notice = EnduranceHost.Heartbeat.PingInterval + EnduranceHost.Heartbeat.PongTimeout + TimeSpan.FromSeconds(1);

    private static readonly TimeSpan Run = Nightly.IsOn ? TimeSpan.FromMinutes(30) : TimeSpan.FromSeconds(20);

    // Long enough to look at health after the notice; in the short run there is time for two outages a connection, which are all failures together.
    private static readonly TimeSpan ShortestPhase = Notice + TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestPhase = Nightly.IsOn ? 2 * ShortestPhase : Run / 4;
    private static readonly int Seed = Nightly.IsOn ? Environment.TickCount : 20_261_129;

    [Fact]
    public async Task Links_that_fail_at_random_leave_every_declared_connection_Ready_with_health_and_log_that_told_the_truth()
    {
        using var deadline = new CancellationTokenSource(Run + TimeSpan.FromMinutes(2));
        var ct = deadline.Token;
        await using var host = await EnduranceHost.StartAsync(Seed, ct);
        List<(string Name, Task Reading)> readers = [];
        Dictionary<string, ConnectionLog> events = [];
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(ct);
        foreach (var name in host.Connections)
        {
            var updates = await host.SubscribeAsync(name, ct);
            readers.Add((name, ReadAsync(updates, ending.Token)));
            events.Add(name, new ConnectionLog(host.ClientOf(name)));
        }

        var start = host.Now;
        var watching = WatchAsync(host, ending.Token);
        var plan = Outage.Plan(Seed, host.Connections, Run, ShortestPhase, LongestPhase).GroupBy(outage => outage.Connection);

        var outages = (await Task.WhenAll(plan.Select(group => SufferAsync(host, start, [.. group], ct)))).SelectMany(suffered => suffered).ToList();

        foreach (var name in host.Connections)
            await host.ClientOf(name).WaitUntilReadyAsync(ct);
        await ConnectionLog.UntilAsync(() => host.Log.Count(line => line.EventId == LoggedOutage.TopicsBackEvent) >= outages.Count, Notice);
        Assert.All(await host.CheckAsync(ct), health => Assert.Equal(HealthStatus.Healthy, health.Value));
        await ending.CancelAsync();
        var samples = await watching;
        foreach (var (_, reading) in readers)
            await reading;

        Assert.Equal(Outage.Failures.Order(), outages.Select(outage => outage.Failure).Distinct().Order());
        AssertSamplesCover(outages, samples, start);
        var lies = Lies(outages, samples, start).ToList();
        Assert.True(lies.Count == 0, $"seed {Seed}: {string.Join(Environment.NewLine, lies.Take(20))}");
        var logged = LoggedOutage.Read(host.Log);
        foreach (var name in host.Connections)
        {
            List<Outage> suffered = [.. outages.Where(outage => outage.Connection == name)];
            List<LoggedOutage> told = [.. logged.Where(outage => outage.Connection == name)];
            AssertLogTellsEveryOutage(suffered, told, start, (host.ProxyOf(name).Url.Host, host.TopicsOf(name)));
            var losses = events[name].Events.OfType<ConnectionInterrupted>().Select(loss => loss.Reason).ToList();
            Assert.Equal(losses.Select(reason => reason.ToString()), told.Select(outage => outage.Cause));
            Assert.All(suffered.Zip(losses), pair => Assert.True(pair.First.Causes.Contains(pair.Second.Class), $"{pair.First.Failure} was taken for {pair.Second.Class}: {pair.Second}"));
            await events[name].DisposeAsync();
        }
    }

    [Fact]
    public void The_same_seed_plans_the_same_outages_and_none_overlaps_another_of_its_connection()
    {
        var plan = Plan(7);

        Assert.Equal(plan, Plan(7));
        Assert.NotEqual(plan, Plan(8));
        Assert.Equal(2, plan.Select(outage => outage.Connection).Distinct().Count());
        Assert.Equal(Outage.Failures.Order(), plan.Select(outage => outage.Failure).Distinct().Order());
        foreach (var outages in plan.GroupBy(outage => outage.Connection))
            Assert.All(outages.Zip(outages.Skip(1)), pair => Assert.True(pair.Second.Begin - pair.First.End >= Notice));
        Assert.All(plan, outage => Assert.InRange(outage.End - outage.Begin, Notice, 2 * Notice));

        static IReadOnlyList<Outage> Plan(int seed) => Outage.Plan(seed, ["one", "two"], TimeSpan.FromMinutes(2), Notice, 2 * Notice);
    }

    [Fact]
    public void A_log_that_misses_a_loss_or_a_return_or_says_something_else_is_found_out()
    {
        var loss = new LogLine(TimeSpan.Zero, 1020, "Connection okx, epoch 1, Reconnecting: lost 127.0.0.1 after 12 min 5 s: reset by peer");
        var back = new LogLine(TimeSpan.FromSeconds(4), 1004, "Connection okx, epoch 2, Ready: ready again at 127.0.0.1 after 3.9 s, attempt 4");
        var topics = new LogLine(TimeSpan.FromSeconds(5), 1021, "Connection okx, epoch 2, Ready: 2 of 3 topics back after 310 µs");

        var outage = Assert.Single(LoggedOutage.Read([loss, back, topics]));

        var expected = new LoggedOutage("okx", "127.0.0.1", TimeSpan.Zero, "reset by peer") { Back = (TimeSpan.FromSeconds(4), TimeSpan.FromSeconds(3.9)), Topics = (2, 3) };
        Assert.Equal(expected, outage);
        Assert.Equal(expected with { Back = null, Topics = null }, Assert.Single(LoggedOutage.Read([loss])));
        Assert.All<IReadOnlyList<LogLine>>(
            [
                [back], [topics], [loss, loss], [loss, topics], [loss, back, back], [loss, back, topics, topics],
                [loss, back with { Text = back.Text.Replace("okx", "deribit", StringComparison.Ordinal) }],
                [loss, back with { Text = back.Text.Replace("127.0.0.1", "127.0.0.2", StringComparison.Ordinal) }],
                [loss with { Text = loss.Text.Replace(": reset by peer", "", StringComparison.Ordinal) }],
                [loss with { Text = loss.Text.Replace("127.0.0.1 ", "", StringComparison.Ordinal) }],
            ],
            lines => Assert.Throws<FormatException>(() => LoggedOutage.Read(lines)));
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
            await UntilAsync(host, start + begin + (outage.End - outage.Begin), ct);
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
        let isDead = outages.Any(outage => IsKnownDead(outage, begin, end))
        let isAlive = outages.All(outage => end <= outage.Begin || outage.End + Notice <= begin)
        where (isDead && health == HealthStatus.Healthy) || (isAlive && health != HealthStatus.Healthy)
        let last = outages.LastOrDefault(outage => outage.Begin <= begin)
        select $"{outages.Key} was {(isDead ? "dead" : "alive")} and {health} at {begin}; {last?.Failure.ToString() ?? "nothing"} from {last?.Begin} to {last?.End}";

    private static bool IsKnownDead(Outage outage, TimeSpan begin, TimeSpan end) => outage.Begin + Notice <= begin && end <= outage.End;

    /// <summary>Whether health was looked at in every outage, after it was to be known, and before it, when the connection had been back for long enough.</summary>
    private static void AssertSamplesCover(IReadOnlyList<Outage> plan, IReadOnlyList<HealthSample> samples, TimeSpan start)
    {
        foreach (var outages in plan.GroupBy(outage => outage.Connection))
        {
            var known = TimeSpan.Zero;
            foreach (var outage in outages)
            {
                Assert.Contains(samples, sample => known <= sample.Begin - start && sample.End - start <= outage.Begin);
                Assert.Contains(samples, sample => IsKnownDead(outage, sample.Begin - start, sample.End - start));
                known = outage.End + Notice;
            }
        }
    }

    private static void AssertLogTellsEveryOutage(List<Outage> suffered, List<LoggedOutage> told, TimeSpan start, (string Host, int Topics) feed)
    {
        Assert.NotEmpty(suffered);
        Assert.Equal(suffered.Count, told.Count);
        foreach (var (outage, entry) in suffered.Zip(told))
        {
            Assert.Equal(feed.Host, entry.Host);
            Assert.InRange(entry.Lost - start, outage.Begin, outage.Begin + Notice);
            var (back, downtime) = entry.Back!.Value;
            Assert.InRange(back - start, outage.End, outage.End + Notice);
            Assert.InRange(downtime, back - entry.Lost - TimeSpan.FromSeconds(1), back - entry.Lost + TimeSpan.FromSeconds(1));
            Assert.Equal((feed.Topics, feed.Topics), entry.Topics);
        }
    }

    private sealed record HealthSample(TimeSpan Begin, TimeSpan End, IReadOnlyDictionary<string, HealthStatus> Health);
}
