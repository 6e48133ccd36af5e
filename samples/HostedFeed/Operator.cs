using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace HostedFeed;

/// <summary>Asks the endpoints as an operator's tools do, and shows a digest of what they answer.</summary>
internal static class Operator
{
    /// <summary>Asks for the health until it is as expected, for at most 30 s.</summary>
    public static async Task UntilAsync(HttpClient operations, string expected)
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        while (StatusOf(await operations.GetStringAsync(new Uri("/health", UriKind.Relative), deadline.Token)) != expected)
            await timer.WaitForNextTickAsync(deadline.Token);
    }

    public static async Task<bool> LookAsync(HttpClient operations, string expected)
    {
        using var health = await operations.GetAsync(new Uri("/health", UriKind.Relative));
        var report = await health.Content.ReadAsStringAsync();
        Console.WriteLine(HealthDigest(report));
        Console.WriteLine(new MetricsDigest(await operations.GetStringAsync(new Uri("/metrics", UriKind.Relative))));
        return health.IsSuccessStatusCode && StatusOf(report) == expected;
    }

    private static string StatusOf(string report)
    {
        using var json = JsonDocument.Parse(report);
        return json.RootElement.GetProperty("status").GetString()!;
    }

    private static string HealthDigest(string report)
    {
        using var json = JsonDocument.Parse(report);
        var lines = json.RootElement.GetProperty("entries").EnumerateObject().Select(entry => string.Create(
            CultureInfo.InvariantCulture, $"  {entry.Name,-18}{entry.Value.GetProperty("status"),-12}{entry.Value.GetProperty("description")}"));
        return $"health: {json.RootElement.GetProperty("status")}\n{string.Join('\n', lines)}";
    }
}

/// <summary>A health report as JSON: for each check its status and what it says.</summary>
internal static class HealthReportWriter
{
    public static Task WriteAsync(HttpContext context, HealthReport report)
    {
        context.Response.ContentType = "application/json";
        var entries = report.Entries.ToDictionary(entry => entry.Key, entry => new { status = entry.Value.Status.ToString(), description = entry.Value.Description, data = entry.Value.Data });
        return context.Response.WriteAsync(JsonSerializer.Serialize(new { status = report.Status.ToString(), entries }));
    }
}
