using System.Globalization;

namespace AkkaWs.Benchmarks.Against;

internal static class AgainstReport
{
    public static void Print(IReadOnlyList<ComparedResult> rows, TextWriter output)
    {
        var width = rows.Max(row => row.Name.Length);
        output.WriteLine($"{"row".PadRight(width)}  pairs  {"ratio and 95 %",-22}  {"cpu, where it decides",-22}  within 3 %");
        foreach (var row in rows)
            output.WriteLine($"{row.Name.PadRight(width)}  {row.Pairs,5}  {Short(row.Ratio),-22}  {Short(row.Cpu),-22}  {Word(row)}");
    }

    private static string Word(ComparedResult row) => row.Verdict switch
    {
        Verdict.Within => "yes",
        Verdict.Missed => "no",
        _ => row.Failure is null ? "undecided" : $"undecided, {row.Failure}",
    };

    private static string Short(MedianInterval? interval) => interval is { } i
        ? string.Create(CultureInfo.InvariantCulture, $"{i.Median:F3} ({i.Low:F3} to {i.High:F3})")
        : "-";
}
