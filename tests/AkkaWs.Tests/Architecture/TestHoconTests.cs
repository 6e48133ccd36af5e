using System.Text.RegularExpressions;
using AkkaWs.Tests.Support;

namespace AkkaWs.Tests.Architecture;

public sealed partial class TestHoconTests
{
    [Fact]
    public void Every_actor_system_of_the_tests_takes_the_settings_of_AKKAWS_TEST_HOCON()
    {
        var makers = Directory.GetFiles(Repository.PathOf("tests"), "*Test*.cs", SearchOption.AllDirectories)
            .Where(file => !file.Contains("Benchmarks", StringComparison.Ordinal) && !file.Contains("PackageTests", StringComparison.Ordinal) && Maker().IsMatch(File.ReadAllText(file)))
            .ToList();

        Assert.NotEmpty(makers);
        Assert.All(makers, file => Assert.Contains("TestHocon.Below(", File.ReadAllText(file), StringComparison.Ordinal));
    }

    [GeneratedRegex(@": TestKit\b|\bActorSystem\.Create\(|\.Services\.AddAkka\(|\bservices\.AddAkka\(")]
    private static partial Regex Maker();
}
