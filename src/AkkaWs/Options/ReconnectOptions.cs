using System.Collections.ObjectModel;
using AkkaWs.Errors;

namespace AkkaWs.Options;

/// <summary>
/// When to connect again: <c>delay = min(MaxDelay, jittered(InitialDelay · Factor^(attempt-1)))</c>.
/// </summary>
public sealed record ReconnectOptions
{
    /// <summary>The delay before the first attempt after a loss, before jitter. Default: 100 ms.</summary>
    public TimeSpan InitialDelay { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>No delay is longer, jitter included; only slow retries (<see cref="Slow"/>), a server's <c>Retry-After</c> and an open circuit may be. Default: 30 s.</summary>
    public TimeSpan MaxDelay { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How much longer each delay is than the one before. Default: 2.</summary>
    public double Factor { get; init; } = 2.0;

    /// <summary>By which share of itself a delay is shortened or lengthened at random, 0 to 1. Default: 0.1.</summary>
    public double Jitter { get; init; } = 0.1;

    /// <summary>How chance spreads a delay. Default: <see cref="JitterKind.Proportional"/>, by <see cref="Jitter"/>.</summary>
    public JitterKind JitterKind { get; init; } = JitterKind.Proportional;

    /// <summary>
    /// Whether the first retry is immediate. Null: by class of error, where a lost connection (closed without a code, reset, mute, or left on
    /// the handler's word) is retried at once and one that could not be made is not. Default: null.
    /// </summary>
    public bool? ImmediateFirstRetry { get; init; }

    /// <summary>After how many failed attempts in a row the connection closes for good; null: never. Default: null.</summary>
    public int? MaxAttempts { get; init; }

    /// <summary>How long the connection must stay Ready before the count of attempts starts again at 0: accept-then-close does not flap. Default: 30 s.</summary>
    public TimeSpan StableAfter { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>After how many rejected logins and policy violations (1008) in a row the connection closes for good; null: never. Default: null.</summary>
    public int? MaxRejections { get; init; }

    /// <summary>
    /// Whether errors that look permanent (certificate, 4xx, login, policy) close a connection that has never been Ready, instead of being retried slowly;
    /// once Ready, they always are. Auto: one that a caller opens is closed, one that a host declares or that is reopened is not. Default:
    /// <see cref="FailFast.Auto"/>.
    /// </summary>
    public FailFast FailFast { get; init; } = FailFast.Auto;

    /// <summary>The backoff of errors that look permanent.</summary>
    public SlowReconnectOptions Slow { get; init; } = new();

    /// <summary>
    /// Whether a close without a code (1005) starts the count of attempts again at once, for venues that close so as a matter of routine. A
    /// retry that follows another one then still waits the initial delay. Default: false, since a server that accepts and closes would
    /// otherwise be tried for ever at that pace.
    /// </summary>
    public bool ResetOn1005 { get; init; }

    /// <summary>
    /// A server's <c>Retry-After</c> (RFC 9110 section 10.2.3) is honoured up to so long; zero: not at all. A ban (HTTP 418, as Binance uses it) is honoured
    /// up to 3 days, since each attempt within it may make it longer. Default: 15 min.
    /// </summary>
    public TimeSpan MaxRetryAfter { get; init; } = TimeSpan.FromMinutes(15);

    /// <summary>What single classes of errors do differently. Default: nothing.</summary>
    public IReadOnlyDictionary<ErrorClass, ClassReconnectOptions> Classes { get; init; } = ReadOnlyDictionary<ErrorClass, ClassReconnectOptions>.Empty;

    /// <summary>When attempts pause altogether. Default: never.</summary>
    public CircuitBreakerOptions Circuit { get; init; } = new();
}
