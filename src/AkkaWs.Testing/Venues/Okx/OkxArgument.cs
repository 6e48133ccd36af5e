using System.Text.Json;

namespace AkkaWs.Testing;

/// <summary>
/// What OKX names a topic by: <c>{"channel":"tickers","instId":"BTC-USDT"}</c>. Its <see cref="Topic"/> is <c>tickers?instId=BTC-USDT</c>, whatever the order of the fields.
/// </summary>
internal sealed record OkxArgument(string Channel, IReadOnlyList<KeyValuePair<string, string>> Fields)
{
    private static readonly string[] Public = ["tickers", "trades", "books", "books5", "bbo-tbt", "books-rpi", "books-l2-tbt", "books50-l2-tbt"];
    private static readonly string[] TickByTick = ["books-l2-tbt", "books50-l2-tbt"];

    // Of these a limited number of connections may be subscribed to each.
    private static readonly string[] Counted = ["orders", "account", "positions", "balance_and_position", "liquidation-warning", "account-greeks"];

    internal string Topic => Fields.Count == 0 ? Channel : $"{Channel}?{string.Join('&', Fields.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => $"{pair.Key}={pair.Value}"))}";

    internal bool IsCounted => Counted.Contains(Channel);

    internal bool IsPrivate => IsCounted || Channel == "fills";

    internal bool NeedsLogin => IsPrivate || TickByTick.Contains(Channel);

    internal bool IsPublic => Public.Contains(Channel);

    internal string? Instrument => Fields.FirstOrDefault(pair => pair.Key == "instId").Value;

    internal string? Type => Fields.FirstOrDefault(pair => pair.Key == "instType").Value;

    internal bool IsOfChannel(string topic) => topic == Channel || topic.StartsWith($"{Channel}?", StringComparison.Ordinal);

    /// <summary>Null when it is no object with a channel.</summary>
    internal static OkxArgument? Parse(JsonElement argument) =>
        argument.ValueKind == JsonValueKind.Object && argument.TryGetProperty("channel", out var channel) && channel.ValueKind == JsonValueKind.String
            ? new OkxArgument(channel.GetString()!, [.. argument.EnumerateObject().Where(field => field.Name is not ("channel" or "extraParams")).Select(field => KeyValuePair.Create(field.Name, field.Value.ToString()))])
            : null;

    internal static OkxArgument? Parse(string topic)
    {
        var mark = topic.IndexOf('?', StringComparison.Ordinal);
        if (mark < 0)
            return new OkxArgument(topic, []);
        var fields = topic[(mark + 1)..].Split('&').Select(field => field.Split('=')).ToList();
        return fields.TrueForAll(field => field.Length == 2)
            ? new OkxArgument(topic[..mark], [.. fields.Select(field => KeyValuePair.Create(field[0], Uri.UnescapeDataString(field[1])))])
            : null;
    }

    internal void WriteTo(Utf8JsonWriter json, string? user = null)
    {
        json.WriteStartObject("arg");
        json.WriteString("channel", Channel);
        foreach (var (name, value) in Fields)
            json.WriteString(name, value);
        if (user is not null)
            json.WriteString("uid", user);
        json.WriteEndObject();
    }

    /// <summary>As OKX's errors name it.</summary>
    public override string ToString() => string.Join(',', Fields.Prepend(KeyValuePair.Create("channel", Channel)).Select(field => $"{field.Key}:{field.Value}"));
}
