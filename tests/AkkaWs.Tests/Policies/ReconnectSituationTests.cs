using AkkaWs.Errors;
using AkkaWs.Options;
using AkkaWs.Policies;

namespace AkkaWs.Tests.Policies;

public sealed class ReconnectSituationTests
{
    private const double Middle = 0.5; // no jitter either way

    private static readonly TimeSpan Initial = TimeSpan.FromMilliseconds(100);

    [Theory]
    [InlineData(ErrorClass.AbnormalClosure)]
    [InlineData(ErrorClass.MissedPong)]
    [InlineData(ErrorClass.Idle)]
    [InlineData(ErrorClass.RequestedByHandler)]
    public void A_lost_connection_is_retried_at_once_and_then_with_backoff(ErrorClass of)
    {
        Assert.Equal(TimeSpan.Zero, Decide(of).Delay);
        Assert.Equal(Initial * 2, Decide(of, 2).Delay);
    }

    [Theory]
    [InlineData(ErrorClass.Refused)]
    [InlineData(ErrorClass.Dns)]
    [InlineData(ErrorClass.ConnectTimeout)]
    [InlineData(ErrorClass.ServerUnavailable)]
    [InlineData(ErrorClass.AuthenticationFailed)]
    [InlineData(ErrorClass.Reset)]
    [InlineData(ErrorClass.Internal)]
    public void Others_wait_before_the_first_retry(ErrorClass of) => Assert.Equal(ReconnectDecision.RetryAfter(Initial), Decide(of));

    [Theory]
    [InlineData(ErrorClass.HandshakeRejected)]
    [InlineData(ErrorClass.Tls)]
    [InlineData(ErrorClass.ProtocolViolation)]
    public void What_fails_fast_is_final_unless_the_class_says_otherwise(ErrorClass of)
    {
        var first = new ReconnectSituation(new(of, ""), 2) { ClassAttempt = 2, FailsFast = true };
        Assert.Equal(ReconnectDecision.GiveUp, Default(first));

        var lenient = Class(of, new() { GiveUp = false, MaxAttempts = 2 });
        Assert.False(Default(first, lenient).GivesUp);
        Assert.True(Default(first with { ClassAttempt = 3 }, lenient).GivesUp);
    }

    [Theory]
    [InlineData(ErrorClass.AuthenticationRejected)]
    [InlineData(ErrorClass.PolicyViolation)]
    public void Rejections_are_limited_where_that_is_wanted(ErrorClass of)
    {
        var limited = new ReconnectOptions { MaxRejections = 3 };
        Assert.False(Default(new ReconnectSituation(new(of, ""), 3) { Rejections = 3 }, limited).GivesUp);
        Assert.True(Default(new ReconnectSituation(new(of, ""), 4) { Rejections = 4 }, limited).GivesUp);
        Assert.False(Default(new ReconnectSituation(new(of, ""), 400) { Rejections = 400 }).GivesUp);
    }

    [Fact]
    public void A_limit_of_the_class_stands_in_for_that_of_rejections()
    {
        var options = Class(ErrorClass.PolicyViolation, new() { MaxAttempts = 5 }) with { MaxRejections = 3 };

        Assert.False(Default(new ReconnectSituation(new(ErrorClass.PolicyViolation, ""), 5) { Rejections = 5, ClassAttempt = 5 }, options).GivesUp);
        Assert.True(Default(new ReconnectSituation(new(ErrorClass.PolicyViolation, ""), 6) { Rejections = 6, ClassAttempt = 6 }, options).GivesUp);
    }

    [Fact]
    public void Attempts_end_after_the_last_that_is_allowed()
    {
        var options = new ReconnectOptions { MaxAttempts = 3 };

        Assert.Equal([false, false, false, true], Enumerable.Range(1, 4).Select(attempt => Decide(ErrorClass.Refused, attempt, options).GivesUp));
        Assert.True(Decide(ErrorClass.Reset, 1, new() { MaxAttempts = 0 }).GivesUp);
    }

    [Fact]
    public void A_class_may_end_the_connection_at_once() =>
        Assert.True(Decide(ErrorClass.Dns, options: Class(ErrorClass.Dns, new() { GiveUp = true })).GivesUp);

