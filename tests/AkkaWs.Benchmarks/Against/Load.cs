using System.Diagnostics;
using System.Globalization;

namespace AkkaWs.Benchmarks.Against;

/// <summary>How busy the machine is: the average number of runnable threads over the last minute, where the system tells it (Linux).</summary>
internal static class Load
{
    private const string File = "/proc/loadavg";
    private const double Quiet = 1;

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan Poll = TimeSpan.FromSeconds(10);

    /// <summary>Waits for a quiet machine, but not for ever, and tells the load that was found in the end.</summary>
    public static async Task WaitAsync(TextWriter output)
    {
        var started = Stopwatch.GetTimestamp();
        while (Read() is >= Quiet and var load && Stopwatch.GetElapsedTime(started) < Patience)
        {
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"load {load:F2}: waiting for less than {Quiet:F0}"));
            await Task.Delay(Poll);
        }

        output.WriteLine(Read() is { } found ? string.Create(CultureInfo.InvariantCulture, $"load {found:F2}") : "load unknown");
    }

    private static double? Read() => System.IO.File.Exists(File)
        ? double.Parse(System.IO.File.ReadAllText(File).Split(' ')[0], CultureInfo.InvariantCulture)
        : null;
}
