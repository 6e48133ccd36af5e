using AkkaWs.Errors;
using AkkaWs.Options;
using AkkaWs.Policies;

namespace AkkaWs.Tests.Policies;

public sealed class ReconnectPolicyTests
{
    private static readonly ReconnectOptions Options = new() { Jitter = 0 };

    /// <summary>Every class, with what follows the first, the third and the eleventh loss in a row: the delay in ms.</summary>
    public static TheoryData<ErrorClass, int, int, int> Table => new()
    {
        { ErrorClass.None, 100, 400, 30_000 },
        { ErrorClass.Refused, 100, 400, 30_000 },
        { ErrorClass.Dns, 100, 400, 30_000 },
        { ErrorClass.ConnectTimeout, 100, 400, 30_000 },
        { ErrorClass.EndpointUnavailable, 100, 400, 30_000 },
        { ErrorClass.Tls, 1_000, 4_000, 300_000 },
        { ErrorClass.HandshakeRejected, 1_000, 4_000, 300_000 },
        { ErrorClass.RateLimited, 5_000, 20_000, 300_000 },
        { ErrorClass.ServerUnavailable, 100, 400, 30_000 },
        { ErrorClass.AbnormalClosure, 0, 400, 30_000 },
        { ErrorClass.Reset, 100, 400, 30_000 },
        { ErrorClass.PolicyViolation, 1_000, 4_000, 300_000 },
        { ErrorClass.ProtocolViolation, 100, 2_000, 300_000 },
        { ErrorClass.AuthenticationRejected, 5_000, 20_000, 300_000 },
        { ErrorClass.AuthenticationFailed, 100, 400, 30_000 },
        { ErrorClass.MissedPong, 0, 400, 30_000 },
        { ErrorClass.Idle, 0, 400, 30_000 },
        { ErrorClass.RequestedByHandler, 0, 400, 30_000 },
        { ErrorClass.Rotation, 0, 400, 30_000 },
        { ErrorClass.SubscriptionRefused, 100, 400, 30_000 },
        { ErrorClass.Lagged, 100, 400, 30_000 },
        { ErrorClass.Internal, 100, 400, 30_000 },
    };

    [Theory]
    [MemberData(nameof(Table))]
    public void The_class_of_the_error_decides(ErrorClass error, int first, int third, int eleventh)
    {
        Assert.Equal(first, Decide(error, 1));
        Assert.Equal(third, Decide(error, 3));
        Assert.Equal(eleventh, Decide(error, 11));
    }

    [Fact]
    public void The_table_has_every_class() =>
        Assert.Equal(Enum.GetValues<ErrorClass>().ToHashSet(), Table.Select(row => (ErrorClass)row[0]).ToHashSet());

    [Theory]
    [InlineData(ErrorClass.Tls)]
    [InlineData(ErrorClass.HandshakeRejected)]
    [InlineData(ErrorClass.PolicyViolation)]
    [InlineData(ErrorClass.AuthenticationRejected)]
    public void What_looks_permanent_is_retried_slowly_and_ends_a_first_connect_that_fails_fast(ErrorClass of)
    {
        var situation = new ReconnectSituation(new CloseReason(of, "refused"), 1);

        Assert.Equal((false, true), (Full(situation).GivesUp, Full(situation).IsSlow));
        Assert.True(Full(situation with { FailsFast = true }).GivesUp);
    }

    [Fact]
    public void A_protocol_violation_is_retried_once_before_it_looks_permanent()
    {
        var situation = new ReconnectSituation(new CloseReason(ErrorClass.ProtocolViolation, "bad frame"), 2) { FailsFast = true };

        Assert.False(Full(situation).GivesUp);
        Assert.True(Full(situation with { ClassAttempt = 2 }).GivesUp);
        Assert.True(Full(situation with { ClassAttempt = 2, FailsFast = false }).IsSlow);
    }

    [Theory]
    [InlineData(429, 1_200, 900, true)]
    [InlineData(418, 1_200, 1_200, true)]
    [InlineData(418, 432_000, 259_200, true)]
    [InlineData(429, 300, 300, false)]
    [InlineData(403, 2, 2, false)]
    public void Retry_After_is_waited_for_up_to_its_bound_and_a_ban_up_to_three_days(int status, int wanted, int waited, bool isSlow)
    {
        var reason = new CloseReason(ErrorClass.RateLimited, "wait") { HttpStatus = status, RetryAfter = TimeSpan.FromSeconds(wanted) };

        Assert.Equal(ReconnectDecision.RetryAfter(TimeSpan.FromSeconds(waited)) with { IsSlow = isSlow }, Full(new ReconnectSituation(reason, 1)));
    }

