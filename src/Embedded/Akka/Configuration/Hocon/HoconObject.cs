using System.Text;

namespace Akka.Configuration.Hocon;

/// <summary>Keys with their values.</summary>
public class HoconObject
{
    public HoconObject()
    {
    }

    public Dictionary<string, HoconValue> Items { get; } = [];

    public HoconValue GetKey(string key) => Items.GetValueOrDefault(key);

    /// <summary>The keys of both; where both hold an object they are joined, otherwise the upper one's value stands.</summary>
    internal static HoconObject Over(HoconObject upper, HoconObject lower)
    {
        var joined = new HoconObject();
        foreach (var (key, value) in lower.Items)
            joined.Items[key] = value;
        foreach (var (key, value) in upper.Items)
            joined.Items[key] = joined.Items.TryGetValue(key, out var below) ? HoconValue.Over(value, below) : value;
        return joined;
    }

    public override string ToString() => ToString(0);

    public string ToString(int indent)
    {
        var writer = new StringBuilder();
        foreach (var (key, value) in Items)
            writer.Append(' ', (indent + 1) * 2).Append(HoconValue.Quoted(key)).Append(" : ").Append(value.ToNestedString(indent + 1)).Append("\r\n");
        return writer.ToString();
    }
}
