using System.Text.Json;

namespace AkkaWs.Benchmarks.Charting;

/// <summary><c>chart JSON SVG</c>: draws what <c>compare --json JSON</c> has measured.</summary>
internal static class ChartCommand
{
    public const string Name = "chart";

    private const int Success = 0;
    private const int Failure = 1;

    public static int Run(string json, string svg)
    {
        try
        {
            var results = CompareResults.Read(File.ReadAllBytes(json));
            var note = $"162-byte updates over 100 topics on one connection; median of {results.Rounds} rounds; client and server share the machine";
            File.WriteAllText(svg, BarChart.Draw("Updates per second that reach their consumer (ClientWebSocket loop = 1)", note, results.Bars) + "\n");
            return Success;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or FormatException or JsonException)
        {
            Console.Error.WriteLine($"{json}: {e.Message}");
            return Failure;
        }
    }
}
