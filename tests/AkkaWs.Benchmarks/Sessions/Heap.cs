using System.Globalization;

namespace AkkaWs.Benchmarks.Sessions;

/// <summary>What this process holds.</summary>
/// <param name="Managed">Live bytes of the garbage collector's heap.</param>
/// <param name="Resident">Bytes of memory of its own that are in use by the operating system's count, native memory included; NaN where it does not say.</param>
internal readonly record struct Heap(double Managed, double Resident)
{
    private const string Status = "/proc/self/status";
    private const string Anonymous = "RssAnon:";

    private static readonly TimeSpan Quiet = TimeSpan.FromSeconds(1);

    public static async Task<Heap> MeasureAsync(CancellationToken cancellationToken)
    {
        await Task.Delay(Quiet, cancellationToken);
        for (var i = 0; i < 2; i++)
        {
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
            GC.WaitForPendingFinalizers();
        }

        return new Heap(GC.GetTotalMemory(forceFullCollection: true), ReadResident());
    }

    private static double ReadResident()
    {
        var line = File.Exists(Status) ? Array.Find(File.ReadAllLines(Status), l => l.StartsWith(Anonymous, StringComparison.Ordinal)) : null;
        return line is null ? double.NaN : double.Parse(line.AsSpan(Anonymous.Length).Trim()[..^" kB".Length], CultureInfo.InvariantCulture) * 1024;
    }
}
