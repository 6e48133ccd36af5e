using System.Text.RegularExpressions;
using System.Xml.Linq;
using AkkaWs.Tests.Support;

namespace AkkaWs.PackageTests;

/// <summary>
/// Packs the solution into a temporary folder, and builds programs of users there that have nothing but the packages: no project file above them, and a package
/// cache of their own, so that no package of an earlier build is taken.
/// </summary>
public sealed partial class BuiltPackages : IAsyncLifetime
{
    private readonly string _root = Directory.CreateTempSubdirectory("akkaws-packages-").FullName;

    public static TheoryData<string> Ids => [.. Ours];

    internal static IReadOnlyList<string> Ours { get; } = ["AkkaWs", "AkkaWs.Exchanges", "AkkaWs.Hosting", "AkkaWs.Testing", "AkkaWs.Wire"];

    internal static string Version { get; } = ValueOf("Directory.Build.props", "Version");

    private string Packed => Path.Combine(_root, "packages");

    private string Cache => Path.Combine(_root, "cache");

    // The packages of others need not be fetched once more. Ours would be found missing in the cache if they were taken from here.
    private static string UsersCache => System.Environment.GetEnvironmentVariable("NUGET_PACKAGES")
        ?? Path.Combine(System.Environment.GetFolderPath(System.Environment.SpecialFolder.UserProfile), ".nuget", "packages");

    private string Consumers => Path.Combine(_root, "consumers");

    private Dictionary<string, string> Environment => new() { ["NUGET_PACKAGES"] = Cache };

    public async Task InitializeAsync()
    {
        // The analyzers have their turn when the solution is built.
        (await Command.RunAsync(Repository.Root, new Dictionary<string, string>(), "pack", "AkkaWs.sln", "-o", Packed, "-p:RunAnalyzers=false")).Succeeded();
        CopyConsumers();
        var built = await Command.RunAsync(
            Consumers, Environment, "build", "Consumers.slnx", $"-p:AkkaWsVersion={Version}", $"-p:RestoreAdditionalProjectSources={Packed}",
            $"-p:RestoreFallbackFolders={UsersCache}");
        built.Succeeded();
    }

    public Task DisposeAsync()
    {
        Directory.Delete(_root, recursive: true);
        return Task.CompletedTask;
    }

    internal static string ValueOf(string file, string element) => XDocument.Load(Repository.PathOf(file)).Descendants(element).First().Value;

    internal IEnumerable<string> PackedFiles() => Directory.GetFiles(Packed).Select(file => Path.GetFileName(file)!).Order(StringComparer.Ordinal);

    /// <summary>What the compiler wrote for the assembly, of every member that has a comment.</summary>
    internal static XDocument CompilersDocumentation(string id) => XDocument.Load(Repository.PathOf("artifacts", "bin", id, "release", $"{id}.xml"));

    internal Package Open(string id) => new(id, Packed, Version);

    /// <summary>The package as the users' builds took it.</summary>
    internal byte[] Restored(string id) =>
        File.ReadAllBytes(Path.Combine(Cache, id.ToLowerInvariant(), Version, $"{id.ToLowerInvariant()}.{Version}.nupkg"));

    internal byte[] PackedBytes(string id) => File.ReadAllBytes(Path.Combine(Packed, $"{id}.{Version}.nupkg"));

    internal Command Start(string consumer, params string[] arguments) => Command.Dotnet(Consumers, Environment, [AssemblyOf(consumer), .. arguments]);

    internal Task<Outcome> RunAsync(string consumer, params string[] arguments) => Command.RunAsync(Consumers, Environment, [AssemblyOf(consumer), .. arguments]);

    internal Task<Outcome> TestAsync(string consumer) => Command.RunAsync(Consumers, Environment, "vstest", AssemblyOf(consumer));

    private string AssemblyOf(string consumer) => Path.Combine(Consumers, "artifacts", "bin", consumer, "debug", $"{consumer}.dll");

    private void CopyConsumers()
    {
        var source = Repository.PathOf("tests", "AkkaWs.PackageTests", "Consumers");
        foreach (var file in Directory.GetFiles(source, "*", SearchOption.AllDirectories))
        {
            var target = Path.Combine(Consumers, Path.GetRelativePath(source, file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(file, target);
        }

        File.Copy(Repository.PathOf("Directory.Packages.props"), Path.Combine(Consumers, "Repository.Packages.props"));
        File.WriteAllText(Path.Combine(Consumers, "FirstProgram", "Program.cs"), FirstProgram());
    }

    // The README's first program, on the address that it is given.
    private static string FirstProgram()
    {
        var code = FirstBlock().Match(File.ReadAllText(Repository.PathOf("README.md"))).Groups["code"].Value;
        var program = VenueAddress().Replace(code, "new Uri(args[0])");
        return program != code ? program : throw new InvalidOperationException("The README's first block of C# has no new Uri(\"wss://…\").");
    }

    [GeneratedRegex(@"^```csharp\n(?<code>.*?)^```$", RegexOptions.Singleline | RegexOptions.Multiline)]
    private static partial Regex FirstBlock();

    [GeneratedRegex(@"new Uri\(""wss://[^""]*""\)")]
    private static partial Regex VenueAddress();
}

[CollectionDefinition("packages")]
public sealed class PackagesCollection : ICollectionFixture<BuiltPackages>;
