using System.Globalization;
using System.Text;
using Akka.Configuration;
using Microsoft.Extensions.Configuration;

namespace Akka.Hosting.Configuration;

public static class ConfigurationHoconAdapter
{
    /// <summary>
    /// The host's configuration as HOCON: sections become objects, a section whose keys count from 0 becomes a list. Keys are put in lower case
    /// with hyphens for underscores unless <paramref name="normalizeKeys"/> is false.
    /// </summary>
    public static Config ToHocon(this IConfiguration config, bool normalizeKeys = true)
    {
        var text = new StringBuilder();
        foreach (var child in config.GetChildren())
            Append(text, child, normalizeKeys);
        return ConfigurationFactory.ParseString(text.ToString());
    }

    private static void Append(StringBuilder text, IConfigurationSection section, bool normalizeKeys)
    {
        // A dotted key is a path, as it is in HOCON.
        var path = section.Key.Split('.').Select(key => Quoted(normalizeKeys ? Normalized(key) : key));
        text.Append(string.Join('.', path));
        text.Append(section.Value is null ? " " : " = ");
        AppendValue(text, section, normalizeKeys);
        text.AppendLine();
    }

    private static void AppendValue(StringBuilder text, IConfigurationSection section, bool normalizeKeys)
    {
        IConfigurationSection[] children = [.. section.GetChildren()];
        if (children.Length == 0)
        {
            text.Append(Quoted(section.Value ?? ""));
            return;
        }

        if (section.Value is null && children.Select((child, i) => child.Key == i.ToString(CultureInfo.InvariantCulture)).All(counts => counts))
        {
            text.Append("= [");
            foreach (var child in children)
            {
                AppendValue(text, child, normalizeKeys);
                text.AppendLine(",");
            }

            text.Append(']');
            return;
        }

        text.AppendLine("{");
        foreach (var child in children)
            Append(text, child, normalizeKeys);
        text.Append('}');
    }

    private static string Normalized(string key) => key.ToLowerInvariant().Replace('_', '-');

    private static string Quoted(string value) => System.Text.Json.JsonSerializer.Serialize(value);
}
