using System.Text;
using System.Text.RegularExpressions;
using AkkaWs.Primitives;
using AkkaWs.Testing;

namespace AkkaWs.Tests.Captures;

/// <summary>A log of payloads stays useful: what venues really send is shown, but for what may be a key.</summary>
public sealed partial class ExcerptTests
{
    private const int MostOfEach = 1_000;

    // Names of secrets, all of them in logins.
    private static readonly string[] Secret = ["apiKey", "clientId", "passphrase", "sign"];

    public static TheoryData<string> Recordings => CaptureTests.Recordings;

    [CapturesTheory]
    [MemberData(nameof(Recordings))]
    public void Of_a_recorded_feed_nine_messages_in_ten_are_shown_as_they_are(string file)
    {
        var messages = Sample(CaptureFile.Read(Path.Combine(CaptureFolder.Path!, file)).ServerMessages);

        var masked = messages.Select(message => Redactor.Excerpt(message.Utf8.Span)).Where(excerpt => excerpt.Contains("***", StringComparison.Ordinal) || excerpt == Redactor.NotShown).ToList();

        Assert.True(masked.Count * 10 <= messages.Count, $"{masked.Count} of {messages.Count}, such as {masked.FirstOrDefault()}");
    }

    [CapturesFact]
    public void No_name_that_venues_were_recorded_to_use_is_taken_for_a_secret_one()
    {
        var names = Directory.EnumerateFiles(Path.GetDirectoryName(CaptureFolder.Path!)!, "*", SearchOption.AllDirectories)
            .SelectMany(file => Name().Matches(File.ReadAllText(file)).Select(match => match.Groups["name"].Value)).ToHashSet();

        Assert.True(names.Count > 100);
        Assert.Empty(names.Where(name => SecretShapes.IsName(Encoding.UTF8.GetBytes(name))).Except(Secret));
    }

    private static List<CaptureServerMessage> Sample(IReadOnlyList<CaptureServerMessage> messages) => [.. messages.Where((_, i) => i % ((messages.Count / MostOfEach) + 1) == 0)];

    [GeneratedRegex(@"\\?""(?<name>[\w.\- ]{1,40})\\?""\s*:")]
    private static partial Regex Name();
}
