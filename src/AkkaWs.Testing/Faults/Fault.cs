namespace AkkaWs.Testing;

/// <summary>
/// One thing that goes wrong on a connection through a <see cref="FaultProxy"/>, and when. It begins as soon as <see cref="After"/>, <see cref="AfterBytesToClient"/> and <see cref="AfterBytesToServer"/> have all been reached; by
/// default that is at once.
/// </summary>
/// <example><code>
/// Fault.Reset() with { AfterBytesToClient = 129 }                      // one byte too few for the answer to an upgrade of 130
/// Fault.Swallow() with { After = TimeSpan.FromSeconds(5) }             // the link goes dead and neither side learns of it
/// Fault.Delay(TimeSpan.FromMilliseconds(80)) with { Duration = TimeSpan.FromSeconds(10) }
/// </code></example>
public abstract record Fault
{
    private protected Fault(FaultDirection direction, bool lasts)
    {
        Direction = direction;
        Lasts = lasts;
    }

    /// <summary>Which stream of bytes it strikes.</summary>
    public FaultDirection Direction { get; }

    /// <summary>How long after the connection was accepted, or after <see cref="ProxiedConnection.Apply"/>, it begins. Default: zero.</summary>
    public TimeSpan After { get; init; }

    /// <summary>How many bytes of the server must have gone by before it begins, counted like <see cref="After"/>. A fault of that direction begins at exactly this byte. Default: 0.</summary>
    public long AfterBytesToClient { get; init; }

    /// <summary>How many bytes of the client must have gone by before it begins, counted like <see cref="After"/>. A fault of that direction begins at exactly this byte. Default: 0.</summary>
    public long AfterBytesToServer { get; init; }

    /// <summary>How long a delay, a throttle or a swallow lasts; null: until <see cref="ProxiedConnection.Heal"/> or the end of the connection. Meaningless for the others. Default: null.</summary>
    public TimeSpan? Duration { get; init; }

    internal bool Lasts { get; }

    /// <summary>Every byte takes longer. What is on its way takes at most 1 MiB of memory per direction; what exceeds it waits with the sender, as it does in TCP.</summary>
    /// <param name="time">How much longer.</param>
    /// <param name="jitter">Up to how much is added to it at random, by the proxy's seed. Bytes never overtake one another. Default: zero.</param>
    /// <param name="direction">Default: both.</param>
    public static Fault Delay(TimeSpan time, TimeSpan jitter = default, FaultDirection direction = FaultDirection.Both)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(time, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfLessThan(jitter, TimeSpan.Zero);
        return new DelayFault(time, jitter, direction);
    }

    /// <summary>No more bytes per second pass than this; the rest waits, first in the proxy, then with the sender.</summary>
    /// <param name="bytesPerSecond">Positive. Single bytes trickle where it is below 10.</param>
    /// <param name="direction">Default: both.</param>
    public static Fault Throttle(int bytesPerSecond, FaultDirection direction = FaultDirection.Both)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(bytesPerSecond);
        return new ThrottleFault(bytesPerSecond, direction);
    }

    /// <summary>
    /// Bytes vanish, and so does the end of their stream: a half-open connection. Both sides still believe in it. A connection that has lost bytes is reset when the fault is over, since TCP never delivers a stream with a hole.
    /// </summary>
    /// <param name="direction">Default: both.</param>
    public static Fault Swallow(FaultDirection direction = FaultDirection.Both) => new SwallowFault(direction);

    /// <summary>Ends the stream in order (FIN); what its sender still sends vanishes. The other direction goes on until its own end.</summary>
    /// <param name="direction">Default: the client sees the end.</param>
    public static Fault Finish(FaultDirection direction = FaultDirection.ToClient) => new FinishFault(direction);

    /// <summary>Breaks the connection on both sides (RST). What was still held is lost.</summary>
    public static Fault Reset() => new ResetFault();

    /// <summary>Puts bytes of one's own into the stream: half an answer, an HTTP page, a TLS alert.</summary>
    /// <param name="bytes">What to send.</param>
    /// <param name="direction">Default: to the client.</param>
    public static Fault Inject(ReadOnlyMemory<byte> bytes, FaultDirection direction = FaultDirection.ToClient) => new InjectFault(bytes, direction);

    /// <summary>Puts random bytes into the stream, chosen by the proxy's seed and the connection's number.</summary>
    /// <param name="count">How many; positive.</param>
    /// <param name="direction">Default: to the client.</param>
    public static Fault Garbage(int count, FaultDirection direction = FaultDirection.ToClient)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(count);
        return new GarbageFault(count, direction);
    }
}

internal sealed record DelayFault(TimeSpan Time, TimeSpan Jitter, FaultDirection Way) : Fault(Way, lasts: true);

internal sealed record ThrottleFault(int BytesPerSecond, FaultDirection Way) : Fault(Way, lasts: true);

internal sealed record SwallowFault(FaultDirection Way) : Fault(Way, lasts: true);

internal sealed record FinishFault(FaultDirection Way) : Fault(Way, lasts: false);

internal sealed record ResetFault() : Fault(FaultDirection.Both, lasts: false);

internal sealed record InjectFault(ReadOnlyMemory<byte> Bytes, FaultDirection Way) : Fault(Way, lasts: false);

internal sealed record GarbageFault(int Count, FaultDirection Way) : Fault(Way, lasts: false);