    [Fact]
    public void A_class_has_its_own_curve()
    {
        var options = Class(ErrorClass.Dns, new() { InitialDelay = TimeSpan.FromSeconds(1), Factor = 3, MaxDelay = TimeSpan.FromSeconds(5) });

        Assert.Equal([1, 3, 5], Enumerable.Range(1, 3).Select(attempt => Decide(ErrorClass.Dns, attempt, options).Delay.TotalSeconds));
        Assert.Equal(Initial, Decide(ErrorClass.Refused, options: options).Delay);
    }

    [Fact]
    public void The_first_retry_is_immediate_as_the_class_then_the_connection_says()
    {
        var all = new ReconnectOptions { ImmediateFirstRetry = true };
        var none = new ReconnectOptions { ImmediateFirstRetry = false };
        var own = Class(ErrorClass.Dns, new() { ImmediateFirstRetry = true }) with { ImmediateFirstRetry = false };

        Assert.Equal(TimeSpan.Zero, Decide(ErrorClass.Refused, options: all).Delay);
        Assert.Equal(Initial, Decide(ErrorClass.MissedPong, options: none).Delay);
        Assert.Equal(TimeSpan.Zero, Decide(ErrorClass.Dns, options: own).Delay);
        Assert.Equal(Initial, Decide(ErrorClass.MissedPong, options: own).Delay);
    }

    [Theory]
    [InlineData(60, 60)]
    [InlineData(0.01, 0.1)]
    [InlineData(1e6, 900)]
    public void Retry_After_is_honoured_where_it_is_longer_and_up_to_its_bound(double wanted, double waited)
    {
        var reason = new CloseReason(ErrorClass.RateLimited, "") { RetryAfter = TimeSpan.FromSeconds(wanted) };

        Assert.Equal(TimeSpan.FromSeconds(waited), Default(new ReconnectSituation(reason, 1)).Delay);
    }

    [Fact]
    public void Retry_After_goes_before_an_immediate_retry_and_can_be_switched_off()
    {
        var reason = new CloseReason(ErrorClass.ServerUnavailable, "") { RetryAfter = TimeSpan.FromSeconds(7) };
        var immediate = new ReconnectOptions { ImmediateFirstRetry = true };

        Assert.Equal(TimeSpan.FromSeconds(7), Default(new ReconnectSituation(reason, 1), immediate).Delay);
        Assert.Equal(TimeSpan.Zero, Default(new ReconnectSituation(reason, 1), immediate with { MaxRetryAfter = TimeSpan.Zero }).Delay);
    }

    [Fact]
    public void A_close_without_a_code_counts_on_unless_it_resets()
    {
        var reason = new CloseReason(ErrorClass.AbnormalClosure, "", 1005);
        var resetting = new ReconnectOptions { ResetOn1005 = true, MaxAttempts = 2 };

        Assert.Equal(ReconnectDecision.RetryAfter(Initial * 16), Default(new ReconnectSituation(reason, 5)));
        Assert.Equal(ReconnectDecision.RetryAfter(Initial) with { ResetsAttempts = true }, Default(new ReconnectSituation(reason, 5), resetting));
        Assert.Equal(TimeSpan.Zero, Default(new ReconnectSituation(reason, 1), resetting).Delay);
        Assert.True(Default(new ReconnectSituation(reason with { CloseCode = 1006 }, 5), resetting).GivesUp);
    }

    [Fact]
    public void An_open_circuit_is_waited_for_and_an_exhausted_one_is_the_end()
    {
        var situation = new ReconnectSituation(new(ErrorClass.Reset, ""), 1) { CircuitOpenFor = TimeSpan.FromMinutes(1) };

        Assert.Equal(TimeSpan.FromMinutes(1), Default(situation).Delay);
        Assert.True(Default(situation with { CircuitExhausted = true }).GivesUp);
    }

    private static ReconnectDecision Decide(ErrorClass of, int attempt = 1, ReconnectOptions? options = null) =>
        Default(new ReconnectSituation(new CloseReason(of, ""), attempt), options);

    private static ReconnectDecision Default(ReconnectSituation situation, ReconnectOptions? options = null) =>
        ReconnectPolicy.Default.Decide(situation, options ?? new ReconnectOptions(), Middle);

    private static ReconnectOptions Class(ErrorClass of, ClassReconnectOptions options) =>
        new() { Classes = new Dictionary<ErrorClass, ClassReconnectOptions> { [of] = options } };
}
