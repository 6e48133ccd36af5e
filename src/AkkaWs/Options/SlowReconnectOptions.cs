namespace AkkaWs.Options;

/// <summary>
/// The backoff of errors that look permanent, each counted by itself: certificate, 4xx, login, policy (1008), repeated protocol violations and crashes. Rate
/// limits without <c>Retry-After</c> use it too. Factor and jitter are those of <see cref="ReconnectOptions"/>, the factor at least 2.
/// </summary>
public sealed record SlowReconnectOptions
{
    /// <summary>The delay before the first slow retry, before jitter; rejected logins and rate limits begin at 5 s, or at <see cref="Max"/> where that is less. Default: 1 s.</summary>
    public TimeSpan Initial { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>No slow retry waits longer, jitter included; only a server's <c>Retry-After</c> and an open circuit may. Default: 5 min.</summary>
    public TimeSpan Max { get; init; } = TimeSpan.FromMinutes(5);
}
