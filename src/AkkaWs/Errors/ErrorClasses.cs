namespace AkkaWs.Errors;

internal static class ErrorClasses
{
    /// <summary>Whether errors of the class are retried slowly from the first one on.</summary>
    public static bool IsAlwaysSlow(this ErrorClass of) =>
        of is ErrorClass.HandshakeRejected or ErrorClass.Tls or ErrorClass.PolicyViolation or ErrorClass.AuthenticationRejected;

    /// <summary>Whether errors of the class may be retried slowly, be it from the first one or later.</summary>
    public static bool MayBeSlow(this ErrorClass of) => of.IsAlwaysSlow() || of is ErrorClass.ProtocolViolation or ErrorClass.RateLimited or ErrorClass.Internal;
}
