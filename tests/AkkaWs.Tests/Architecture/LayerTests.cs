using System.Text.RegularExpressions;

using AkkaWs.Tests.Support;

namespace AkkaWs.Tests.Architecture;

public sealed partial class LayerTests
{
    private static readonly string[] Upwards =
    [
        "Primitives", "Errors", "Options", "Protocol", "Messages", "Telemetry", "Policies", "Supervision",
        "Routing", "Transport", "Requests", "Topics", "Connection", "Management", "Client",
    ];

    private static readonly string Source = Repository.PathOf("src", "AkkaWs");

    [Fact]
    public void Folders_import_only_folders_below()
    {
        var wrong = from file in Files()
                    let floor = FloorOf(file)
                    from Match match in Import().Matches(File.ReadAllText(file))
                    let imported = Array.IndexOf(Upwards, match.Groups["folder"].Value)
                    where imported >= floor && imported >= 0
                    select $"{Path.GetRelativePath(Source, file)} imports {Upwards[imported]}";

        Assert.Empty(wrong);
    }

    [Fact]
    public void Every_folder_is_a_layer() =>
        Assert.Empty(Files().Where(file => FloorOf(file) < 0).Select(file => $"{Path.GetRelativePath(Source, file)} is in no layer"));

    [Fact]
    public void The_namespace_is_the_folder()
    {
        var wrong = from file in Files()
                    let expected = "namespace AkkaWs." + Path.GetRelativePath(Source, Path.GetDirectoryName(file)!).Replace(Path.DirectorySeparatorChar, '.') + ";"
                    where !File.ReadLines(file).Contains(expected)
                    select $"{Path.GetRelativePath(Source, file)} lacks \"{expected}\"";

        Assert.Empty(wrong);
    }

    private static string[] Files()
    {
        var files = Directory.GetFiles(Source, "*.cs", SearchOption.AllDirectories)
            .Where(file => !Path.GetRelativePath(Source, file).StartsWith("obj", StringComparison.Ordinal))
            .ToArray();
        Assert.NotEmpty(files);
        return files;
    }

    private static int FloorOf(string file) => Array.IndexOf(Upwards, Path.GetRelativePath(Source, file).Split(Path.DirectorySeparatorChar)[0]);

    // Imports, and names that are written out in full.
    [GeneratedRegex(@"\bAkkaWs\.(?<folder>[A-Z]\w*)\b(?=[.;])(?<!namespace AkkaWs\.\k<folder>)")]
    private static partial Regex Import();
}
