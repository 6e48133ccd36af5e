using System.Text.RegularExpressions;
using AkkaWs.Tests.Support;

namespace AkkaWs.Tests.Architecture;

public sealed partial class TestHoconTests
{
    // They measure, or use the packages as a user does.
    private static readonly string[] Others = ["AkkaWs.Benchmarks", "AkkaWs.PackageTests"];

    [Fact]
    public void Every_actor_system_of_the_tests_takes_the_settings_of_AKKAWS_TEST_HOCON()
    {
        var makers = Sources().Where(source => Maker().IsMatch(source.Text)).ToList();

        Assert.Contains(makers, source => source.Name == "EnduranceHost.cs");
        Assert.Contains(makers, source => source.Name == "ConnectionTest.cs");
        Assert.All(makers, source => Assert.True(IsBelow(source.Text), source.Name));
    }

    [Theory]
    [InlineData("class Tests : TestKit { }", false)]
    [InlineData("class Tests : Akka.TestKit.Xunit2.TestKit { }", false)]
    [InlineData("class Tests() : TestKit(TestHocon.Below())", true)]
    [InlineData("using var system = ActorSystem.Create(\"own\");", false)]
    [InlineData("using var system = ActorSystem.Create(\"own\", TestHocon.Below());", true)]
    [InlineData("var one = ActorSystem.Create(\"one\", TestHocon.Below()); var other = ActorSystem.Create(\"other\");", false)]
    [InlineData("builder.Services.AddAkka(\"own\", akka => akka.WithWebSocket(\"feed\", Feed));", false)]
    [InlineData("services.AddAkka(\"own\", akka => akka.AddHocon(TestHocon.Below(), HoconAddMode.Append));", true)]
    public void A_maker_without_the_settings_would_be_found(string text, bool isBelow) => Assert.Equal((true, isBelow), (Maker().IsMatch(text), IsBelow(text)));

    private static bool IsBelow(string text) => Below().Count(text) >= Maker().Count(text);

    private static IEnumerable<(string Name, string Text)> Sources() =>
        from file in Directory.GetFiles(Repository.PathOf("tests"), "*.cs", SearchOption.AllDirectories)
        where !Others.Any(other => file.Contains(other, StringComparison.Ordinal)) && Path.GetFileName(file) != $"{nameof(TestHoconTests)}.cs"
        select (Path.GetFileName(file), File.ReadAllText(file));

    [GeneratedRegex(@":\s*(?:[\w.]+\.)?TestKit\b|\bnew TestKit\(|\bActorSystem\.Create\(|\.AddAkka\(")]
    private static partial Regex Maker();

    [GeneratedRegex(@"\bTestHocon\.Below\(")]
    private static partial Regex Below();
}
