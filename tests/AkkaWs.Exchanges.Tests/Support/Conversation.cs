using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace AkkaWs.Exchanges.Tests;

/// <summary>One line of a conversation: what the client sends ('>'), what the server answers ('&lt;'), what it pushes ('='). Equal numbers belong together.</summary>
internal sealed record Line(char Side, string Number, string Text)
{
    public JsonObject Json => JsonNode.Parse(Text)!.AsObject();

    public string Operation => (string?)Json["op"] ?? "";
}

/// <summary>A conversation that another client's tests recorded; <c>|1|</c> and the like stand for values that differ each time.</summary>
internal static partial class Conversation
{
    public static IReadOnlyList<Line> Read(string file)
    {
        var parts = Marker().Split(File.ReadAllText(Path.Combine(SharedData.Conversations!, file)));
        List<Line> lines = [];
        for (var i = 1; i + 2 < parts.Length; i += 3)
            lines.Add(new Line(parts[i][0], parts[i + 1], parts[i + 2].Trim()));
        return lines;
    }

    /// <summary>Whether two values mean the same: the order of fields does not count, and a placeholder stands for any value.</summary>
    public static bool Matches(JsonNode? expected, JsonNode? actual) => (expected, actual) switch
    {
        (JsonValue value, not null) when value.TryGetValue(out string? text) && Placeholder().IsMatch(text) => true,
        (JsonObject wanted, JsonObject found) => wanted.Count == found.Count && wanted.All(field => found.ContainsKey(field.Key) && Matches(field.Value, found[field.Key])),
        (JsonArray wanted, JsonArray found) => wanted.Count == found.Count && wanted.Zip(found).All(pair => Matches(pair.First, pair.Second)),
        _ => JsonNode.DeepEquals(expected, actual),
    };

    [GeneratedRegex(@"(?m)^([><=])(\d*)[ \t]?")]
    private static partial Regex Marker();

    [GeneratedRegex(@"^\|[^|]+\|$")]
    private static partial Regex Placeholder();
}
