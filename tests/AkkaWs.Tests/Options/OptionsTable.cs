using System.Reflection;
using System.Text;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using AkkaWs.Options;

namespace AkkaWs.Tests.Options;

/// <summary>
/// Writes the page of all options: keys and meanings from the records and their documentation, defaults from <c>reference.conf</c>, what is allowed from
/// the validator itself, which is asked about a value that no option may have.
/// </summary>
internal static partial class OptionsTable
{
    private static readonly WebSocketClientOptions Defaults = new() { Name = "table", Url = new Uri("wss://example.com") };

    // Where one wrong value does not tell the whole rule.
    private static readonly Dictionary<string, string> Rules = new(StringComparer.Ordinal)
    {
        ["name"] = "1 to 128 ASCII letters, digits and `-_.:@+`",
        ["url"] = "`wss://…`, or `ws://…` to loopback",
        ["headers"] = "names with text, none of the upgrade's own",
        ["sub-protocols"] = "tokens, each once",
        ["dispatcher"] = "the path of a dispatcher, or empty",
        ["tls.pinned-sha256"] = "base64 of 32 bytes each; only with `wss`",
        ["tls.revocation"] = "off, online; online only with `wss`",
        ["proxy.address"] = "system, off, `\"http://…\"`",
        ["proxy.user"] = "text, with an address only",
        ["proxy.password"] = "text, with a user only",
        ["heartbeat.idle-timeout"] = "more than 0, at most 1 day, at least `ping-interval`, or off",
        ["reconnect.jitter"] = "0 to 1, less than 1 where `factor` is 1",
        ["reconnect.initial-delay"] = "0 to 1 day, at most `max-delay`",
        ["reconnect.immediate-first-retry"] = "on, off, by-class",
        ["reconnect.slow.initial"] = "more than 0, at most 1 day and `max`",
        ["heartbeat.max-extension"] = "more than 0, at most 1 day, or auto",
        ["reconnect.classes"] = "see below",
        ["rates.outgoing.reserve"] = "0 to `burst` − 1",
        ["rates.subscriptions.reserve"] = "0 to `burst` − 1",
        ["rates.orders.reserve"] = "0 to `burst` − 1",
        ["rates.connection-attempts.reserve"] = "0 to `burst` − 1",
        ["rotation.daily-at"] = "`\"HH:mm\"` in UTC, or off",
        ["rotation.overlap"] = "more than 0, at most 1 day, less than `interval`",
    };

    private static readonly Dictionary<string, string> Docs = XDocument.Load(Path.ChangeExtension(typeof(WebSocketClientOptions).Assembly.Location, ".xml"))
        .Descendants("member").ToDictionary(member => member.Attribute("name")!.Value, member => Prose(member.Element("summary")), StringComparer.Ordinal);

    public static string Write()
    {
        var page = new StringBuilder("""
            # Options

            <!-- Written by OptionsTableTests from the records, hocon/reference.conf and the validator; AKKAWS_APPROVE=1 writes it anew. -->

            Every option of a connection, by its key in HOCON (`akka-ws.connections.NAME`, over `akka-ws.connection-defaults`). In the host's configuration the
            same keys are written in any manner (`PingInterval`, `ping-interval`, `HEARTBEAT__PINGINTERVAL`); in code they are properties of
            `WebSocketClientOptions`. Durations have a unit (`100ms`, `30s`, `5m`, `1h`, `1d`) or are TimeSpans (`"00:00:30"`), sizes too (`64KiB`, `16MiB`, `1MB`). What is out
            of range, unknown or unreadable is refused when the connection is opened, all of it at once.

            *Changed* tells when a change on an open connection takes effect (`client.ReconfigureAsync`, a reload of the configuration): **now**, for whatever
            begins from then on; with the **next** physical connection (`RotateAsync` brings it); or not until the connection is closed and **opened** again.


            """.ReplaceLineEndings("\n"));
        foreach (var group in OptionCatalog.All.GroupBy(option => option.Key.Contains('.', StringComparison.Ordinal) ? option.Key[..option.Key.LastIndexOf('.')] : ""))
        {
            page.Append($"## {(group.Key.Length == 0 ? "The connection" : $"`{group.Key}`")}\n\n| key | default | allowed | changed | meaning |\n| --- | --- | --- | --- | --- |\n");
            foreach (var option in group)
                page.Append($"| `{option.Key}` | {DefaultOf(option.Key)} | {Cell(AllowedOf(option))} | {WordOf(option.Scope)} | {Cell(MeaningOf(option.Property))} |\n");
            page.Append('\n');
        }

        page.Append("## `reconnect.classes.CLASS`\n\nCLASS is one of ")
            .AppendJoin(", ", Enum.GetValues<Errors.ErrorClass>().Select(of => $"`{OptionChecks.Kebab(of)}`"))
            .Append(". Whatever is not set is as for all classes.\n\n| key | meaning |\n| --- | --- |\n");
        foreach (var property in typeof(ClassReconnectOptions).GetProperties().Where(property => property.CanWrite))
            page.Append($"| `{OptionCatalog.KeyOf(property.Name)}` | {Cell(MeaningOf(property))} |\n");
        return page.ToString();
    }

    private static string DefaultOf(string key)
    {
        if (key is "name" or "url")
            return "required";
        var value = HoconOptionsReader.Reference.GetConfig("akka-ws.connection-defaults").GetValue(key);
        return value.IsString() && value.GetString() is { Length: > 0 } text ? $"`{text}`" : "none";
    }

    private static string AllowedOf(OptionInfo option)
    {
        if (Rules.TryGetValue(option.Key, out var rule))
            return rule;
        var type = Nullable.GetUnderlyingType(option.Property.PropertyType) ?? option.Property.PropertyType;
        if (type == typeof(bool))
            return "on, off";
        object wrong = type == typeof(TimeSpan) ? TimeSpan.FromTicks(-1)
            : type == typeof(double) ? double.NaN
            : type.IsEnum ? Enum.ToObject(type, 99)
            : Convert.ChangeType(-1, type, System.Globalization.CultureInfo.InvariantCulture);
        return OptionsValidator.Validate(Defaults.With(option.Path, wrong)).Single(error => error.Key == option.Key).Allowed;
    }

    private static string WordOf(OptionScope scope) => scope switch
    {
        OptionScope.Now => "now",
        OptionScope.NextConnection => "next",
        _ => "opened",
    };

    private static string MeaningOf(PropertyInfo property) => DefaultSentence().Replace(Docs[$"P:{property.DeclaringType!.FullName}.{property.Name}"], "").Trim();

    private static string Prose(XElement? summary) => summary is null ? "" : Spaces().Replace(string.Concat(summary.Nodes().Select(node => node switch
    {
        XElement { Name.LocalName: "see" } see => $"`{Short(see.Attribute("cref")?.Value ?? "")}`",
        XElement element => $"`{element.Value}`",
        _ => node.ToString().Replace("&lt;", "<", StringComparison.Ordinal).Replace("&gt;", ">", StringComparison.Ordinal).Replace("&amp;", "&", StringComparison.Ordinal),
    })), " ").Trim();

    private static string Short(string cref) => cref[(cref.LastIndexOf('.') + 1)..];

    private static string Cell(string text) => text.Replace("|", "\\|", StringComparison.Ordinal);

    [GeneratedRegex(@" ?HOCON: `[^`]*`\.| ?Default: [^.]*(\.\d[^.]*)*\.")]
    private static partial Regex DefaultSentence();

    [GeneratedRegex(@"\s+")]
    private static partial Regex Spaces();
}
