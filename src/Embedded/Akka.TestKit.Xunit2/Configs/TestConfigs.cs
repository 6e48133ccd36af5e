using Akka.Configuration;

namespace Akka.TestKit.Configs;

public static class TestConfigs
{
    /// <summary>What every test kit's system falls back on: the listener behind event filters, and the timeouts.</summary>
    public static Config DefaultConfig { get; } = ConfigurationFactory.ParseString($$"""
        akka {
          loggers = ["{{typeof(TestEventListener).AssemblyQualifiedName}}"]
          test {
            timefactor = 1.0
            filter-leeway = 3s
            single-expect-default = 3s
            default-timeout = 5s
          }
        }
        """);

    /// <summary>The same, with time that passes only by <see cref="TestScheduler.Advance"/>.</summary>
    public static Config TestSchedulerConfig { get; } = ConfigurationFactory
        .ParseString($"akka.scheduler.implementation = \"{typeof(TestScheduler).AssemblyQualifiedName}\"")
        .WithFallback(DefaultConfig);
}
