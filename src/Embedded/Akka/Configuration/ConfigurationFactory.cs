using System.Reflection;
using System.Text.Json;
using Akka.Configuration.Hocon;

namespace Akka.Configuration;

/// <summary>Where configurations come from.</summary>
public class ConfigurationFactory
{
    private static Config _default;

    /// <summary>A configuration without keys.</summary>
    public static Config Empty => ParseString("");

    /// <summary>The engine's own defaults.</summary>
    public static Config Default() => _default ??= ParseString(ReferenceConfig.Text);

    /// <summary>The application's configuration; empty, since there is no <c>app.config</c> on this platform.</summary>
    public static Config Load() => Empty;

    /// <summary>Reads HOCON.</summary>
    /// <exception cref="FormatException">The text is malformed, or a substitution has no value.</exception>
    /// <exception cref="ConfigurationException">An unquoted value holds an assignment.</exception>
    public static Config ParseString(string hocon) => ParseString(hocon, null);

    /// <summary>Reads HOCON whose <c>include "name"</c> lines are answered by <paramref name="includeCallback"/>.</summary>
    public static Config ParseString(string hocon, Func<string, HoconRoot> includeCallback) => new(new HoconReader(hocon, includeCallback).Read());

    /// <summary>The public properties of an object (an anonymous one, say) as keys.</summary>
    public static Config FromObject(object source) => ParseString(JsonSerializer.Serialize(source));

    /// <summary>Reads HOCON embedded in the assembly of <typeparamref name="TAssembly"/>.</summary>
    public static Config FromResource<TAssembly>(string resourceName) => FromResource(resourceName, typeof(TAssembly).Assembly);

    /// <summary>Reads HOCON embedded in the assembly that defines the type of <paramref name="instanceInAssembly"/>.</summary>
    public static Config FromResource(string resourceName, object instanceInAssembly) => instanceInAssembly switch
    {
        Type type => FromResource(resourceName, type.Assembly),
        Assembly assembly => FromResource(resourceName, assembly),
        _ => FromResource(resourceName, instanceInAssembly.GetType().Assembly),
    };

    /// <summary>Reads HOCON embedded in <paramref name="assembly"/>.</summary>
    /// <exception cref="ArgumentException">The assembly holds no such resource.</exception>
    public static Config FromResource(string resourceName, Assembly assembly)
    {
        ArgumentNullException.ThrowIfNull(assembly);
        using var stream = assembly.GetManifestResourceStream(resourceName)
            ?? throw new ArgumentException($"{assembly.GetName().Name} embeds no resource '{resourceName}'; it has: {string.Join(", ", assembly.GetManifestResourceNames())}", nameof(resourceName));
        using var reader = new StreamReader(stream);
        return ParseString(reader.ReadToEnd());
    }
}
