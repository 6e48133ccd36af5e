using System.Diagnostics;

namespace AkkaWs.Telemetry;

/// <summary>How many messages came in each of the last seconds. One writer at a time, any reader; no allocation.</summary>
internal sealed class RateWindow(long openedAt)
{
    private const int Slots = 16;
    private const int Seconds = 10;
    private const int CountBits = 32;
    private const long CountMask = (1L << CountBits) - 1;

    // The second in the high bits, the count in the low ones.
    private readonly long[] _slots = new long[Slots];

    /// <summary>Messages came at this time of <see cref="Stopwatch"/>.</summary>
    public void Add(long now, int messages)
    {
        var second = now / Stopwatch.Frequency;
        ref var slot = ref _slots[second % Slots];
        var counted = slot >> CountBits == second ? slot & CountMask : 0;
        Volatile.Write(ref slot, (second << CountBits) | Math.Min(CountMask, counted + messages));
    }

    /// <summary>Messages a second, over the last ten or since the beginning.</summary>
    public double PerSecond(long now)
    {
        var second = now / Stopwatch.Frequency;
        long sum = 0;
        for (var i = 0; i < Slots; i++)
        {
            var slot = Volatile.Read(ref _slots[i]);
            if (second - (slot >> CountBits) < Seconds)
                sum += slot & CountMask;
        }

        var begun = Seconds - 1 + (double)(now % Stopwatch.Frequency) / Stopwatch.Frequency;
        return sum / Math.Max(1, Math.Min(begun, Stopwatch.GetElapsedTime(openedAt, now).TotalSeconds));
    }
}
