namespace AkkaWs.Options;

/// <summary>When attempts pause altogether: too many failures within a window open the circuit for a time; then one probe decides.</summary>
public sealed record CircuitBreakerOptions
{
    /// <summary>How many failures within <see cref="Window"/> open the circuit; null: none do. Default: null, off.</summary>
    public int? Failures { get; init; }

    /// <summary>How far back failures count. Default: 60 s.</summary>
    public TimeSpan Window { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>How long nothing is attempted while the circuit is open. Default: 60 s.</summary>
    public TimeSpan OpenFor { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>How often in a row the circuit may open; once more closes the connection for good, with the last cause. Null: without end. Default: null.</summary>
    public int? MaxOpens { get; init; }
}
