using Akka.Configuration;

namespace Akka.Actor;

internal static class ConfiguredType
{
    /// <summary>The type that a setting names; one of the real package's assembly is this assembly's type of that name.</summary>
    public static Type Load(string name, string setting)
    {
        var comma = name.IndexOf(',', StringComparison.Ordinal);
        var own = comma > 0 && name[(comma + 1)..].Split(',')[0].Trim() == "Akka" ? typeof(ConfiguredType).Assembly.GetType(name[..comma].Trim()) : null;
        return own ?? Type.GetType(name) ?? throw new ConfigurationException($"{setting} names '{name}', which is no type that could be loaded.");
    }
}
