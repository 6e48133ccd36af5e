using System.Reflection;
using AkkaWs.Protocol;
using AkkaWs.Tests.Support;
using AkkaWs.Wire;

namespace AkkaWs.Tests.Architecture;

/// <summary>A change of what users call is a decision: it shows in the approved text and so in the review.</summary>
public sealed class PublicSurfaceTests
{
    private const string ApproveVariable = "AKKAWS_APPROVE";

    public static TheoryData<string> Packages => ["AkkaWs", "AkkaWs.Wire", "AkkaWs.Exchanges", "AkkaWs.Hosting", "AkkaWs.Testing"];

    [Theory]
    [MemberData(nameof(Packages))]
    public void The_public_surface_is_the_approved_one(string package)
    {
        var approvedPath = Repository.PathOf("tests", "AkkaWs.Tests", "Architecture", "Approved", package + ".txt");
        var surface = PublicSurface.Of(Assembly.Load(package));
        if (Environment.GetEnvironmentVariable(ApproveVariable) == "1")
        {
            Directory.CreateDirectory(Path.GetDirectoryName(approvedPath)!);
            File.WriteAllText(approvedPath, surface);
        }

        var approved = File.Exists(approvedPath) ? File.ReadAllText(approvedPath).ReplaceLineEndings("\n") : "";

        Assert.True(surface == approved, $"""
            The public surface of {package} changed ('-' approved, '+' now):
            {Difference(approved, surface)}
            If that is meant, approve it: {ApproveVariable}=1 dotnet test tests/AkkaWs.Tests --filter {nameof(PublicSurfaceTests)}
            """);
    }

    [Fact]
    public void The_packages_are_those_that_are_loaded_here()
    {
        Assert.Equal("AkkaWs", typeof(ProtocolHandler).Assembly.GetName().Name);
        Assert.Equal("AkkaWs.Wire", typeof(WireConnection).Assembly.GetName().Name);
    }

    // Members are told apart by their type, so that equal lines of two types are not confused.
    private static string Difference(string approved, string surface)
    {
        var before = Qualified(approved);
        var after = Qualified(surface);
        return string.Join('\n', before.Except(after).Select(line => "- " + line).Concat(after.Except(before).Select(line => "+ " + line)));
    }

    private static List<string> Qualified(string surface)
    {
        var lines = new List<string>();
        var type = "";
        foreach (var line in surface.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            if (line[0] != ' ')
                type = line.Split(" : ")[0];
            lines.Add(line[0] == ' ' ? $"{type} {{{line} }}" : line);
        }

        return lines;
    }
}
