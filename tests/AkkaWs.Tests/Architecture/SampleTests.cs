using AkkaWs.Tests.Support;

namespace AkkaWs.Tests.Architecture;

public sealed class SampleTests
{
    [Fact]
    public void Adding_a_venue_takes_less_than_100_lines_with_its_conversation_and_the_docs_lead_to_it()
    {
        var lines = Directory.GetFiles(Repository.PathOf("samples", "CustomHandler"), "*.cs").Sum(file => File.ReadLines(file).Count());

        Assert.InRange(lines, 1, 99);
        Assert.Contains("samples/CustomHandler", File.ReadAllText(Repository.PathOf("docs", "adding-a-venue.md")), StringComparison.Ordinal);
    }
}
