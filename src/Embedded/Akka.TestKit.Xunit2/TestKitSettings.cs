using Akka.Actor;
using Akka.Configuration;

namespace Akka.TestKit;

/// <summary>The section <c>akka.test</c>.</summary>
public class TestKitSettings : IExtension
{
    public TestKitSettings(Config config)
    {
        if (config.IsNullOrEmpty())
            throw ConfigurationException.NullOrEmptyConfig<TestKitSettings>();
        DefaultTimeout = config.GetTimeSpan("akka.test.default-timeout", TimeSpan.FromSeconds(5), allowInfinite: false);
        SingleExpectDefault = config.GetTimeSpan("akka.test.single-expect-default", TimeSpan.FromSeconds(3), allowInfinite: false);
        TestEventFilterLeeway = config.GetTimeSpan("akka.test.filter-leeway", TimeSpan.FromSeconds(3), allowInfinite: false);
        TestTimeFactor = config.GetDouble("akka.test.timefactor", 1);
        LogTestKitCalls = config.GetBoolean("akka.test.testkit.debug");
        if (TestTimeFactor <= 0)
            throw new ConfigurationException($"akka.test.timefactor is {TestTimeFactor}; it must be positive.");
    }

    /// <summary>How long asks, latches and barriers wait.</summary>
    public TimeSpan DefaultTimeout { get; }

    /// <summary>How long an expectation outside of <c>Within</c> waits.</summary>
    public TimeSpan SingleExpectDefault { get; }

    /// <summary>How long an event filter waits for its events.</summary>
    public TimeSpan TestEventFilterLeeway { get; }

    /// <summary>What durations are multiplied by on slow machines.</summary>
    public double TestTimeFactor { get; }

    public bool LogTestKitCalls { get; }
}
