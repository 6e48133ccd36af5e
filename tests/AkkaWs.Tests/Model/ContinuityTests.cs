using System.Collections.Concurrent;
using System.Globalization;
using Akka.TestKit.Xunit2;
using AkkaWs.TestSupport;
using AkkaWs.Wire.Tests.Support;
using Xunit.Abstractions;

namespace AkkaWs.Tests.Model;

/// <summary>Random rotations, losses, crashes, leaving and joining, with the venue's numbers as the oracle of what a subscriber gets.</summary>
/// <remarks><c>AKKAWS_SEED=n</c> plays that run alone, <c>AKKAWS_NIGHTLY=1</c> plays 10,000.</remarks>
public sealed class ContinuityTests(ITestOutputHelper output) : TestKit(TestHocon.Below("akka.loglevel = OFF\nakka.stdout-loglevel = OFF\nakka.log-dead-letters = off"))
{
    [Fact]
    public async Task Whatever_happens_no_number_of_the_venue_is_missing_or_comes_twice_without_a_marker()
    {
        var seed = Environment.GetEnvironmentVariable("AKKAWS_SEED") is { Length: > 0 } text ? int.Parse(text, CultureInfo.InvariantCulture) : (int?)null;
        var seeds = seed is { } one ? [one] : Enumerable.Range(1, Nightly.IsOn ? 10_000 : 300);
        var failures = new ConcurrentBag<string>();

        await Parallel.ForEachAsync(seeds, new ParallelOptions { MaxDegreeOfParallelism = 8 }, async (run, _) =>
        {
            try
            {
                await using var life = new ContinuityRun(Sys, run);
                await life.PlayAsync();
            }
            catch (Exception e)
            {
                failures.Add($"AKKAWS_SEED={run}: {e}");
            }
        });

        foreach (var failure in failures)
            output.WriteLine(failure);
        Assert.Empty(failures);
    }
}
