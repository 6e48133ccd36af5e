using System.Text;
using System.Text.RegularExpressions;
using AkkaWs.Tests.Support;

namespace AkkaWs.Tests.Architecture;

/// <summary>A page of Markdown: its blocks of code, its links, and the anchors that a link may lead to.</summary>
/// <param name="Name">The page, relative to the root, with forward slashes.</param>
/// <param name="Markdown">Its text.</param>
internal sealed partial record DocumentedPage(string Name, string Markdown)
{
    /// <summary>All pages that readers are led to: the front page, the page on security, the guides, the packages' pages, and the benchmarks' page.</summary>
    public static IReadOnlyList<DocumentedPage> All { get; } =
    [
        .. new[] { Repository.PathOf("README.md"), Repository.PathOf("SECURITY.md"), Repository.PathOf("tests", "AkkaWs.Benchmarks", "README.md") }
            .Concat(Directory.GetFiles(Repository.PathOf("docs"), "*.md", SearchOption.AllDirectories))
            .Concat(Directory.GetDirectories(Repository.PathOf("src")).Select(project => Path.Combine(project, "README.md")).Where(File.Exists))
            .Select(path => new DocumentedPage(Path.GetRelativePath(Repository.Root, path).Replace('\\', '/'), File.ReadAllText(path)))
            .OrderBy(page => page.Name, StringComparer.Ordinal),
    ];

    public IEnumerable<CodeBlock> Blocks => DocumentedCode.BlocksOf(Name, Markdown);

    /// <summary>The targets of its links and pictures, as they are written.</summary>
    public IEnumerable<string> Links => Link().Matches(InlineCode().Replace(Prose, "")).Select(match => match.Groups["target"].Value);

    /// <summary>The anchors of its headings, as GitHub makes them.</summary>
    public IReadOnlySet<string> Anchors
    {
        get
        {
            var anchors = new HashSet<string>(StringComparer.Ordinal);
            foreach (Match heading in Heading().Matches(Prose))
            {
                var anchor = AnchorOf(heading.Groups["text"].Value);
                for (var n = 1; !anchors.Add(n == 1 ? anchor : $"{anchor}-{n - 1}"); n++)
                {
                }
            }

            return anchors;
        }
    }

    /// <summary>The targets that lead nowhere: to a file that is not there, or to a heading that is not there. Links to the web are not followed.</summary>
    public IEnumerable<string> BrokenLinks(Func<string, DocumentedPage?> find, Func<string, bool> exists)
    {
        foreach (var link in Links.Where(link => !link.Contains("://", StringComparison.Ordinal)))
        {
            var (path, anchor) = link.Split('#', 2) is [var before, var behind] ? (before, behind) : (link, null);
            var target = path.Length == 0 ? Name : Path.GetRelativePath("/", Path.GetFullPath(path, "/" + Path.GetDirectoryName(Name))).Replace('\\', '/');
            if (path.Length > 0 && !exists(target))
                yield return $"{Name}: {link} (no such file)";
            else if (anchor is not null && find(target)?.Anchors.Contains(anchor) != true)
                yield return $"{Name}: {link} (no such heading)";
        }
    }

    private string Prose => Fenced().Replace(Markdown.ReplaceLineEndings("\n"), "");

    private static string AnchorOf(string heading)
    {
        var anchor = new StringBuilder();
        foreach (var character in LinkMarkup().Replace(heading, "$1").Trim().ToLowerInvariant())
        {
            if (character == ' ')
                anchor.Append('-');
            else if (char.IsLetterOrDigit(character) || character is '-' or '_')
                anchor.Append(character);
        }

        return anchor.ToString();
    }

    [GeneratedRegex(@"^[ ]*```.*?^[ ]*```[ ]*$", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Fenced();

    [GeneratedRegex("`[^`\n]*`")]
    private static partial Regex InlineCode();

    [GeneratedRegex(@"\]\((?<target>[^)\s]+)\)")]
    private static partial Regex Link();

    [GeneratedRegex(@"\[([^\]]*)\]\([^)]*\)")]
    private static partial Regex LinkMarkup();

    [GeneratedRegex(@"^#{1,6} (?<text>.+)$", RegexOptions.Multiline)]
    private static partial Regex Heading();
}
