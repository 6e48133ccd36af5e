using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using System.Xml.Linq;

namespace AkkaWs.PackageTests;

public sealed class VisibleMembersTests
{
    [Fact]
    public void Ids_are_those_that_the_compiler_writes_and_hidden_members_are_not_among_them()
    {
        var sample = XDocument.Load(Path.ChangeExtension(typeof(VisibleMembersTests).Assembly.Location, ".xml")).Descendants("member")
            .Select(member => (Id: member.Attribute("name")!.Value, Summary: member.Value.Trim()))
            .Where(member => member.Id.Contains("EveryKindOfMember", StringComparison.Ordinal))
            .ToLookup(member => member.Summary == "Not visible.", member => member.Id);
        using var assembly = new PEReader(File.OpenRead(typeof(VisibleMembersTests).Assembly.Location));

        var visible = VisibleMembers.Of(assembly.GetMetadataReader()).Members;

        Assert.Equal(18, sample[false].Count());
        Assert.Empty(sample[false].Except(visible));
        Assert.Equal(5, sample[true].Count());
        Assert.Empty(sample[true].Intersect(visible));
    }
}
