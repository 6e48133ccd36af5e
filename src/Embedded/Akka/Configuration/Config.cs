using Akka.Configuration.Hocon;

namespace Akka.Configuration;

/// <summary>Values by dotted path, backed by a chain of fallbacks. Immutable.</summary>
public partial class Config
{
    /// <summary>A configuration without keys.</summary>
    public static readonly Config Empty = ConfigurationFactory.Empty;

    private readonly HoconValue _own;
    private HoconValue _merged;

    public Config() : this(new HoconValue(), null)
    {
    }

    public Config(HoconRoot root) : this((root ?? throw new ArgumentNullException(nameof(root), "a configuration needs a root")).Value, null)
    {
    }

    public Config(Config source, Config fallback)
        : this((source ?? throw new ArgumentNullException(nameof(source), "there is nothing to fall back from"))._own, fallback)
    {
    }

    private Config(HoconValue own, Config fallback)
    {
        _own = own;
        Fallback = fallback;
    }

    /// <summary>Where a key that is absent here is looked up; null when there is nothing behind.</summary>
    public Config Fallback { get; }

    /// <summary>Whether neither this configuration nor its fallbacks hold a key.</summary>
    public virtual bool IsEmpty => Root.IsEmpty;

    /// <summary>The keys of this configuration over those of its fallbacks.</summary>
    public virtual HoconValue Root => _merged ??= Fallback is null ? _own : HoconValue.Over(_own, Fallback.Root);

    /// <summary>The top-level keys with their values.</summary>
    public virtual IEnumerable<KeyValuePair<string, HoconValue>> AsEnumerable() => Root.GetObject()?.Items ?? [];

    /// <summary>Adds a last resort behind the fallbacks that there are.</summary>
    /// <exception cref="ArgumentException">The fallback is this configuration itself.</exception>
    public virtual Config WithFallback(Config fallback)
    {
        if (ReferenceEquals(fallback, this))
            throw new ArgumentException("Config can not have itself as fallback", nameof(fallback));
        return fallback is null ? this : new Config(_own, Fallback is null ? fallback : Fallback.WithFallback(fallback));
    }

    /// <summary>The keys of this configuration alone, as HOCON.</summary>
    public override string ToString() => ToString(false);

    /// <summary>The keys as HOCON, with or without those of the fallbacks.</summary>
    public string ToString(bool includeFallback) => (includeFallback ? Root : _own).ToString();

    public static Config operator +(Config config, string fallback) => config.WithFallback(ConfigurationFactory.ParseString(fallback));

    public static Config operator +(string configHocon, Config fallbackConfig) => ConfigurationFactory.ParseString(configHocon).WithFallback(fallbackConfig);

    public static implicit operator Config(string str) => ConfigurationFactory.ParseString(str);
}
