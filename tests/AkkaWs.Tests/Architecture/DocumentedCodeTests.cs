using AkkaWs.Tests.Support;

namespace AkkaWs.Tests.Architecture;

public sealed class DocumentedCodeTests
{
    [Fact]
    public void The_readme_and_that_of_every_package_show_code()
    {
        string[] packages = [.. Directory.GetFiles(Repository.PathOf("src"), "AkkaWs*.csproj", SearchOption.AllDirectories).Select(project => Path.GetDirectoryName(project)!)];

        var missing = packages.Append(Repository.Root).Select(folder => Path.GetRelativePath(Repository.Root, Path.Combine(folder, "README.md")))
            .Except(Blocks().Select(block => block.Page));

        Assert.NotEmpty(packages);
        Assert.Empty(missing);
    }

    [Fact]
    public void All_code_in_our_pages_compiles() => Assert.Empty(Blocks().SelectMany(DocumentedCode.ErrorsOf));

    [Fact]
    public void Programs_declarations_and_marked_fragments_compile()
    {
        const string page = """
            ```csharp
            using AkkaWs.Primitives;
            Topic topic = "a";
            Console.WriteLine(await Task.FromResult(topic));
            ```

            ```csharp
            public sealed class MyVenue : AkkaWs.Protocol.GenericJsonHandler;
            ```

            <!-- fragment -->
            ```csharp
            Topic topic = options.Name;
            await system.Terminate();
            ```

            ```bash
            dotnet test
            ```
            """;

        var blocks = DocumentedCode.BlocksOf("page.md", page).ToList();

        Assert.Equal([false, false, true], blocks.Select(block => block.IsFragment));
        Assert.Empty(blocks.SelectMany(DocumentedCode.ErrorsOf));
    }

    [Fact]
    public void An_error_is_told_with_its_page_and_line()
    {
        var block = Assert.Single(DocumentedCode.BlocksOf("docs/page.md", "# Title\n\n```csharp\nvar a = 1;\nNoSuch.Thing(a);\n```\n"));

        var error = Assert.Single(DocumentedCode.ErrorsOf(block));

        Assert.StartsWith("docs/page.md:5: CS0103", error, StringComparison.Ordinal);
    }

    private static IEnumerable<CodeBlock> Blocks()
    {
        string[] pages =
        [
            Repository.PathOf("README.md"),
            .. Directory.GetFiles(Repository.PathOf("docs"), "*.md", SearchOption.AllDirectories).Order(StringComparer.Ordinal),
            .. Directory.GetDirectories(Repository.PathOf("src")).Select(project => Path.Combine(project, "README.md")).Where(File.Exists).Order(StringComparer.Ordinal),
        ];
        return pages.SelectMany(page => DocumentedCode.BlocksOf(Path.GetRelativePath(Repository.Root, page), File.ReadAllText(page)));
    }
}
