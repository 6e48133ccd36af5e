namespace AkkaWs.Testing;

/// <summary>How a <see cref="FaultProxy"/> works.</summary>
public sealed record FaultProxyOptions
{
    /// <summary>Chooses garbage and jitter: the same seed, the same bytes on the connection of the same number. Default: 1.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>How many connections may be open at once; those beyond are reset. Default: 1,024.</summary>
    public int MaxConnections { get; init; } = 1024;

    /// <summary>How long connecting to the server may take before the client's connection is reset. Default: 10 s.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>The clock of delays, throttles and times of faults. Default: the system's.</summary>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;
}
