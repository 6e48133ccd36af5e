using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace AkkaWs.Benchmarks.Measuring;

internal static class Report
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
    };

    public static void Print(IReadOnlyList<RowResult> rows, TextWriter output)
    {
        var width = rows.Max(r => r.Name.Length);
        output.WriteLine($"{"row".PadRight(width)}  {"median",10}  {"unit",-4}  {"ratio",6}  rounds");
        foreach (var row in rows)
            output.WriteLine($"{row.Name.PadRight(width)}  {(row.Median is { } median ? Short(median) : "-"),10}  {row.Unit,-4}  {(row.Ratio is { } ratio ? Fixed(ratio) : "-"),6}  {(row.Skipped is { } reason ? $"skipped: {reason}" : string.Join(' ', row.Rounds.Select(Short)))}");
    }

    public static async Task WriteJsonAsync<TRow>(IReadOnlyList<TRow> rows, string file)
    {
        await using var stream = File.Create(file);
        await JsonSerializer.SerializeAsync(stream, new Document<TRow>(rows), Json);
    }

    public static async Task<IReadOnlyList<RowResult>> ReadJsonAsync(string file)
    {
        await using var stream = File.OpenRead(file);
        var document = await JsonSerializer.DeserializeAsync<Document<RowResult>>(stream, Json);
        return document?.Rows ?? throw new InvalidDataException($"{file} holds no rows.");
    }

    private static string Short(double value) => value.ToString("G4", CultureInfo.InvariantCulture);

    private static string Fixed(double value) => value.ToString("F2", CultureInfo.InvariantCulture);

    private sealed record Document<TRow>(IReadOnlyList<TRow> Rows);
}
