using System.Reflection;
using System.Text.RegularExpressions;
using Akka.Configuration;
using AkkaWs.Options;
using AkkaWs.Tests.Support;
using AkkaWs.Wire;

namespace AkkaWs.Tests.Architecture;

/// <summary>What the page on security calls by name exists under that name: a promise without its test is none.</summary>
public sealed partial class SecurityPageTests
{
    // What is no name of ours: schemes, shapes of secrets, the framework's words.
    private static readonly string[] OtherWords = ["ws", "wss", "https", "apiKey", "sign", "pwd", "Bearer …", "name=value", "InternalsVisibleTo"];

    private static readonly string Page = DocumentedPage.All.Single(page => page.Name == "SECURITY.md").Markdown.ReplaceLineEndings(" ");

    private static readonly HashSet<string> Tests = [.. Sources().SelectMany(text => TestName().Matches(text)).Select(match => match.Groups["name"].Value)];

    private static readonly string[] Named = [.. Code().Matches(Page).Select(match => match.Groups["code"].Value).Except(OtherWords)];

    public static TheoryData<string> Words => [.. Named];

    [Theory]
    [MemberData(nameof(Words))]
    public void Each_name_on_the_page_is_that_of_a_test_an_option_a_member_or_a_file(string word) =>
        Assert.True(Tests.Contains(word) || IsOption(word) || IsMember(word) || IsCommand(word), $"SECURITY.md: `{word}` is nothing that exists.");

    [Fact]
    public void The_page_names_tests_and_options()
    {
        Assert.InRange(Named.Count(Tests.Contains), 10, 100);
        Assert.InRange(Named.Count(IsOption), 5, 100);
    }

    [Theory]
    [InlineData("No_such_test_is_there")]
    [InlineData("NoSuchTests")]
    [InlineData("no-such-option")]
    [InlineData("tls.no-such-option = on")]
    [InlineData("tls.revocation = sometimes")]
    [InlineData("akka.no-such-option = on")]
    [InlineData("NoSuchMember")]
    [InlineData("A=1 .ci/nothing")]
    public void A_name_of_nothing_is_found_out(string word) => Assert.False(Tests.Contains(word) || IsOption(word) || IsMember(word) || IsCommand(word));

    // With a value, or without.
    private static bool IsOption(string word)
    {
        var key = word.Split(" = ")[0];
        if (key.StartsWith("akka.", StringComparison.Ordinal))
            return ConfigurationFactory.Default().HasPath(key);
        if (!OptionCatalog.All.Any(option => option.Key == key))
            return false;
        return key == word || IsReadable(word);
    }

    private static bool IsReadable(string setting)
    {
        try
        {
            HoconOptionsReader.Read(ConfigurationFactory.ParseString($"akka-ws.connections.page {{ url = \"wss://example.com\", {setting} }}"), "page");
            return true;
        }
        catch (Errors.InvalidOptionsException)
        {
            return false;
        }
    }

    private static bool IsMember(string word) => new[] { typeof(WebSocketClientOptions), typeof(WireOptions), typeof(Testing.HandlerConformance) }
        .SelectMany(of => of.Assembly.GetExportedTypes())
        .Any(type => type.Name == word || type.GetMember(word, BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static).Length > 0);

    // AKKAWS_NIGHTLY=1 .ci/run
    private static bool IsCommand(string word) => word.Contains('/', StringComparison.Ordinal) && File.Exists(Repository.PathOf(word.Split(' ')[^1]));

    private static IEnumerable<string> Sources() => Directory.GetFiles(Repository.PathOf("tests"), "*.cs", SearchOption.AllDirectories)
        .Where(path => !path.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}", StringComparison.Ordinal))
        .Select(File.ReadAllText);

    [GeneratedRegex("`(?<code>[^`]+)`")]
    private static partial Regex Code();

    // A class of tests, or a method behind an attribute that makes it one.
    [GeneratedRegex(@"(?:\bclass (?<name>\w+Tests)\b|\[(?:Nightly)?(?:Fact|Theory)\b[^\r\n]*\](?:\s*\[[^\r\n]*\])*\s*public (?:async Task|Task|void) (?<name>\w+)\()")]
    private static partial Regex TestName();
}
