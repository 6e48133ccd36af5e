using System.Text.Json;
using AkkaWs.Primitives;
using AkkaWs.Protocol;

namespace AkkaWs.Exchanges;

/// <summary>
/// OKX names a topic by an object, <c>{"channel":"tickers","instId":"BTC-USDT"}</c>. Ours is the channel with the other fields in alphabetical
/// order behind it, <c>tickers?instId=BTC-USDT</c>: the same whatever the order in which OKX sends them.
/// </summary>
internal static class OkxTopic
{
    public static Topic Of(string channel, params IEnumerable<(string Name, string Value)> fields)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(channel);
        List<(string Name, string Value)> sorted = [.. fields.OrderBy(field => field.Name, StringComparer.Ordinal)];
        foreach (var (name, value) in sorted)
            ArgumentException.ThrowIfNullOrWhiteSpace(value, name);
        return sorted.Count == 0
            ? new Topic(channel)
            : new Topic($"{channel}?{string.Join('&', sorted.Select(field => $"{field.Name}={Uri.EscapeDataString(field.Value)}"))}");
    }

    /// <summary>Whether the topic is one of that channel.</summary>
    public static bool IsOfChannel(Topic topic, string channel) => ChannelOf(topic).SequenceEqual(channel);

    /// <summary>Whether a live venue never leaves the topic silent for long: tickers and order books.</summary>
    public static bool IsLively(Topic topic) => ChannelOf(topic) is "tickers" or "books" or "books5" or "books50-l2-tbt" or "books-l2-tbt" or "bbo-tbt" or OkxFacts.RpiBooks;

    private static ReadOnlySpan<char> ChannelOf(Topic topic)
    {
        var mark = topic.Value.IndexOf('?', StringComparison.Ordinal);
        return mark < 0 ? topic.Value : topic.Value.AsSpan(0, mark);
    }

    /// <summary>Reads an <c>arg</c>. What OKX adds of its own accord to the <c>arg</c> of a push (the user's id) is no part of the topic.</summary>
    /// <exception cref="FormatException">It has no channel.</exception>
    public static Topic Read(ReadOnlySpan<byte> arg) => TryRead(arg) ?? throw new FormatException("An arg without a channel.");

    /// <summary>As <see cref="Read"/>; null where it has no channel.</summary>
    public static Topic? TryRead(ReadOnlySpan<byte> arg)
    {
        string? channel = null;
        List<(string, string)> others = [];
        var fields = new JsonFieldReader(arg);
        while (fields.Next())
        {
            if (fields.NameIs("channel"u8))
                channel = fields.Value.GetText(arg);
            else if (!fields.NameIs("uid"u8) && !fields.NameIs("extraParams"u8) && fields.Value.GetText(arg) is var value && !string.IsNullOrWhiteSpace(value))
                others.Add((JsonSlice.Unescape(fields.Name), value));
        }

        return string.IsNullOrWhiteSpace(channel) ? default(Topic?) : Of(channel, others);
    }

    /// <summary>Writes the topic as OKX's object. One that is not of our form becomes a channel that OKX refuses, so that its subscriber hears of it.</summary>
    public static void Write(Utf8JsonWriter json, Topic topic)
    {
        var text = topic.Value;
        var mark = text.IndexOf('?', StringComparison.Ordinal);
        string[][] fields = mark < 0 ? [] : [.. text[(mark + 1)..].Split('&').Select(field => field.Split('=', 2))];
        var isOurs = fields.All(field => field is [{ Length: > 0 }, { Length: > 0 }]);
        json.WriteStartObject();
        json.WriteString("channel", mark >= 0 && isOurs ? text[..mark] : text);
        foreach (var field in isOurs ? fields : [])
            json.WriteString(field[0], Uri.UnescapeDataString(field[1]));
        json.WriteEndObject();
    }

    /// <summary>
    /// The topic that an error speaks of. OKX tells it in words only, <c>channel:tickers,instId:BTC-USDT doesn't exist</c>; null where they
    /// name none.
    /// </summary>
    public static Topic? FromError(string words)
    {
        var start = words.IndexOf("channel:", StringComparison.Ordinal);
        if (start < 0)
            return null;
        var named = words[start..];
        var end = named.IndexOf(' ', StringComparison.Ordinal);
        var fields = (end < 0 ? named : named[..end]).TrimEnd('.').Split(',').Select(field => field.Split(':')).ToList();
        return fields.TrueForAll(field => field.Length == 2 && field[0].Length > 0 && field[1].Length > 0)
            ? Of(fields[0][1], fields.Skip(1).Select(field => (field[0], field[1])))
            : (Topic?)null;
    }
}
