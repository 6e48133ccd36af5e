using AkkaWs.Errors;

namespace AkkaWs.Telemetry;

/// <summary>Counts by class of error. One writer, any reader.</summary>
internal sealed class ErrorCounts
{
    private static readonly ErrorClass[] Classes = Enum.GetValues<ErrorClass>();

    // Most connections never fail.
    private long[]? _counts;

    public long Total => All.Sum(pair => pair.Value);

    /// <summary>Those that occurred.</summary>
    public IEnumerable<KeyValuePair<ErrorClass, long>> All
    {
        get
        {
            if (Volatile.Read(ref _counts) is not { } counts)
                yield break;
            foreach (var of in Classes)
            {
                if (Volatile.Read(ref counts[(int)of]) is > 0 and var count)
                    yield return new(of, count);
            }
        }
    }

    public void Add(ErrorClass of)
    {
        var counts = _counts ?? new long[(int)Classes.Max() + 1];
        Interlocked.Increment(ref counts[(int)of]);
        Volatile.Write(ref _counts, counts);
    }
}
