using System.Text.Json;
using System.Text.RegularExpressions;
using Akka.Configuration;
using AkkaWs.Options;
using AkkaWs.Tests.Support;

namespace AkkaWs.Tests.Architecture;

public sealed partial class DocumentedCodeTests
{
    private static readonly JsonDocumentOptions WithComments = new() { CommentHandling = JsonCommentHandling.Skip };

    [Fact]
    public void The_readme_and_that_of_every_package_show_code()
    {
        string[] packages = [.. Directory.GetFiles(Repository.PathOf("src"), "AkkaWs*.csproj", SearchOption.AllDirectories).Select(project => Path.GetDirectoryName(project)!)];

        var missing = packages.Append(Repository.Root).Select(folder => Path.GetRelativePath(Repository.Root, Path.Combine(folder, "README.md")))
            .Except(Blocks("csharp").Select(block => block.Page));

        Assert.NotEmpty(packages);
        Assert.Empty(missing);
    }

    [Fact]
    public void Every_block_of_code_in_the_guides_names_a_language_whose_blocks_are_checked()
    {
        var guides = DocumentedPage.All.Where(page => !page.Name.StartsWith("tests/", StringComparison.Ordinal));
        var languages = guides.SelectMany(page => page.Blocks).Select(block => block.Language).ToHashSet();

        Assert.Subset(new HashSet<string> { "csharp", "bash", "hocon", "json", "mermaid", "text" }, languages);
    }

    [Fact]
    public void All_code_in_our_pages_compiles() => Assert.Empty(Blocks("csharp").SelectMany(DocumentedCode.ErrorsOf));

    [Fact]
    public void All_HOCON_in_our_pages_is_read_and_configures_valid_connections()
    {
        var read = 0;
        foreach (var block in Blocks("hocon"))
        {
            var config = ConfigurationFactory.ParseString(block.Code);
            foreach (var (name, _) in config.GetConfig("akka-ws.connections")?.Root.GetObject().Items ?? new Dictionary<string, Akka.Configuration.Hocon.HoconValue>())
            {
                Assert.Equal(name, HoconOptionsReader.Read(config, name).Name);
                read++;
            }
        }

        Assert.True(read > 0, "No page shows a connection in HOCON.");
    }

    [Fact]
    public void All_JSON_in_our_pages_is_JSON()
    {
        foreach (var block in Blocks("json"))
            JsonDocument.Parse(block.Code, WithComments).Dispose();
    }

    [Fact]
    public void Every_project_that_a_command_in_our_pages_names_exists()
    {
        var projects = Blocks("bash").SelectMany(block => Project().Matches(block.Code)).Select(match => match.Groups["path"].Value).ToHashSet();

        Assert.Contains("samples/Quickstart", projects);
        Assert.All(projects, path => Assert.True(Path.Exists(Repository.PathOf(path)), path));
    }

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

        var blocks = DocumentedCode.BlocksOf("page.md", page).Where(block => block.Language == "csharp").ToList();

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

    private static IEnumerable<CodeBlock> Blocks(string language) => DocumentedPage.All.SelectMany(page => page.Blocks).Where(block => block.Language == language);

    [GeneratedRegex(@"(?:--project |dotnet (?:build|test|pack) )(?<path>[A-Za-z][\w./]*)")]
    private static partial Regex Project();
}
