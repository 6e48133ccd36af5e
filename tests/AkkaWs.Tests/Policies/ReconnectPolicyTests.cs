using AkkaWs.Errors;
using AkkaWs.Options;
using AkkaWs.Policies;

namespace AkkaWs.Tests.Policies;

public sealed class ReconnectPolicyTests
{
    private static readonly ReconnectOptions Options = new() { Jitter = 0, MaxRejections = 2 };

    /// <summary>Every class, with what follows the first, the third and the eleventh loss in a row; null: closed for good.</summary>
    public static TheoryData<ErrorClass, int?, int?, int?> Table => new()
    {
        { ErrorClass.None, 100, 400, 30_000 },
        { ErrorClass.Refused, 100, 400, 30_000 },
        { ErrorClass.Dns, 100, 400, 30_000 },
        { ErrorClass.ConnectTimeout, 100, 400, 30_000 },
        { ErrorClass.EndpointUnavailable, 100, 400, 30_000 },
        { ErrorClass.Tls, null, null, null },
        { ErrorClass.HandshakeRejected, null, null, null },
        { ErrorClass.RateLimited, 100, 400, 30_000 },
        { ErrorClass.ServerUnavailable, 100, 400, 30_000 },
        { ErrorClass.AbnormalClosure, 0, 400, 30_000 },
        { ErrorClass.Reset, 0, 400, 30_000 },
        { ErrorClass.PolicyViolation, 100, null, null },
        { ErrorClass.ProtocolViolation, null, null, null },
        { ErrorClass.AuthenticationRejected, 100, null, null },
        { ErrorClass.AuthenticationFailed, 100, 400, 30_000 },
        { ErrorClass.MissedPong, 0, 400, 30_000 },
        { ErrorClass.Idle, 100, 400, 30_000 },
        { ErrorClass.RequestedByHandler, 0, 400, 30_000 },
        { ErrorClass.Rotation, 0, 400, 30_000 },
        { ErrorClass.SubscriptionRefused, 100, 400, 30_000 },
        { ErrorClass.Lagged, 100, 400, 30_000 },
        { ErrorClass.Internal, 100, 400, 30_000 },
    };

    [Theory]
    [MemberData(nameof(Table))]
    public void The_class_of_the_error_decides(ErrorClass error, int? first, int? third, int? eleventh)
    {
        Assert.Equal(first, Decide(error, 1));
        Assert.Equal(third, Decide(error, 3));
        Assert.Equal(eleventh, Decide(error, 11));
    }

    [Fact]
    public void The_table_has_every_class() =>
        Assert.Equal(Enum.GetValues<ErrorClass>().ToHashSet(), Table.Select(row => (ErrorClass)row[0]).ToHashSet());

    [Theory]
    [InlineData(1, 2_000)]
    [InlineData(11, 30_000)]
    public void Retry_After_is_honoured_where_it_is_longer(int attempt, int milliseconds)
    {
        var reason = new CloseReason(ErrorClass.RateLimited, "429") { RetryAfter = TimeSpan.FromSeconds(2) };

        Assert.Equal(TimeSpan.FromMilliseconds(milliseconds), ReconnectPolicy.Decide(reason, attempt, 0, Options, 0.5).Delay);
    }

    [Fact]
    public void Retry_After_has_a_bound()
    {
        var reason = new CloseReason(ErrorClass.RateLimited, "429") { RetryAfter = TimeSpan.FromDays(4_000) };

        Assert.Equal(Options.MaxRetryAfter, ReconnectPolicy.Decide(reason, 1, 0, Options, 0.5).Delay);
    }

    [Fact]
    public void After_the_last_attempt_every_class_gives_up() =>
        Assert.All(Enum.GetValues<ErrorClass>(), error =>
        {
            var limited = Options with { MaxAttempts = 3, MaxRejections = 10 };
            Assert.True(ReconnectPolicy.Decide(new CloseReason(error, "lost"), 4, 4, limited, 0.5).GivesUp);
        });

    private static int? Decide(ErrorClass error, int attempt)
    {
        var decision = ReconnectPolicy.Decide(new CloseReason(error, "lost"), attempt, attempt, Options, 0.5);
        return decision.GivesUp ? null : (int)decision.Delay.TotalMilliseconds;
    }
}
