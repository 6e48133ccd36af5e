using System.Reflection;
using AkkaWs.Options;

namespace AkkaWs.Tests.Options;

internal static class OptionEdit
{
    /// <summary>The same options but for one value, at the end of a path of properties.</summary>
    public static WebSocketClientOptions With(this WebSocketClientOptions options, IEnumerable<PropertyInfo> path, object? value) => (WebSocketClientOptions)Copy(options, path, value);

    private static object Copy(object record, IEnumerable<PropertyInfo> path, object? value)
    {
        var first = path.First();
        var rest = path.Skip(1).ToList();
        var copy = record.GetType().GetMethod("<Clone>$")!.Invoke(record, null)!;
        first.SetValue(copy, rest.Count == 0 ? value : Copy(first.GetValue(record)!, rest, value));
        return copy;
    }
}
