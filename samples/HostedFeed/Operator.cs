using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace HostedFeed;

/// <summary>Asks the endpoints as an operator's tools do, and shows what they answer.</summary>
internal static class Operator
{
    private const int MostLines = 12;

    /// <summary>Asks for the health until it is as expected, for at most 30 s.</summary>
    public static async Task UntilAsync(HttpClient operations, string expected)
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        while (!IsStatus(await operations.GetStringAsync(new Uri("/health", UriKind.Relative), deadline.Token), expected))
            await timer.WaitForNextTickAsync(deadline.Token);
    }

    public static async Task<bool> LookAsync(HttpClient operations, string expected)
    {
        using var health = await operations.GetAsync(new Uri("/health", UriKind.Relative));
        var report = await health.Content.ReadAsStringAsync();
        Console.WriteLine($"GET /health → {(int)health.StatusCode}\n{report}");

        var metrics = await operations.GetStringAsync(new Uri("/metrics", UriKind.Relative));
        var samples = metrics.Split('\n').Where(line => line.Length > 0 && line[0] != '#').ToList();
        Console.WriteLine($"GET /metrics → {samples.Count} samples{(samples.Count > 0 ? ", such as" : "")}");
        foreach (var sample in samples.Take(MostLines))
            Console.WriteLine($"  {sample}");
        return health.IsSuccessStatusCode && IsStatus(report, expected);
    }

    private static bool IsStatus(string report, string expected) => report.StartsWith($"{{\n  \"status\": \"{expected}\"", StringComparison.Ordinal);
}

/// <summary>A health report as JSON.</summary>
internal static class HealthReportWriter
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static Task WriteAsync(HttpContext context, HealthReport report)
    {
        context.Response.ContentType = "application/json";
        var entries = report.Entries.ToDictionary(entry => entry.Key, entry => new { status = entry.Value.Status.ToString(), entry.Value.Description, entry.Value.Data });
        return context.Response.WriteAsync(JsonSerializer.Serialize(new { status = report.Status.ToString(), entries }, Indented));
    }
}
