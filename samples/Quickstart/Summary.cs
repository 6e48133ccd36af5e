using AkkaWs.Messages;

namespace Quickstart;

/// <summary>The table at the end, and the verdict.</summary>
internal static class Summary
{
    public static bool Print(IReadOnlyList<TopicMeter> meters, int requests, ConnectionStatus status, TimeSpan recovered)
    {
        Console.WriteLine();
        Console.WriteLine($"{"topic",-24}{"updates",12}{"in order",12}{"interrupted",14}{"median µs",12}{"p99 µs",12}");
        foreach (var meter in meters)
            Row(meter.Topic.Value, meter.Count, meter.InOrder, meter.Interruptions, meter.Latencies);
        var updates = meters.Sum(m => m.Count);
        Row("all", updates, meters.All(m => m.InOrder), meters.Sum(m => m.Interruptions), [.. meters.SelectMany(m => m.Latencies).Order()]);
        Console.WriteLine();
        Console.WriteLine($"requests answered {requests}, reconnects {status.Reconnects}, recovered in {recovered.TotalMilliseconds:F1} ms, "
            + $"messages received {status.MessagesReceived:N0}, unknown {status.UnknownMessages}");

        var passed = meters.All(m => m is { InOrder: true, Count: > 0, Interruptions: 1 }) && requests == 3 && status.Reconnects == 1
            && status.MessagesReceived >= updates;
        Console.WriteLine(passed ? "passed" : "FAILED: see the table");
        return passed;
    }

    public static double Percentile(IReadOnlyList<double> sorted, double share) =>
        sorted.Count == 0 ? double.NaN : sorted[Math.Min(sorted.Count - 1, (int)(sorted.Count * share))];

    private static void Row(string name, long count, bool inOrder, int interruptions, IReadOnlyList<double> latencies) => Console.WriteLine(
        $"{name,-24}{count,12:N0}{(inOrder ? "yes" : "NO"),12}{interruptions,14}{Percentile(latencies, 0.5),12:F1}{Percentile(latencies, 0.99),12:F1}");
}
