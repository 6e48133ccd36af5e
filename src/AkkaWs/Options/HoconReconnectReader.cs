using System.Collections.ObjectModel;
using AkkaWs.Errors;

namespace AkkaWs.Options;

/// <summary>Reads the section <c>reconnect</c> and what is in it.</summary>
internal static class HoconReconnectReader
{
    private static readonly (string Name, bool? Value)[] ByClass = [("by-class", null), ("on", true), ("off", false)];

    private static readonly (string Name, JitterKind Value)[] Jitters =
        [("proportional", JitterKind.Proportional), ("full", JitterKind.Full), ("equal", JitterKind.Equal)];

    private static readonly (string Name, FailFast Value)[] FailFasts = [("auto", FailFast.Auto), ("on", FailFast.On), ("off", FailFast.Off)];

    private static readonly Dictionary<string, ErrorClass> ClassNames =
        Enum.GetValues<ErrorClass>().ToDictionary(of => OptionChecks.Kebab(of), StringComparer.Ordinal);

    public static ReconnectOptions Read(HoconSection section)
    {
        var options = new ReconnectOptions
        {
            InitialDelay = section.Duration("initial-delay"),
            MaxDelay = section.Duration("max-delay"),
            Factor = section.Real("factor"),
            Jitter = section.Real("jitter"),
            JitterKind = section.Choice("jitter-kind", Jitters),
            ImmediateFirstRetry = section.Choice("immediate-first-retry", ByClass),
            MaxAttempts = section.CountOrOff("max-attempts"),
            StableAfter = section.Duration("stable-after"),
            MaxRejections = section.CountOrOff("max-rejections"),
            FailFast = section.Choice("fail-fast", FailFasts),
            Slow = ReadSlow(section.Section("slow")),
            ResetOn1005 = section.Switch("reset-on-1005"),
            MaxRetryAfter = section.Duration("max-retry-after"),
            Classes = ReadClasses(section),
            Circuit = ReadCircuit(section.Section("circuit")),
        };
        section.RejectUnknownKeys();
        return options;
    }

    private static ReadOnlyDictionary<ErrorClass, ClassReconnectOptions> ReadClasses(HoconSection section)
    {
        var classes = new Dictionary<ErrorClass, ClassReconnectOptions>();
        foreach (var (name, own) in section.Sections("classes", ClassNames.Keys))
            classes[ClassNames[name]] = ReadClass(own);
        return classes.Count == 0 ? ReadOnlyDictionary<ErrorClass, ClassReconnectOptions>.Empty : classes.AsReadOnly();
    }

    private static ClassReconnectOptions ReadClass(HoconSection section)
    {
        var options = new ClassReconnectOptions
        {
            InitialDelay = section.Has("initial-delay") ? section.Duration("initial-delay") : null,
            MaxDelay = section.Has("max-delay") ? section.Duration("max-delay") : null,
            Factor = section.Has("factor") ? section.Real("factor") : null,
            MaxAttempts = section.Has("max-attempts") ? section.Count("max-attempts") : null,
            ImmediateFirstRetry = section.Has("immediate-first-retry") ? section.Switch("immediate-first-retry") : null,
            GiveUp = section.Has("give-up") ? section.Switch("give-up") : null,
        };
        section.RejectUnknownKeys();
        return options;
    }

    private static SlowReconnectOptions ReadSlow(HoconSection section)
    {
        var options = new SlowReconnectOptions { Initial = section.Duration("initial"), Max = section.Duration("max") };
        section.RejectUnknownKeys();
        return options;
    }

    private static CircuitBreakerOptions ReadCircuit(HoconSection section)
    {
        var options = new CircuitBreakerOptions
        {
            Failures = section.CountOrOff("failures"),
            Window = section.Duration("window"),
            OpenFor = section.Duration("open-for"),
            MaxOpens = section.CountOrOff("max-opens"),
        };
        section.RejectUnknownKeys();
        return options;
    }
}
