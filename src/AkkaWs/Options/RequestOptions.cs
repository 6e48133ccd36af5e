namespace AkkaWs.Options;

/// <summary>Bounds and deadlines of requests.</summary>
public sealed record RequestOptions
{
    /// <summary>How long a request waits for its response unless it says otherwise. Default: 30 s.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How many requests may be in flight; one more is rejected at once. Cancels have as many places of their own. Default: 1,000.</summary>
    public int MaxPending { get; init; } = 1_000;

    /// <summary>How often idle request actors beyond those recently needed are let go. Default: 60 s.</summary>
    public TimeSpan CleanupInterval { get; init; } = TimeSpan.FromSeconds(60);
}
