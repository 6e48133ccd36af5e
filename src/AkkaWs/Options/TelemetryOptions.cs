namespace AkkaWs.Options;

/// <summary>What a connection measures, traces and logs of itself.</summary>
public sealed record TelemetryOptions
{
    /// <summary>
    /// Whether the instruments of the meter <c>AkkaWs</c> show this connection, and its latency and rate are measured. What a read brings is measured
    /// together: at most three looks at the clock, no allocation. Default: true.
    /// </summary>
    public bool Metrics { get; init; } = true;

    /// <summary>Whether the source <c>AkkaWs</c> makes activities of this connection, for those who listen to it. Default: true.</summary>
    public bool Traces { get; init; } = true;

    /// <summary>
    /// How long updates may take from the read to the hand-over to their subscribers. Those that take longer are counted as violations, and told by
    /// <c>LatencyBudgetExceeded</c>; needs <see cref="Metrics"/>. Null: any time. Default: null.
    /// </summary>
    public TimeSpan? LatencyBudget { get; init; }

    /// <summary>
    /// How much time is between two reports of the same kind at least: of a broken latency budget, and of attempts to reconnect once they are no
    /// longer logged one by one. Default: 60 s.
    /// </summary>
    public TimeSpan ReportInterval { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>How often the log tells the figures of <c>ConnectionMetrics</c>, at Information, as long as the connection is not closed. Null: never. Default: null.</summary>
    public TimeSpan? MetricsInterval { get; init; }

    /// <summary>
    /// Whether the log shows at Debug how messages begin (128 bytes at most). Of logins, signed requests and what is no text it shows kind and length alone
    /// (<see cref="Protocol.ProtocolHandler.IsSensitive"/>); elsewhere it masks what looks secret by its name or shape. Updates are among them, which is a line
    /// for each: not for a busy feed. Default: false.
    /// </summary>
    public bool LogPayloads { get; init; }
}
