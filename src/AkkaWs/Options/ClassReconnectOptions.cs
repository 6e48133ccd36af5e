namespace AkkaWs.Options;

/// <summary>What one class of errors does differently. Whatever is null is as in <see cref="ReconnectOptions"/>.</summary>
public sealed record ClassReconnectOptions
{
    /// <summary>The delay before the first attempt, before jitter. Default: null, as for all classes.</summary>
    public TimeSpan? InitialDelay { get; init; }

    /// <summary>No delay is ever longer, jitter included; only a server's <c>Retry-After</c> may be. Default: null, as for all classes.</summary>
    public TimeSpan? MaxDelay { get; init; }

    /// <summary>How much longer each delay is than the one before. Default: null, as for all classes.</summary>
    public double? Factor { get; init; }

    /// <summary>
    /// After how many failed attempts of this class in a row the connection closes for good. It stands in for <c>MaxRejections</c> where that
    /// applies; <c>ReconnectOptions.MaxAttempts</c> holds beside it. Default: null, as for all classes.
    /// </summary>
    public int? MaxAttempts { get; init; }

    /// <summary>Whether the first retry is immediate. Default: null, as for all classes.</summary>
    public bool? ImmediateFirstRetry { get; init; }

    /// <summary>
    /// True: the first error of this class closes the connection for good. False: this class alone never does, only its
    /// <see cref="MaxAttempts"/>: so a rejected upgrade, which is final by default, is retried. Default: null, as the class is.
    /// </summary>
    public bool? GiveUp { get; init; }
}
