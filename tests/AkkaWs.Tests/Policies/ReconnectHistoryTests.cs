using AkkaWs.Errors;
using AkkaWs.Options;
using AkkaWs.Policies;

namespace AkkaWs.Tests.Policies;

public sealed class ReconnectHistoryTests
{
    private static readonly CloseReason Refused = new(ErrorClass.Refused, "refused");
    private static readonly CloseReason Dns = new(ErrorClass.Dns, "no such name");
    private static readonly CloseReason Rejected = new(ErrorClass.AuthenticationRejected, "wrong key");
    private static readonly ReconnectOptions Options = new();

    [Fact]
    public void Attempts_are_counted_in_all_and_per_class_whatever_comes_between()
    {
        var history = Fail(ReconnectHistory.Opened(default), Refused, Refused, Dns);
        Assert.Equal((3, 2, 1), (history.Attempt, history.FailuresOf(ErrorClass.Refused), history.FailuresOf(ErrorClass.Dns)));

        history = Fail(history, Dns, Dns, Refused);
        Assert.Equal((6, 3, 3), (history.Attempt, history.FailuresOf(ErrorClass.Refused), history.FailuresOf(ErrorClass.Dns)));
    }

    [Fact]
    public void Rejections_go_on_through_other_failures_and_both_kinds_count()
    {
        var history = Fail(ReconnectHistory.Opened(default), Rejected, Refused, new CloseReason(ErrorClass.PolicyViolation, "banned"));

        Assert.Equal(2, history.SituationOf(Rejected, default, Options).Rejections);
    }

    [Fact]
    public void Ready_alone_starts_no_count_again_and_stable_starts_all()
    {
        var ready = Fail(ReconnectHistory.Opened(default), Rejected, Rejected).Ready();
        Assert.Equal((2, 2), (ready.Attempt, ready.FailuresOf(Rejected.Class)));

        var stable = ready.Stable(TimeSpan.FromSeconds(30));
        Assert.Equal((0, 0), (stable.Attempt, stable.FailuresOf(Rejected.Class)));
        Assert.Equal(1, Fail(stable, Rejected).FailuresOf(Rejected.Class));
    }

    [Fact]
    public void A_decision_that_resets_counts_from_this_failure_on()
    {
        var history = Fail(ReconnectHistory.Opened(default), Refused, Refused, Refused)
            .Decided(ReconnectDecision.RetryAfter(TimeSpan.Zero) with { ResetsAttempts = true }, Refused.Class);

        Assert.Equal((1, 1), (history.Attempt, history.FailuresOf(Refused.Class)));
    }

    [Fact]
    public void Downtime_runs_from_the_opening_or_the_loss_until_Ready()
    {
        var opened = ReconnectHistory.Opened(TimeSpan.FromSeconds(10)).Failed(Refused, TimeSpan.FromSeconds(12), Options);
        Assert.Equal(TimeSpan.FromSeconds(5), opened.SituationOf(Refused, TimeSpan.FromSeconds(15), Options).Downtime);

        var lost = opened.Ready().Failed(Refused, TimeSpan.FromSeconds(100), Options).Failed(Refused, TimeSpan.FromSeconds(101), Options);
        Assert.Equal(TimeSpan.FromSeconds(1), lost.SituationOf(Refused, TimeSpan.FromSeconds(101), Options).Downtime);
    }

    [Fact]
    public void The_situation_tells_of_the_circuit()
    {
        var options = new ReconnectOptions { Circuit = new CircuitBreakerOptions { Failures = 2, MaxOpens = 0 } };
        var once = ReconnectHistory.Opened(default).Failed(Refused, default, options);
        Assert.Equal((1, TimeSpan.Zero, false), Circuit(once));

        var open = once.Failed(Refused, default, options);
        Assert.Equal((0, options.Circuit.OpenFor, true), Circuit(open));

        (int, TimeSpan, bool) Circuit(ReconnectHistory history) =>
            history.SituationOf(Refused, default, options) is var s ? (s.RecentFailures, s.CircuitOpenFor, s.CircuitExhausted) : default;
    }

    private static ReconnectHistory Fail(ReconnectHistory history, params CloseReason[] reasons) =>
        reasons.Aggregate(history, (past, reason) => past.Failed(reason, default, Options));
}
