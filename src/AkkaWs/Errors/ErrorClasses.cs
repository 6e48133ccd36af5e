namespace AkkaWs.Errors;

internal static class ErrorClasses
{
    // Exchanges count failed logins and connections per minute and ban for them.
    private static readonly TimeSpan Cautious = TimeSpan.FromSeconds(5);

    /// <summary>The shortest delay that a slow retry of the class begins with, where its maximum allows.</summary>
    public static TimeSpan LeastSlowDelay(this ErrorClass of) => of is ErrorClass.AuthenticationRejected or ErrorClass.RateLimited ? Cautious : TimeSpan.Zero;

    /// <summary>Whether errors of the class are retried slowly from the first one on.</summary>
    public static bool IsAlwaysSlow(this ErrorClass of) =>
        of is ErrorClass.HandshakeRejected or ErrorClass.Tls or ErrorClass.PolicyViolation or ErrorClass.AuthenticationRejected;

    /// <summary>Whether errors of the class may be retried slowly, be it from the first one or later.</summary>
    public static bool MayBeSlow(this ErrorClass of) => of.IsAlwaysSlow() || of is ErrorClass.ProtocolViolation or ErrorClass.RateLimited or ErrorClass.Internal;
}
