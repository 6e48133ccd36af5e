using AkkaWs.Options;
using AkkaWs.Tests.Support;

namespace AkkaWs.Tests.Options;

public sealed class OptionsTableTests
{
    [Fact]
    public void The_page_of_all_options_is_what_the_code_says()
    {
        var path = Repository.PathOf("docs", "options.md");
        var page = OptionsTable.Write();
        if (Environment.GetEnvironmentVariable("AKKAWS_APPROVE") == "1")
            File.WriteAllText(path, page);

        Assert.True(
            File.Exists(path) && File.ReadAllText(path).ReplaceLineEndings("\n") == page,
            $"docs/options.md is not what the code says; write it anew: AKKAWS_APPROVE=1 dotnet test tests/AkkaWs.Tests --filter {nameof(OptionsTableTests)}");
    }

    [Fact]
    public void Every_option_has_a_row_with_a_meaning_and_a_range()
    {
        var rows = OptionsTable.Write().Split('\n').Where(line => line.StartsWith("| `", StringComparison.Ordinal)).Select(line => line.Split(" | ")).ToList();

        Assert.All(OptionCatalog.All, option =>
        {
            var row = Assert.Single(rows, cells => cells[0] == $"| `{option.Key}`" && cells.Length == 5);
            Assert.All(row, cell => Assert.NotEmpty(cell.Trim(' ', '|')));
        });
    }
}
