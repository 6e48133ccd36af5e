namespace AkkaWs.Options;

/// <summary>What one class of errors does differently. Whatever is null is as in <see cref="ReconnectOptions"/>, and for slow retries as in its <see cref="ReconnectOptions.Slow"/>.</summary>
public sealed record ClassReconnectOptions
{
    /// <summary>The delay before the first attempt, before jitter. Default: null, as for all classes.</summary>
    public TimeSpan? InitialDelay { get; init; }

    /// <summary>No delay is ever longer, jitter included; only a server's <c>Retry-After</c> may be. Default: null, as for all classes.</summary>
    public TimeSpan? MaxDelay { get; init; }

    /// <summary>How much longer each delay is than the one before. Default: null, as for all classes.</summary>
    public double? Factor { get; init; }

    /// <summary>
    /// After how many failures of this class without a stable connection between them the connection closes for good. It stands in for
    /// <c>MaxRejections</c> where that applies; <c>ReconnectOptions.MaxAttempts</c> holds beside it. Default: null, as for all classes.
    /// </summary>
    public int? MaxAttempts { get; init; }

    /// <summary>Whether the first retry is immediate. Default: null, as for all classes.</summary>
    public bool? ImmediateFirstRetry { get; init; }

    /// <summary>
    /// True: the first error of this class closes the connection for good. False: this class alone never does, only its
    /// <see cref="MaxAttempts"/>, not even on a first connect that fails fast. Default: null, as the class is.
    /// </summary>
    public bool? GiveUp { get; init; }
}
