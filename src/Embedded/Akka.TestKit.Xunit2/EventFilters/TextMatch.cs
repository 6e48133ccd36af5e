using System.Text.RegularExpressions;

namespace Akka.TestKit.Internal;

/// <summary>What a text has to be like.</summary>
internal sealed record TextMatch(string Description, Predicate<string> Holds)
{
    public static TextMatch Any { get; } = new("", _ => true);

    public static TextMatch Message(string message, string start, string contains) => (message, start, contains) switch
    {
        ({ }, _, _) => new($"== \"{message}\"", text => text == message),
        (_, { }, _) => new($"starts with \"{start}\"", text => text?.StartsWith(start, StringComparison.Ordinal) == true),
        (_, _, { }) => new($"contains \"{contains}\"", text => text?.Contains(contains, StringComparison.Ordinal) == true),
        _ => Any,
    };

    public static TextMatch Message(Regex pattern) => new($"matches regex \"{pattern}\"", text => text is not null && pattern.IsMatch(text));

    /// <summary>A source is given as it is logged, or as a path with or without its address.</summary>
    public static TextMatch Source(string source) => source is null ? Any : new($"== \"{source}\"", text =>
        text is not null && (text == source || Path(text) == Path(source) || (source.StartsWith('/') && Relative(Path(text)) == Path(source))));

    private static string Path(string text)
    {
        var end = text.IndexOf('#', StringComparison.Ordinal);
        return (end < 0 ? text : text[..end]).TrimStart('[').TrimEnd(']', '/');
    }

    private static string Relative(string path)
    {
        var scheme = path.IndexOf("://", StringComparison.Ordinal);
        var start = scheme < 0 ? -1 : path.IndexOf('/', scheme + 3);
        return start < 0 ? path : path[start..];
    }
}
