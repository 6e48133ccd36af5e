using System.Diagnostics;
using System.Numerics;
using AkkaWs.Messages;

namespace AkkaWs.Telemetry;

/// <summary>
/// Counts durations in buckets that grow with them, eight to each doubling: fixed memory, no allocation. One writer at a time, any reader.
/// <code>
/// units of 64 ns:  0 1 2 … 7 | 8 9 … 15 | 16 18 … 30 | 32 36 … 60 | …
/// </code>
/// </summary>
internal sealed class LatencyHistogram
{
    private const int UnitBits = 6;
    private const int StepBits = 3;
    private const int Steps = 1 << StepBits;

    // Up to a quarter of an hour; what is longer is in the last one.
    private const int Buckets = 256;
    private const long Millisecond = 1_000_000;
    private static readonly double NanosecondsPerTick = 1e9 / Stopwatch.Frequency;

    private readonly long[] _counts = new long[Buckets];
    private long _count;
    private long _sum;
    private long _max;
    private long _underMillisecond;

    public long Count => Volatile.Read(ref _count);

    /// <summary>So many took so long, in ticks of <see cref="Stopwatch"/>.</summary>
    public void Record(long ticks, int count)
    {
        var nanoseconds = Math.Max(0, (long)(ticks * NanosecondsPerTick));
        ref var bucket = ref _counts[BucketOf(nanoseconds)];
        Volatile.Write(ref bucket, bucket + count);
        Volatile.Write(ref _sum, _sum + nanoseconds * count);
        if (nanoseconds < Millisecond)
            Volatile.Write(ref _underMillisecond, _underMillisecond + count);
        if (nanoseconds > _max)
            Volatile.Write(ref _max, nanoseconds);
        Volatile.Write(ref _count, _count + count);
    }

    public LatencyMetrics Snapshot(long violations)
    {
        var count = Count;
        var counts = new long[Buckets];
        for (var i = 0; i < Buckets; i++)
            counts[i] = Volatile.Read(ref _counts[i]);
        var max = Volatile.Read(ref _max);
        return new LatencyMetrics(count)
        {
            Average = Duration(count == 0 ? 0 : Volatile.Read(ref _sum) / count),
            Max = Duration(max),
            P50 = Percentile(counts, 0.50, max),
            P95 = Percentile(counts, 0.95, max),
            P99 = Percentile(counts, 0.99, max),
            UnderOneMillisecond = count == 0 ? 0 : Math.Min(1, (double)Volatile.Read(ref _underMillisecond) / count),
            BudgetViolations = violations,
        };
    }

    // The upper end of the bucket that it falls into.
    private static TimeSpan Percentile(long[] counts, double share, long max)
    {
        var left = Math.Max(1, (long)Math.Ceiling(counts.Sum() * share));
        for (var i = 0; i < Buckets; i++)
        {
            left -= counts[i];
            if (left <= 0)
                return Duration(Math.Min(max, EndOf(i)));
        }

        return Duration(max);
    }

    private static int BucketOf(long nanoseconds)
    {
        var units = nanoseconds >> UnitBits;
        if (units < Steps)
            return (int)units;
        var octave = BitOperations.Log2((ulong)units) - StepBits;
        return Math.Min(Buckets - 1, (octave + 1) * Steps + (int)(units >> octave) - Steps);
    }

    private static long EndOf(int bucket)
    {
        if (bucket < Steps)
            return (bucket + 1L) << UnitBits;
        var octave = bucket / Steps - 1;
        return (Steps + bucket % Steps + 1L) << (octave + UnitBits);
    }

    private static TimeSpan Duration(long nanoseconds) => new(nanoseconds / TimeSpan.NanosecondsPerTick);
}
