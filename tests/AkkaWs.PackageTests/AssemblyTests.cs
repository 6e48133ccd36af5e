using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using System.Text;
using System.Xml.Linq;
using AkkaWs.Tests.Support;

namespace AkkaWs.PackageTests;

[Collection("packages")]
public sealed class AssemblyTests(BuiltPackages packages)
{
    private const string MappedRoot = "/_/";

    // Of the Portable PDB format: the kind of custom debug information that holds a document's text.
    private static readonly Guid EmbeddedSource = new("0e8a571b-6926-466e-b4ad-8ab04611f5fe");

    [Theory]
    [MemberData(nameof(BuiltPackages.Ids), MemberType = typeof(BuiltPackages))]
    public void Symbols_belong_to_the_assembly_and_hold_every_source(string id)
    {
        using var assembly = packages.Open(id).OpenAssembly();
        using var symbols = packages.Open(id).OpenSymbols();
        var reader = symbols.GetMetadataReader();
        var codeView = assembly.ReadDebugDirectory().First(entry => entry.Type == DebugDirectoryEntryType.CodeView);

        var withoutSource = reader.Documents.Where(document => !HasSource(reader, document)).Select(document => reader.GetString(reader.GetDocument(document).Name));

        Assert.Equal(assembly.ReadCodeViewDebugDirectoryData(codeView).Guid, new Guid(reader.DebugMetadataHeader!.Id.AsSpan()[..16]));
        Assert.NotEmpty(reader.Documents);
        Assert.Empty(withoutSource);
    }

    [Theory]
    [MemberData(nameof(BuiltPackages.Ids), MemberType = typeof(BuiltPackages))]
    public void An_assembly_is_deterministic_and_names_no_path_of_the_machine_that_built_it(string id)
    {
        var package = packages.Open(id);
        using var assembly = package.OpenAssembly();
        using var symbols = package.OpenSymbols();
        var reader = symbols.GetMetadataReader();

        Assert.Contains(assembly.ReadDebugDirectory(), entry => entry.Type == DebugDirectoryEntryType.Reproducible);
        Assert.All(reader.Documents, document => Assert.StartsWith(MappedRoot, reader.GetString(reader.GetDocument(document).Name), StringComparison.Ordinal));
        foreach (var path in new[] { Repository.Root, Environment.GetFolderPath(Environment.SpecialFolder.UserProfile) })
            foreach (var encoding in new[] { Encoding.UTF8, Encoding.Unicode })
            {
                Assert.Equal(-1, package.Assembly.AsSpan().IndexOf(encoding.GetBytes(path)));
                Assert.Equal(-1, package.Symbols.AsSpan().IndexOf(encoding.GetBytes(path)));
            }
    }

    [Theory]
    [MemberData(nameof(BuiltPackages.Ids), MemberType = typeof(BuiltPackages))]
    public void Documentation_covers_what_a_user_can_call_and_nothing_else(string id)
    {
        using var assembly = packages.Open(id).OpenAssembly();
        var visible = VisibleMembers.Of(assembly.GetMetadataReader());
        var documented = Ids(packages.Open(id).Documentation);
        var compiled = Ids(BuiltPackages.CompilersDocumentation(id));

        Assert.NotEmpty(documented);
        Assert.Empty(documented.Except(visible.Members));
        Assert.Empty(visible.Types.Except(documented));
        Assert.Empty(compiled.Intersect(visible.Members).Except(documented));
    }

    private static HashSet<string> Ids(XDocument documentation) => [.. documentation.Descendants("member").Select(member => member.Attribute("name")!.Value)];

    private static bool HasSource(MetadataReader reader, DocumentHandle document) =>
        reader.GetCustomDebugInformation(document).Any(handle => reader.GetGuid(reader.GetCustomDebugInformation(handle).Kind) == EmbeddedSource);
}
