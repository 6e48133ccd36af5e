using System.Collections;
using System.Reflection;

namespace AkkaWs.Options;

/// <summary>When a changed option takes effect on an open connection.</summary>
internal enum OptionScope
{
    /// <summary>At once: for what begins from now on.</summary>
    Now,

    /// <summary>With the next physical connection.</summary>
    NextConnection,

    /// <summary>Not on an open connection.</summary>
    Reopening,
}

/// <summary>One option: its key as in HOCON, the property that holds it, and when a change takes effect.</summary>
internal sealed record OptionInfo(string Key, IReadOnlyList<PropertyInfo> Path, OptionScope Scope)
{
    public PropertyInfo Property => Path[^1];

    public object? Of(WebSocketClientOptions options) => Path.Aggregate((object?)options, (holder, property) => property.GetValue(holder));
}

/// <summary>All options there are, as the records have them.</summary>
internal static class OptionCatalog
{
    private static readonly string[] NextConnection =
    [
        "url", "headers", "sub-protocols", "allow-insecure", "connect-timeout", "close-timeout", "authenticate-on-connect", "authentication-timeout",
        "max-message-size", "follow-redirects", "tcp-keep-alive", "tls.", "proxy.", "deflate.", "subscriptions.max-topics",
    ];

    // A sub-protocol may be a token. The URL is not among them: it is shown without what may be secret in it.
    private static readonly string[] Secret = ["headers", "sub-protocols", "proxy.user", "proxy.password"];

    private static readonly string[] Reopening = ["name", "dispatcher", "subscriptions.batch-credits", "rates.", "telemetry."];

    /// <summary>Every option, in the order of the records.</summary>
    public static IReadOnlyList<OptionInfo> All { get; } = [.. Find(typeof(WebSocketClientOptions), "", [])];

    /// <summary>A property's name as HOCON writes it: <c>ResetOn1005</c> is <c>reset-on-1005</c>, and SHA-256 one word.</summary>
    public static string KeyOf(string name) => string.Concat(name.Select((c, i) =>
        i > 0 && (char.IsUpper(c) || (char.IsDigit(c) && !char.IsDigit(name[i - 1]))) ? "-" + char.ToLowerInvariant(c) : char.ToLowerInvariant(c).ToString())).Replace("sha-256", "sha256", StringComparison.Ordinal);

    /// <summary>The options in which two sets differ.</summary>
    public static IReadOnlyList<OptionInfo> Differences(WebSocketClientOptions one, WebSocketClientOptions other) =>
        [.. All.Where(option => !AreSame(option.Of(one), option.Of(other)))];

    /// <summary><paramref name="wanted"/>, but for what takes a new connection: that stays.</summary>
    public static WebSocketClientOptions Change(WebSocketClientOptions current, WebSocketClientOptions wanted) => wanted with
    {
        Name = current.Name,
        Dispatcher = current.Dispatcher,
        Subscriptions = wanted.Subscriptions with { BatchCredits = current.Subscriptions.BatchCredits },
        Rates = current.Rates,
        Telemetry = current.Telemetry,
    };

    private static IEnumerable<OptionInfo> Find(Type record, string prefix, IReadOnlyList<PropertyInfo> path)
    {
        foreach (var property in record.GetProperties().Where(property => property.CanWrite))
        {
            var key = prefix + KeyOf(property.Name);
            if (property.PropertyType.Assembly == typeof(WebSocketClientOptions).Assembly && property.PropertyType.IsClass)
            {
                foreach (var nested in Find(property.PropertyType, key + ".", [.. path, property]))
                    yield return nested;
            }
            else
            {
                yield return new OptionInfo(key, [.. path, property], ScopeOf(key));
            }
        }
    }

    /// <summary>Whether the value of an option is shown nowhere.</summary>
    public static bool IsSecret(string key) => Secret.Contains(key, StringComparer.Ordinal);

    private static OptionScope ScopeOf(string key) =>
        Has(NextConnection, key) ? OptionScope.NextConnection
        : Has(Reopening, key) ? OptionScope.Reopening
        : OptionScope.Now;

    // A key that ends with a dot stands for a whole section.
    private static bool Has(string[] keys, string key) => keys.Any(one => key == one || (one[^1] == '.' && key.StartsWith(one, StringComparison.Ordinal)));

    // Lists and dictionaries by what is in them; a dictionary's order says nothing.
    private static bool AreSame(object? one, object? other) => (one, other) switch
    {
        (string, _) => Equals(one, other),
        (IEnumerable some, IEnumerable others) => some.Cast<object>().Count() == others.Cast<object>().Count()
            && (IsOrdered(one) ? some.Cast<object>().SequenceEqual(others.Cast<object>()) : some.Cast<object>().ToHashSet().SetEquals(others.Cast<object>())),
        _ => Equals(one, other),
    };

    private static bool IsOrdered(object? collection) => collection is IList;
}
