using System.Collections.Concurrent;
using System.Globalization;
using Akka.TestKit.Xunit2;
using AkkaWs.Errors;
using AkkaWs.Messages;
using AkkaWs.Primitives;
using AkkaWs.TestSupport;
using AkkaWs.Wire.Tests.Support;
using Xunit.Abstractions;

namespace AkkaWs.Tests.Model;

/// <summary>
/// Random commands, readers of every pace and policy, server behaviours and faults against a simple model. No request is answered twice or never, or with the
/// response of another; no subscriber is left interrupted, gets anything between the markers, or misses what it was not told to have missed; what is desired is
/// confirmed when all is quiet, and what is sent then reaches everyone; nothing is written that was told to have failed; a close always ends.
/// </summary>
/// <remarks><c>AKKAWS_SEED=n</c> plays that run alone, <c>AKKAWS_NIGHTLY=1</c> plays 10,000.</remarks>
public sealed class ModelTests(ITestOutputHelper output) : TestKit(TestHocon.Below("akka.loglevel = ERROR\nakka.stdout-loglevel = OFF\nakka.log-dead-letters = off"))
{
    [Fact]
    public async Task Whatever_happens_a_connection_keeps_its_word()
    {
        var seed = Environment.GetEnvironmentVariable("AKKAWS_SEED") is { Length: > 0 } text ? int.Parse(text, CultureInfo.InvariantCulture) : (int?)null;
        var seeds = seed is { } one ? [one] : Enumerable.Range(1, Nightly.IsOn ? 10_000 : 300);
        var failures = new ConcurrentBag<string>();
        var crashes = CreateTestProbe();
        Sys.EventStream.Subscribe(crashes, typeof(Akka.Event.Error));

        await Parallel.ForEachAsync(seeds, new ParallelOptions { MaxDegreeOfParallelism = 16 }, async (run, _) =>
        {
            try
            {
                await using var life = new ModelRun(Sys, run);
                await life.PlayAsync();
            }
            catch (Exception e)
            {
                failures.Add($"AKKAWS_SEED={run}: {e}");
            }
        });

        while (crashes.HasMessages)
            failures.Add((await crashes.ReceiveOneAsync(TimeSpan.Zero)).ToString()!);
        foreach (var failure in failures)
            output.WriteLine(failure);
        Assert.Empty(failures);
    }

    [Fact]
    public void A_marker_for_who_has_left_is_found_out_unless_the_topic_ends_with_it()
    {
        Topic topic = "a";
        var log = new SubscriberLog();
        log.Wants([topic]);
        log.Note(new Unconfirmed(topic, DateTimeOffset.UnixEpoch, "asked for"));
        log.Leaves([topic]);
        log.Note(new Unconfirmed(topic, DateTimeOffset.UnixEpoch, "on its way"));
        log.Note(new Unsubscribed([topic]));
        Assert.Empty(log.Violations);

        log.Note(new Unconfirmed(topic, DateTimeOffset.UnixEpoch, "too late"));
        Assert.Contains("too late", Assert.Single(log.Violations), StringComparison.Ordinal);

        log.Note(new TopicClosed(topic, CloseReason.Requested));
        Assert.Empty(log.Violations);
    }
}
