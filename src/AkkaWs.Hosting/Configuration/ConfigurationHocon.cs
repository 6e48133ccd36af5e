using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using AkkaWs.Errors;
using AkkaWs.Options;
using Microsoft.Extensions.Configuration;

namespace AkkaWs.Hosting.Configuration;

/// <summary>
/// The host's configuration as HOCON with the keys of <c>reference.conf</c>, however they were written: <c>PingInterval</c>, <c>PINGINTERVAL</c> and
/// <c>ping-interval</c> are the same. Values stay text, and the one reader of options reads them.
/// </summary>
internal static class ConfigurationHocon
{
    private const string Headers = "headers";
    private const string Classes = "reconnect.classes";

    // Not those that JSON could do without: Akka.NET's parser reads text, not HTML.
    private static readonly JsonSerializerOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    // Every option's key with its type, and those of each class of errors.
    private static readonly Dictionary<string, Type> Known = OptionCatalog.All.Where(option => option.Key != "name")
        .Select(option => (option.Key, option.Property.PropertyType))
        .Concat(
            from of in Enum.GetValues<ErrorClass>()
            from property in typeof(ClassReconnectOptions).GetProperties()
            where property.CanWrite
            select ($"{Classes}.{OptionChecks.Kebab(of)}.{OptionCatalog.KeyOf(property.Name)}", property.PropertyType))
        .ToDictionary(key => key.Item1, key => key.PropertyType, StringComparer.Ordinal);

    private static readonly Dictionary<string, List<string>> Children = Known.Keys
        .SelectMany(Steps).Distinct().GroupBy(step => step.Parent, step => step.Child).ToDictionary(group => group.Key, group => group.ToList(), StringComparer.Ordinal);

    public static bool AreSame(string one, string other) => NearestKey.Fold(one) == NearestKey.Fold(other);

    /// <summary>The options in a section.</summary>
    public static string Options(IConfiguration section, IReadOnlyList<string> except) =>
        Written(section.GetChildren().Where(child => !except.Any(key => AreSame(key, child.Key))), "");

    /// <summary>These keys of a section, and no others.</summary>
    public static string Only(IConfiguration section, IReadOnlyList<string> keys)
    {
        var text = new StringBuilder();
        foreach (var child in section.GetChildren())
        {
            if (keys.FirstOrDefault(key => AreSame(key, child.Key)) is { } key)
                text.Append(key).Append(" = ").AppendLine(Quoted(child.Value ?? ""));
        }

        return text.ToString();
    }

    /// <summary>Every key of a section, those that are known as HOCON writes them.</summary>
    public static string All(IConfiguration section, IReadOnlyList<string> known) => string.Concat(
        from child in section.GetChildren()
        select $"{Quoted(known.FirstOrDefault(key => AreSame(key, child.Key)) ?? child.Key)} = {Quoted(child.Value ?? "")}\n");

    private static string Written(IEnumerable<IConfigurationSection> sections, string path)
    {
        var text = new StringBuilder();
        foreach (var section in sections)
            Append(text, section, path);
        return text.ToString();
    }

    private static void Append(StringBuilder text, IConfigurationSection section, string path)
    {
        var name = path == Headers ? section.Key : Children.GetValueOrDefault(path)?.Find(child => AreSame(child, section.Key)) ?? section.Key;
        var key = path.Length == 0 ? name : $"{path}.{name}";
        IConfigurationSection[] children = [.. section.GetChildren()];
        text.Append(Quoted(name));
        if (Known.GetValueOrDefault(key) == typeof(IReadOnlyList<string>) && (children.Length > 0 || string.IsNullOrEmpty(section.Value)))
            text.Append(" = [").AppendJoin(", ", children.Select(child => Quoted(child.Value ?? ""))).AppendLine("]"); // not "[  ]", which Akka.NET takes for no list
        else if (children.Length > 0 || (section.Value is null && (Children.ContainsKey(key) || key is Headers or Classes)))
            text.AppendLine(" {").Append(Written(children, key)).AppendLine("}");
        else
            text.Append(" = ").AppendLine(Quoted(section.Value ?? ""));
    }

    private static IEnumerable<(string Parent, string Child)> Steps(string key)
    {
        var parts = key.Split('.');
        for (var i = 0; i < parts.Length; i++)
            yield return (string.Join('.', parts[..i]), parts[i]);
    }

    private static string Quoted(string value) => JsonSerializer.Serialize(value, Plain);
}
