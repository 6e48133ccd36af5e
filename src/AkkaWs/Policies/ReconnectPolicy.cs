using AkkaWs.Errors;
using AkkaWs.Options;

namespace AkkaWs.Policies;

/// <summary>
/// The default: decides by the class of an error whether and when to connect again. Pure.
/// <list type="table">
/// <item><term>closed without a code, reset, missed pong, the handler's wish, rotation</term><description>the first retry at once, then backoff</description></item>
/// <item><term>rate limited</term><description>backoff, or the server's <c>Retry-After</c> where that is longer</description></item>
/// <item><term>login rejected, policy violation</term><description>backoff, at most <c>MaxRejections</c> times</description></item>
/// <item><term>upgrade rejected, TLS, protocol violation</term><description>never again</description></item>
/// <item><term>all others</term><description>backoff</description></item>
/// </list>
/// <see cref="ReconnectOptions.Classes"/> overrides a class.
/// </summary>
public sealed class ReconnectPolicy : IReconnectPolicy
{
    private const int NoStatusReceived = 1005;

    private static readonly ClassReconnectOptions AsForAll = new();

    private ReconnectPolicy()
    {
    }

    /// <summary>The only instance: it has no state.</summary>
    public static ReconnectPolicy Default { get; } = new();

    /// <summary>Decides by reason, attempt and rejections alone; a shorthand.</summary>
    /// <param name="reason">Why the connection was lost or not made.</param>
    /// <param name="attempt">The number of the attempt to decide on, from 1.</param>
    /// <param name="rejections">How many logins or connections in a row the server rejected, this one included.</param>
    /// <param name="options">The policy's figures.</param>
    /// <param name="chance">A uniform random number, 0 ≤ chance &lt; 1.</param>
    public static ReconnectDecision Decide(CloseReason reason, int attempt, int rejections, ReconnectOptions options, double chance) =>
        Default.Decide(new ReconnectSituation(reason, attempt) { Rejections = rejections }, options, chance);

    /// <inheritdoc/>
    public ReconnectDecision Decide(ReconnectSituation situation, ReconnectOptions options, double chance)
    {
        ArgumentNullException.ThrowIfNull(situation);
        ArgumentNullException.ThrowIfNull(options);
        var own = options.Classes.GetValueOrDefault(situation.Reason.Class, AsForAll);
        var resets = options.ResetOn1005 && situation.Reason.CloseCode == NoStatusReceived;
        var attempt = resets ? 1 : situation.Attempt;
        if (IsFinal(situation.Reason.Class, own))
            return ReconnectDecision.GiveUp;
        if (situation.CircuitExhausted || attempt > options.MaxAttempts || IsExhausted(situation, resets ? 1 : situation.ClassAttempt, options, own))
            return ReconnectDecision.Exhausted;

        var isFirst = situation.Attempt == 1;
        var delay = isFirst && IsImmediate(situation.Reason.Class, options, own) ? TimeSpan.Zero : Delay(attempt, options, own, chance);
        delay = Longer(delay, Wanted(situation.Reason, options));
        return ReconnectDecision.RetryAfter(Longer(delay, situation.CircuitOpenFor)) with { ResetsAttempts = resets };
    }

    private static bool IsFinal(ErrorClass of, ClassReconnectOptions own) =>
        own.GiveUp ?? (of is ErrorClass.HandshakeRejected or ErrorClass.Tls or ErrorClass.ProtocolViolation);

    private static bool IsExhausted(ReconnectSituation situation, int classAttempt, ReconnectOptions options, ClassReconnectOptions own)
    {
        if (classAttempt > own.MaxAttempts)
            return true;
        return own is { GiveUp: null, MaxAttempts: null }
            && situation.Reason.Class is ErrorClass.AuthenticationRejected or ErrorClass.PolicyViolation
            && situation.Rejections > options.MaxRejections;
    }

    private static bool IsImmediate(ErrorClass of, ReconnectOptions options, ClassReconnectOptions own) =>
        own.ImmediateFirstRetry ?? options.ImmediateFirstRetry
        ?? of is ErrorClass.AbnormalClosure or ErrorClass.Reset or ErrorClass.MissedPong or ErrorClass.RequestedByHandler
            or ErrorClass.Rotation;

    private static TimeSpan Delay(int attempt, ReconnectOptions options, ClassReconnectOptions own, double chance) => Backoff.Delay(
        attempt,
        options with
        {
            InitialDelay = own.InitialDelay ?? options.InitialDelay,
            MaxDelay = own.MaxDelay ?? options.MaxDelay,
            Factor = own.Factor ?? options.Factor,
        },
        chance);

    // Every wait is bounded, a server's wish too.
    private static TimeSpan Wanted(CloseReason reason, ReconnectOptions options) =>
        reason.RetryAfter is not { } wanted ? TimeSpan.Zero : wanted > options.MaxRetryAfter ? options.MaxRetryAfter : wanted;

    private static TimeSpan Longer(TimeSpan one, TimeSpan other) => one > other ? one : other;
}
