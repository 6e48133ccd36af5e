namespace AkkaWs.Hosting;

/// <summary>
/// What holds for all connections of a host. What the configuration says takes precedence, key by key: <c>Hosting</c> in the section of
/// <c>WithWebSockets</c>, over <c>akka-ws.hosting</c> in the actor system's HOCON. It is read when the host starts.
/// </summary>
public sealed record AkkaWsHostingOptions
{
    /// <summary>
    /// How long a stop waits for requests in flight and for what is queued, before the connections are closed; zero: not at all. It is part of the
    /// actor system's coordinated shutdown (<c>before-service-unbind</c>), which bounds it by the phase's own timeout, 5 s by default. 0 to 1 day.
    /// HOCON: <c>hosting.drain-timeout</c>. Default: 1 s.
    /// </summary>
    public TimeSpan DrainTimeout { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>
    /// After how long a declared connection that closed by itself (a limit of its options, or crashes) is opened again, more than 0 and at most 1 day; null: never,
    /// its health stays Unhealthy until somebody calls <c>ReopenAsync</c>. Each further time in a row takes twice as long, up to 1 h (or this value, where it is
    /// longer), until the connection was Ready and open for <c>reconnect.stable-after</c>; where the server asked to wait for longer (<c>Retry-After</c>), that holds.
    /// One that was closed on request, before or meanwhile, stays closed. HOCON: <c>hosting.reopen-closed</c> (off, or the time). Default: null.
    /// </summary>
    public TimeSpan? ReopenClosed { get; init; }

    /// <summary>
    /// Whether connections log through the actor system's loggers, as they do without a host: for those whose log hangs on Akka.NET rather than on
    /// <c>ILoggerFactory</c>. False: they log to the host's <c>ILoggerFactory</c> and to nothing else. HOCON: <c>hosting.log-through-actor-system</c>. Default: false.
    /// </summary>
    public bool LogThroughActorSystem { get; init; }
}
