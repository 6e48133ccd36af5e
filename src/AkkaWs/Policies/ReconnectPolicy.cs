using AkkaWs.Errors;
using AkkaWs.Options;

namespace AkkaWs.Policies;

/// <summary>
/// The default: decides by the class of an error whether and when to connect again. Nothing is final once a connection has been Ready, unless a limit of
/// <see cref="ReconnectOptions"/> says so. Pure.
/// <list type="table">
/// <item><term>closed without a code, connection reset, missed pong, idle, the handler's wish, rotation</term><description>the first retry at once, then backoff</description></item>
/// <item><term>rate limited</term><description>after the server's <c>Retry-After</c>, or slowly from 5 s; looks permanent from the fifth on</description></item>
/// <item><term>upgrade rejected, certificate refused, policy violation</term><description>slowly</description></item>
/// <item><term>login rejected</term><description>slowly from 5 s</description></item>
/// <item><term>protocol violation</term><description>backoff, slowly from the second on</description></item>
/// <item><term>all others</term><description>backoff</description></item>
/// </list>
/// What is retried slowly closes a first connect that fails fast. <see cref="ReconnectOptions.Classes"/> overrides a class.
/// </summary>
public sealed class ReconnectPolicy : IReconnectPolicy
{
    private const int NoStatusReceived = 1005;

    // Binance bans by this status for up to 3 days, and longer where attempts go on.
    private const int Banned = 418;

    private static readonly TimeSpan LongestBan = TimeSpan.FromDays(3);

    // A server that sends one away for longer is as good as gone.
    private static readonly TimeSpan LongestPassing = TimeSpan.FromMinutes(5);

    // A rate limit that holds on for minutes though hardly anything is asked for is none.
    private const int PassingRateLimits = 4;

    // The least growth of slow delays, where all others do not grow.
    private const double SlowFactor = 2;

    private static readonly ClassReconnectOptions AsForAll = new();

    private ReconnectPolicy()
    {
    }

    /// <summary>The only instance: it has no state.</summary>
    public static ReconnectPolicy Default { get; } = new();

    /// <inheritdoc/>
    public ReconnectDecision Decide(ReconnectSituation situation, ReconnectOptions options, double chance)
    {
        ArgumentNullException.ThrowIfNull(situation);
        ArgumentNullException.ThrowIfNull(options);
        var (reason, own) = (situation.Reason, options.Classes.GetValueOrDefault(situation.Reason.Class, AsForAll));
        var resets = options.ResetOn1005 && reason.CloseCode == NoStatusReceived;
        var (attempt, classAttempt) = resets ? (1, 1) : (situation.Attempt, situation.ClassAttempt);
        var slow = SlowAttempt(reason.Class, classAttempt);
        if (own.GiveUp ?? (situation.FailsFast && slow > 0))
            return ReconnectDecision.GiveUp;
        if (situation.CircuitExhausted || attempt > options.MaxAttempts || IsExhausted(situation, classAttempt, options, own))
            return ReconnectDecision.Exhausted;

        var retryAfter = RetryAfter(reason, options);
        var waits = slow > 0 ? slow : reason.Class == ErrorClass.RateLimited && retryAfter == TimeSpan.Zero ? classAttempt : 0;
        var delay = situation.Attempt == 1 && (own.ImmediateFirstRetry ?? (waits == 0 && IsImmediate(reason, options))) ? TimeSpan.Zero
            : waits > 0 ? SlowDelay(waits, reason.Class, options, own, chance)
            : Delay(attempt, options, own, chance);
        delay = Longer(Longer(delay, retryAfter), situation.CircuitOpenFor);
        return ReconnectDecision.RetryAfter(delay) with { ResetsAttempts = resets, IsSlow = slow > 0 || waits > PassingRateLimits || retryAfter > LongestPassing };
    }

    /// <summary>The number of the slow retry that an error calls for, from 1; 0: it looks passing.</summary>
    private static int SlowAttempt(ErrorClass of, int classAttempt) => of switch
    {
        ErrorClass.HandshakeRejected or ErrorClass.Tls or ErrorClass.PolicyViolation or ErrorClass.AuthenticationRejected => classAttempt,
        ErrorClass.ProtocolViolation => classAttempt - 1,
        _ => 0,
    };

    private static bool IsExhausted(ReconnectSituation situation, int classAttempt, ReconnectOptions options, ClassReconnectOptions own)
    {
        if (classAttempt > own.MaxAttempts)
            return true;
        return own is { GiveUp: null, MaxAttempts: null }
            && situation.Reason.Class is ErrorClass.AuthenticationRejected or ErrorClass.PolicyViolation
            && situation.Rejections > options.MaxRejections;
    }

    private static bool IsImmediate(CloseReason reason, ReconnectOptions options) => options.ImmediateFirstRetry ?? reason.Class switch
    {
        ErrorClass.AbnormalClosure or ErrorClass.MissedPong or ErrorClass.Idle or ErrorClass.RequestedByHandler or ErrorClass.Rotation => true,
        ErrorClass.Reset => reason.CloseCode is not null, // of an open connection, not on the way to one
        _ => false,
    };

    /// <summary>The delay before a slow retry of an error of class <paramref name="of"/>.</summary>
    internal static TimeSpan SlowDelay(int attempt, ErrorClass of, ReconnectOptions options, double chance) =>
        SlowDelay(attempt, of, options, options.Classes.GetValueOrDefault(of, AsForAll), chance);

    private static TimeSpan SlowDelay(int attempt, ErrorClass of, ReconnectOptions options, ClassReconnectOptions own, double chance)
    {
        var growing = own with { Factor = Math.Max(own.Factor ?? options.Factor, SlowFactor) };
        return Delay(attempt, options with { InitialDelay = Longer(options.Slow.Initial, of.LeastSlowDelay()), MaxDelay = options.Slow.Max }, growing, chance);
    }

    private static TimeSpan Delay(int attempt, ReconnectOptions options, ClassReconnectOptions own, double chance) => Backoff.Delay(
        attempt,
        options with
        {
            InitialDelay = own.InitialDelay ?? options.InitialDelay,
            MaxDelay = own.MaxDelay ?? options.MaxDelay,
            Factor = own.Factor ?? options.Factor,
        },
        chance);

    /// <summary>How long the server asked to wait; every wait is bounded, this one too.</summary>
    internal static TimeSpan RetryAfter(CloseReason reason, ReconnectOptions options)
    {
        var most = reason.HttpStatus == Banned && options.MaxRetryAfter > TimeSpan.Zero ? Longer(options.MaxRetryAfter, LongestBan) : options.MaxRetryAfter;
        var wanted = reason.RetryAfter ?? TimeSpan.Zero;
        return wanted < most ? wanted : most;
    }

    private static TimeSpan Longer(TimeSpan one, TimeSpan other) => one > other ? one : other;
}
