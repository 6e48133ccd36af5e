using AkkaWs.Tests.Support;

namespace AkkaWs.Tests.Architecture;

public sealed class DocumentedPageTests
{
    [Fact]
    public void Every_link_of_our_pages_leads_to_a_file_and_a_heading_that_exist()
    {
        var pages = DocumentedPage.All.ToDictionary(page => page.Name);

        Assert.Empty(pages.Values.SelectMany(page => page.BrokenLinks(pages.GetValueOrDefault, path => Path.Exists(Repository.PathOf(path)))));
    }

    [Fact]
    public void Every_guide_is_listed_in_the_index()
    {
        var index = DocumentedPage.All.Single(page => page.Name == "docs/README.md");
        var guides = Directory.GetFiles(Repository.PathOf("docs"), "*.md").Select(path => Path.GetFileName(path)).Where(name => name != "README.md");

        Assert.Empty(guides.Except(index.Links));
    }

    [Fact]
    public void The_front_page_is_short_enough_to_be_read() =>
        Assert.InRange(DocumentedPage.All.Single(page => page.Name == "README.md").Markdown.Split('\n').Length, 1, 140);

    [Fact]
    public void Links_are_found_in_prose_and_pictures_and_not_in_code()
    {
        var page = new DocumentedPage("docs/page.md", "See [a](a.md#b) and ![chart](c.svg), not `[x](y)`.\n\n```csharp\nvar z = args[0](1);\n```\n\n[web](https://example.com/x#y)\n");

        Assert.Equal(["a.md#b", "c.svg", "https://example.com/x#y"], page.Links);
    }

    [Fact]
    public void Anchors_are_those_that_GitHub_gives_to_headings()
    {
        var page = new DocumentedPage("page.md", "# What's `Topic`?\n\n## See [this](x.md)\n\n```bash\n# no heading\n```\n\n## Twice\n\n## Twice\n");

        Assert.Equal(["whats-topic", "see-this", "twice", "twice-1"], page.Anchors);
    }

    [Theory]
    [InlineData("gone.md", "docs/page.md: gone.md (no such file)")]
    [InlineData("../README.md#nothing", "docs/page.md: ../README.md#nothing (no such heading)")]
    [InlineData("#nothing", "docs/page.md: #nothing (no such heading)")]
    [InlineData("../README.md#start", null)]
    [InlineData("#here", null)]
    public void A_link_that_leads_nowhere_is_named_with_its_page(string link, string? expected)
    {
        var front = new DocumentedPage("README.md", "# Start\n");
        var page = new DocumentedPage("docs/page.md", $"# Here\n\n[link]({link})\n");

        var broken = page.BrokenLinks(name => new[] { front, page }.FirstOrDefault(p => p.Name == name), path => path is "README.md" or "docs/page.md");

        Assert.Equal(expected, broken.SingleOrDefault());
    }
}
