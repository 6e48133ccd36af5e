using AkkaWs.Options;
using AkkaWs.Policies;
using AkkaWs.Wire.Tests.Support;
using FsCheck;
using FsCheck.Fluent;

namespace AkkaWs.Tests.Policies;

public sealed class CircuitBreakerTests
{
    private static readonly CircuitBreakerOptions ThreeInTen = new() { Failures = 3, Window = Seconds(10), OpenFor = Seconds(60), MaxOpens = 2 };

    [Fact]
    public void Without_a_number_of_failures_it_never_opens()
    {
        var breaker = Fail(CircuitBreaker.Closed, new CircuitBreakerOptions(), Enumerable.Repeat(0.0, 10_000));

        Assert.Equal(CircuitState.Closed, breaker.StateAt(Seconds(0)));
    }

    [Fact]
    public void Enough_failures_within_the_window_open_it_for_a_time()
    {
        var breaker = Fail(CircuitBreaker.Closed, ThreeInTen, [0, 5]);
        Assert.Equal(CircuitState.Closed, breaker.StateAt(Seconds(5)));
        Assert.Equal(2, breaker.FailuresWithin(Seconds(5), ThreeInTen));

        breaker = breaker.Failed(Seconds(9), ThreeInTen);

        Assert.Equal(CircuitState.Open, breaker.StateAt(Seconds(9)));
        Assert.Equal(Seconds(60), breaker.Remaining(Seconds(9)));
        Assert.Equal(Seconds(1), breaker.Remaining(Seconds(68)));
        Assert.Equal(CircuitState.Probing, breaker.StateAt(Seconds(69)));
        Assert.Equal(TimeSpan.Zero, breaker.Remaining(Seconds(69)));
    }

    [Fact]
    public void Failures_that_are_further_apart_do_not_open_it()
    {
        var breaker = Fail(CircuitBreaker.Closed, ThreeInTen, Enumerable.Range(0, 100).Select(i => i * 5.0));

        Assert.Equal(CircuitState.Closed, breaker.StateAt(Seconds(500)));
        Assert.Equal(0, breaker.Opens);
    }

    [Fact]
    public void A_failure_while_it_is_open_does_not_prolong_it()
    {
        var open = Fail(CircuitBreaker.Closed, ThreeInTen, [0, 0, 0]);

        Assert.Equal(open, open.Failed(Seconds(59), ThreeInTen));
    }

    [Fact]
    public void A_probe_that_fails_opens_it_again()
    {
        var breaker = Fail(CircuitBreaker.Closed, ThreeInTen, [0, 0, 0, 60]);

        Assert.Equal(CircuitState.Open, breaker.StateAt(Seconds(119)));
        Assert.Equal(2, breaker.Opens);
    }

    [Fact]
    public void A_probe_that_holds_closes_it_and_forgets()
    {
        var breaker = Fail(CircuitBreaker.Closed, ThreeInTen, [0, 0, 0]).Succeeded(Seconds(60));

        Assert.Equal(CircuitBreaker.Closed, breaker);
    }

    [Fact]
    public void A_success_does_not_hide_the_failures_within_the_window()
    {
        var breaker = Fail(CircuitBreaker.Closed, ThreeInTen, [0, 1]).Succeeded(Seconds(2)).Failed(Seconds(3), ThreeInTen);

        Assert.Equal(CircuitState.Open, breaker.StateAt(Seconds(3)));
    }

    [Fact]
    public void It_is_exhausted_by_one_opening_more_than_allowed()
    {
        var breaker = Fail(CircuitBreaker.Closed, ThreeInTen, [0, 0, 0, 60]);
        Assert.False(breaker.IsExhausted(ThreeInTen));

        breaker = breaker.Failed(Seconds(120), ThreeInTen);

        Assert.True(breaker.IsExhausted(ThreeInTen));
        Assert.False(breaker.IsExhausted(ThreeInTen with { MaxOpens = null }));
    }

    [Fact]
    public void It_is_open_just_when_a_log_of_all_failures_says_so() =>
        Prop.ForAll(Gen.Choose(0, 8).ArrayOf(60).ToArbitrary(), gaps =>
        {
            var breaker = CircuitBreaker.Closed;
            var log = new List<TimeSpan>();
            TimeSpan? openUntil = null;
            var now = TimeSpan.Zero;
            foreach (var gap in gaps)
            {
                now += Seconds(gap * gap);
                breaker = breaker.Failed(now, ThreeInTen);
                if (now >= openUntil)
                {
                    openUntil = now + ThreeInTen.OpenFor;
                }
                else if (openUntil is null)
                {
                    log.Add(now);
                    if (log.Count(at => now - at < ThreeInTen.Window) >= ThreeInTen.Failures)
                        openUntil = now + ThreeInTen.OpenFor;
                }

                Assert.Equal(openUntil is null ? CircuitState.Closed : CircuitState.Open, breaker.StateAt(now));
                Assert.Equal(openUntil is null ? TimeSpan.Zero : openUntil - now, breaker.Remaining(now));
            }
        }).Check(Checks.Default);

    private static CircuitBreaker Fail(CircuitBreaker breaker, CircuitBreakerOptions options, IEnumerable<double> seconds) =>
        seconds.Aggregate(breaker, (current, at) => current.Failed(Seconds(at), options));

    private static TimeSpan Seconds(double seconds) => TimeSpan.FromSeconds(seconds);
}
