namespace AkkaWs.Options;

/// <summary>How chance spreads a delay, so that many clients of one server don't come back at the same moment.</summary>
public enum JitterKind
{
    /// <summary>Shortened or lengthened by at most the share <c>ReconnectOptions.Jitter</c>, then cut at the maximum.</summary>
    Proportional,

    /// <summary>Anything from 0 to the delay. Spreads best, and at times waits hardly at all; <c>Jitter</c> is not used.</summary>
    Full,

    /// <summary>Half of the delay, and up to as much again by chance. Never less than half; <c>Jitter</c> is not used.</summary>
    Equal,
}
