using Akka.Configuration;

namespace AkkaWs.TestSupport;

/// <summary>
/// The configuration of every actor system in the tests: what the test sets itself, over the file that <c>AKKAWS_TEST_HOCON</c> names by its absolute
/// path.
/// </summary>
public static class TestHocon
{
    private static readonly Config Shared = Environment.GetEnvironmentVariable("AKKAWS_TEST_HOCON") is { Length: > 0 } path
        ? ConfigurationFactory.ParseString(File.ReadAllText(path))
        : Config.Empty;

    /// <summary>The file below a test's own settings.</summary>
    public static Config Below(string own = "") => ConfigurationFactory.ParseString(own).WithFallback(Shared);
}
