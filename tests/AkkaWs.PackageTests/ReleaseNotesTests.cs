using AkkaWs.Tests.Support;

namespace AkkaWs.PackageTests;

public sealed class ReleaseNotesTests : IDisposable
{
    private readonly string _changelog = Path.GetTempFileName();

    public void Dispose() => File.Delete(_changelog);

    [Theory]
    [InlineData("1.2.0", "- The newest.")]
    [InlineData("1.1.0", "- The older.")]
    [InlineData("1.2.1", "- Not released.")]
    [InlineData("1.2", "- Not released.")]
    public async Task Release_notes_are_the_versions_section_and_what_is_not_released_where_it_has_none(string version, string notes)
    {
        const string Changelog = "# Changelog\n\n## [Unreleased]\n\n- Not released.\n\n## [1.2.0] - 2026-11-29\n\n- The newest.\n\n## [1.1.0] - 2026-11-01\n\n- The older.\n";

        Assert.Equal(notes, (await ReadAsync(Changelog, version)).Succeeded().Trim());
    }

    [Theory]
    [InlineData("## [1.1.0]\n\n- Of another version.\n")]
    [InlineData("## [Unreleased]\n\n- Not released.\n\n## [1.2.0]\n\n## [1.1.0]\n\n- Of another version.\n")]
    public async Task A_version_that_has_nothing_to_tell_is_not_packed(string changelog)
    {
        var outcome = await ReadAsync(changelog, "1.2.0");

        Assert.NotEqual(0, outcome.ExitCode);
        Assert.Contains("for the release notes", outcome.Output, StringComparison.Ordinal);
    }

    private async Task<Outcome> ReadAsync(string changelog, string version)
    {
        await File.WriteAllTextAsync(_changelog, changelog);
        return await Command.RunAsync(
            Repository.Root, new Dictionary<string, string>(),
            "msbuild", "src/AkkaWs.Wire", "-t:ReadReleaseNotes", $"-p:Version={version}", $"-p:Changelog={_changelog}", "-getProperty:PackageReleaseNotes");
    }
}
