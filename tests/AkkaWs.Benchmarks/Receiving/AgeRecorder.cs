using System.Buffers.Text;
using System.Diagnostics;
using AkkaWs.Benchmarks.Blaster;
using AkkaWs.Benchmarks.Measuring;

namespace AkkaWs.Benchmarks.Receiving;

/// <summary>Notes how old updates are; from any thread.</summary>
internal sealed class AgeRecorder
{
    private readonly long[] _ages = new long[1 << 20];
    private int _count;
    private volatile bool _records;

    public void Add(ReadOnlySpan<byte> update)
    {
        var now = Stopwatch.GetTimestamp();
        if (!_records || !Utf8Parser.TryParse(update.Slice(update.Length - PreparedFrames.StampFromEnd, PreparedFrames.StampLength), out long sent, out _, 'x'))
            return;
        var place = Interlocked.Increment(ref _count) - 1;
        if (place < _ages.Length)
            _ages[place] = now - sent;
    }

    public async Task<(double Median, double High)> RecordAsync(TimeSpan duration, CancellationToken cancellationToken)
    {
        await Task.Delay(duration / 2, cancellationToken);
        _records = true;
        await Task.Delay(duration, cancellationToken);
        _records = false;
        double[] ages = [.. _ages.Take(_count).Select(age => Stopwatch.GetElapsedTime(0, age).TotalMicroseconds).Order()];
        return ages.Length > 0
            ? (Statistics.Percentile(ages, 0.5), Statistics.Percentile(ages, 0.99))
            : throw new InvalidOperationException("No update arrived.");
    }
}
