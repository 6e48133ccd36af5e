namespace Akka.Configuration;

public static class ConfigExtensions
{
    /// <summary>Whether the configuration is absent or holds no key.</summary>
    public static bool IsNullOrEmpty(this Config config) => config is null || config.IsEmpty;

    /// <summary>As <see cref="Config.WithFallback"/>, but either side may be absent or empty: the other one is then the answer.</summary>
    public static Config SafeWithFallback(this Config config, Config fallback)
    {
        if (config.IsNullOrEmpty())
            return fallback;
        return fallback.IsNullOrEmpty() || ReferenceEquals(config, fallback) ? config : config.WithFallback(fallback);
    }
}
