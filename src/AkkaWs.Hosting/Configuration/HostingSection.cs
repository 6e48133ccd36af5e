using Akka.Configuration;
using AkkaWs.Errors;
using AkkaWs.Options;
using Microsoft.Extensions.Configuration;

namespace AkkaWs.Hosting.Configuration;

/// <summary>What the configuration says of all connections of a host: <c>Hosting</c> in its section, over <c>akka-ws.hosting</c> in HOCON, over code.</summary>
internal static class HostingSection
{
    private const string Path = "akka-ws.hosting";
    private const string DrainTimeout = "drain-timeout";
    private const string ReopenClosed = "reopen-closed";
    private const string LogThroughActorSystem = "log-through-actor-system";
    private static readonly TimeSpan Longest = TimeSpan.FromDays(1);
    private static readonly string[] Keys = [DrainTimeout, ReopenClosed, LogThroughActorSystem];

    /// <param name="hocon">The actor system's configuration.</param>
    /// <param name="sections">The host's sections, of which a later one takes precedence.</param>
    /// <param name="inCode">What holds where they say nothing.</param>
    /// <param name="errors">Takes what is wrong.</param>
    public static AkkaWsHostingOptions Read(Config hocon, IEnumerable<IConfiguration> sections, AkkaWsHostingOptions inCode, List<OptionError> errors)
    {
        var config = ConfigurationFactory.ParseString(string.Concat(sections.Select(section => ConfigurationHocon.All(ConnectionSection.HostingOf(section), Keys))));
        if (hocon.GetValue(Path) is { } value)
        {
            if (!value.IsObject())
                errors.Add(new OptionError(Path, "not a section", "a section { … }"));
            else
                config = config.WithFallback(hocon.GetConfig(Path));
        }

        var section = new HoconSection(config.Root.GetObject(), "hosting.", errors);
        var options = inCode with
        {
            DrainTimeout = section.Has(DrainTimeout) ? section.Duration(DrainTimeout) : inCode.DrainTimeout,
            ReopenClosed = section.Has(ReopenClosed) ? section.DurationOrOff(ReopenClosed) : inCode.ReopenClosed,
            LogThroughActorSystem = section.Has(LogThroughActorSystem) ? section.Switch(LogThroughActorSystem) : inCode.LogThroughActorSystem,
        };
        section.RejectUnknownKeys();
        if (errors.Count == 0)
            errors.AddRange(Check(options));
        return options;
    }

    /// <summary>What is out of range.</summary>
    public static IEnumerable<OptionError> Check(AkkaWsHostingOptions options)
    {
        if (options.DrainTimeout < TimeSpan.Zero || options.DrainTimeout > Longest)
            yield return new OptionError("hosting." + DrainTimeout, OptionChecks.Text(options.DrainTimeout), "0 to 1 day");
        if (options.ReopenClosed is { } reopen && (reopen <= TimeSpan.Zero || reopen > Longest))
            yield return new OptionError("hosting." + ReopenClosed, OptionChecks.Text(reopen), "off, or more than 0 and at most 1 day");
    }
}
