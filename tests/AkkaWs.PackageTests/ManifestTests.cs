using System.Text;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using AkkaWs.Tests.Support;

namespace AkkaWs.PackageTests;

[Collection("packages")]
public sealed partial class ManifestTests(BuiltPackages packages)
{
    private static readonly byte[] PngSignature = [0x89, (byte)'P', (byte)'N', (byte)'G'];

    [Fact]
    public void Packing_the_solution_makes_every_package_with_its_symbols() =>
        Assert.Equal(
            BuiltPackages.Ours.SelectMany(id => new[] { $"{id}.{BuiltPackages.Version}.nupkg", $"{id}.{BuiltPackages.Version}.snupkg" }).Order(StringComparer.Ordinal),
            packages.PackedFiles());

    [Theory]
    [MemberData(nameof(BuiltPackages.Ids), MemberType = typeof(BuiltPackages))]
    public void A_package_introduces_itself(string id)
    {
        var package = packages.Open(id);
        var readme = Encoding.UTF8.GetString(package.File(package.Metadata("readme")!));

        Assert.StartsWith(id, package.Metadata("title"), StringComparison.Ordinal);
        Assert.Equal(PngSignature, package.File(package.Metadata("icon")!)[..4]);
        Assert.StartsWith($"# {id}\n", readme, StringComparison.Ordinal);
        Assert.Contains($"dotnet add package {id}\n", readme, StringComparison.Ordinal);
        Assert.DoesNotMatch(RelativeLink(), readme);
    }

    [Theory]
    [MemberData(nameof(BuiltPackages.Ids), MemberType = typeof(BuiltPackages))]
    public void Release_notes_are_a_section_of_the_changelog(string id)
    {
        var changelog = File.ReadAllText(Repository.PathOf("CHANGELOG.md"));
        var notes = packages.Open(id).Metadata("releaseNotes")!;

        Assert.StartsWith("### ", notes, StringComparison.Ordinal);
        Assert.DoesNotContain("\n## ", notes, StringComparison.Ordinal);
        Assert.Contains(notes, changelog, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(BuiltPackages.Ids), MemberType = typeof(BuiltPackages))]
    public void A_package_requires_our_own_exactly_and_others_from_the_version_it_was_tested_with(string id)
    {
        var tested = XDocument.Load(Repository.PathOf("Directory.Packages.props")).Descendants("PackageVersion").ToDictionary(
            version => version.Attribute("Include")!.Value,
            version => version.Attribute("Version")!.Value.Replace("$(AkkaVersion)", BuiltPackages.ValueOf("Directory.Packages.props", "AkkaVersion"), StringComparison.Ordinal));

        Assert.All(packages.Open(id).Dependencies, dependency =>
            Assert.Equal(BuiltPackages.Ours.Contains(dependency.Key) ? $"[{BuiltPackages.Version}]" : tested[dependency.Key], dependency.Value));
    }

    [Fact]
    public void Packages_depend_on_nothing_but_what_they_need()
    {
        var dependencies = BuiltPackages.Ours.ToDictionary(id => id, id => string.Join(' ', packages.Open(id).Dependencies.Keys.Order(StringComparer.Ordinal)));

        Assert.Equal("", dependencies["AkkaWs.Wire"]);
        Assert.Equal("Akka AkkaWs.Wire NUlid", dependencies["AkkaWs"]);
        Assert.Equal("AkkaWs", dependencies["AkkaWs.Exchanges"]);
        Assert.Equal("Akka.Hosting AkkaWs Microsoft.Extensions.Diagnostics.HealthChecks Microsoft.Extensions.Hosting.Abstractions", dependencies["AkkaWs.Hosting"]);
        Assert.Equal("AkkaWs BouncyCastle.Cryptography", dependencies["AkkaWs.Testing"]);
    }

    [Fact]
    public void The_testing_package_says_that_it_needs_ASP_NET_Core() =>
        Assert.Contains("Microsoft.AspNetCore.App", packages.Open("AkkaWs.Testing").Metadata("description"), StringComparison.Ordinal);

    [GeneratedRegex(@"\]\((?!https://)")]
    private static partial Regex RelativeLink();
}