    [Fact]
    public void A_lost_connection_is_retried_at_once_and_a_handshake_that_breaks_is_not()
    {
        var lost = new CloseReason(ErrorClass.Reset, "reset", 1006);

        Assert.Equal(TimeSpan.Zero, Full(new ReconnectSituation(lost, 1)).Delay);
        Assert.Equal(Options.InitialDelay, Full(new ReconnectSituation(lost with { CloseCode = null }, 1)).Delay);
    }

    [Theory]
    [InlineData(ErrorClass.RateLimited)]
    [InlineData(ErrorClass.AuthenticationRejected)]
    public void A_first_retry_that_is_immediate_for_all_classes_leaves_out_what_a_venue_bans_for(ErrorClass of)
    {
        var situation = new ReconnectSituation(new CloseReason(of, "no"), 1);

        Assert.Equal(TimeSpan.FromSeconds(5), Full(situation, Options with { ImmediateFirstRetry = true }).Delay);
    }

    [Theory]
    [InlineData(1, 2_000)]
    [InlineData(11, 30_000)]
    public void Retry_After_is_honoured_where_it_is_longer(int attempt, int milliseconds)
    {
        var reason = new CloseReason(ErrorClass.RateLimited, "429") { RetryAfter = TimeSpan.FromSeconds(2) };

        Assert.Equal(TimeSpan.FromMilliseconds(milliseconds), Full(Situation(reason, attempt)).Delay);
    }

    [Fact]
    public void A_rate_limit_that_holds_on_looks_permanent()
    {
        var reason = new CloseReason(ErrorClass.RateLimited, "403");

        Assert.Equal([false, true], new[] { 4, 5 }.Select(attempt => Full(Situation(reason, attempt)).IsSlow));
    }

    [Fact]
    public void Slow_retries_grow_also_where_others_do_not()
    {
        var even = Options with { Factor = 1, InitialDelay = TimeSpan.FromSeconds(1) };

        Assert.Equal([1, 2, 4], new[] { 1, 2, 3 }.Select(attempt => Full(Situation(new CloseReason(ErrorClass.HandshakeRejected, "404"), attempt), even).Delay.TotalSeconds));
    }

    [Fact]
    public void Slow_retries_grow_also_where_a_class_would_not()
    {
        var even = Options with { Classes = new Dictionary<ErrorClass, ClassReconnectOptions> { [ErrorClass.Tls] = new() { Factor = 1 } } };

        Assert.Equal([1, 2, 4], new[] { 1, 2, 3 }.Select(attempt => Full(Situation(new CloseReason(ErrorClass.Tls, "expired"), attempt), even).Delay.TotalSeconds));
    }

    [Fact]
    public void Retry_After_has_a_bound()
    {
        var reason = new CloseReason(ErrorClass.RateLimited, "429") { RetryAfter = TimeSpan.FromDays(4_000) };

        Assert.Equal(Options.MaxRetryAfter, Full(Situation(reason, 1)).Delay);
    }

    [Fact]
    public void After_the_last_attempt_every_class_gives_up() =>
        Assert.All(Enum.GetValues<ErrorClass>(), error =>
        {
            var limited = Options with { MaxAttempts = 3, MaxRejections = 10 };
            Assert.True(Full(Situation(new CloseReason(error, "lost"), 4), limited).GivesUp);
        });

    private static int Decide(ErrorClass error, int attempt)
    {
        var decision = Full(Situation(new CloseReason(error, "lost"), attempt));
        Assert.False(decision.GivesUp);
        return (int)decision.Delay.TotalMilliseconds;
    }

    private static ReconnectSituation Situation(CloseReason reason, int attempt) => new(reason, attempt) { ClassAttempt = attempt, Rejections = attempt };

    private static ReconnectDecision Full(ReconnectSituation situation, ReconnectOptions? options = null) =>
        ReconnectPolicy.Default.Decide(situation, options ?? Options, 0.5);
}
