namespace AkkaWs.Hosting;

/// <summary>What holds for all connections of a host.</summary>
public sealed record AkkaWsHostingOptions
{
    /// <summary>
    /// How long a stop waits for requests in flight and for what is queued, before the connections are closed; zero: not at all. It is part of the
    /// actor system's coordinated shutdown (<c>before-service-unbind</c>), which bounds it by the phase's own timeout, 5 s by default. 0 to 1 day. Default: 1 s.
    /// </summary>
    public TimeSpan DrainTimeout { get; init; } = TimeSpan.FromSeconds(1);
}
