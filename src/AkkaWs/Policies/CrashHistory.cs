using System.Collections.Immutable;

namespace AkkaWs.Policies;

/// <summary>
/// The crashes of a connection's actor since the last stable connection. More than <see cref="Borne"/> within <see cref="Window"/> look permanent: from then
/// on each one counts as such until a connection proves stable. Pure and immutable; time comes in as an argument.
/// </summary>
internal readonly record struct CrashHistory
{
    /// <summary>How many crashes within the window look passing.</summary>
    public const int Borne = 10;

    private readonly ImmutableArray<TimeSpan> _recent;

    private CrashHistory(ImmutableArray<TimeSpan> recent, int slow) => (_recent, SlowAttempt) = (recent, slow);

    /// <summary>How far back crashes count.</summary>
    public static TimeSpan Window { get; } = TimeSpan.FromMinutes(1);

    /// <summary>The number of the slow retry that the last crash calls for, from 1; 0: the crashes look passing.</summary>
    public int SlowAttempt { get; }

    /// <summary>The actor crashed.</summary>
    public CrashHistory Crashed(TimeSpan now)
    {
        // No more are kept than can look permanent.
        ImmutableArray<TimeSpan> recent = _recent.IsDefault ? [now] : [.. _recent.Where(at => now - at < Window).TakeLast(Borne), now];
        return new(recent, SlowAttempt > 0 || recent.Length > Borne ? SlowAttempt + 1 : 0);
    }
}
