using System.Text.RegularExpressions;
using AkkaWs.Tests.Support;

namespace AkkaWs.Tests.Architecture;

/// <summary>What of our style the build does not report (IDE0003, IDE0049): the rest is in the <c>.editorconfig</c>.</summary>
public sealed partial class StyleTests
{
    [Theory]
    [InlineData("src")]
    [InlineData("tests")]
    [InlineData("samples")]
    public void No_line_says_this_where_it_need_not_or_names_a_type_that_has_a_keyword(string folder) => Assert.Empty(
        from file in Directory.EnumerateFiles(Repository.PathOf(folder), "*.cs", SearchOption.AllDirectories)
        from line in File.ReadLines(file)
        where IsForeign(line)
        select $"{file}: {line.Trim()}");

    [Theory]
    [InlineData("        this._count++;", true)]
    [InlineData("    public String Name { get; }", true)]
    [InlineData("        return new Int32[2];", true)]
    [InlineData("    public static int Of(this Topic topic) => 1;", false)]
    [InlineData("        var type = typeof(string); // a String", false)]
    public void Both_are_found_out(string line, bool isForeign) => Assert.Equal(isForeign, IsForeign(line));

    private static bool IsForeign(string line) => Foreign().IsMatch(Ignored().Replace(line, ""));

    [GeneratedRegex(@"(?<![\w.])(this\.\w|(String|Boolean|Byte|SByte|Char|Decimal|Double|Single|U?Int(16|32|64)|Object)[ .?\[>])")]
    private static partial Regex Foreign();

    // Comments, and what is between quotation marks.
    [GeneratedRegex("\"[^\"]*\"|//.*")]
    private static partial Regex Ignored();
}
