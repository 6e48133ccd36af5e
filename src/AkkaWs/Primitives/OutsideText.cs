using System.Buffers;
using System.Globalization;
using System.Text;

namespace AkkaWs.Primitives;

/// <summary>
/// What a server, a proxy, a venue's error or a handler's exception says, made fit to be kept and shown: the one place that escapes what could forge a
/// line, steer a terminal or reorder the text that a person reads, and that bounds the length. What is harmless is left as it is, the same instance.
/// Markup is not escaped: who writes a page does that. Pure.
/// </summary>
internal static class OutsideText
{
    /// <summary>How many characters one text keeps.</summary>
    public const int MostKept = 1_024;

    /// <summary>How many characters an exception's whole message has, which may hold several such texts.</summary>
    public const int MostShown = 8_192;

    // An exception whose causes go deeper is cut there.
    private const int MostCauses = 16;

    // The only line that the framework adds to a message of its own; it forges none.
    private static readonly string ActualValue = Environment.NewLine + "Actual value was ";

    // Controls (C0, DEL, C1), what ends a line elsewhere, what turns the direction of writing (Unicode TR9, section 2), and halves of pairs.
    private static readonly SearchValues<char> Suspects = SearchValues.Create(
    [
        .. From('\u0000', '\u001F'), .. From('\u007F', '\u009F'), '\u061C', '\u200E', '\u200F', .. From('\u2028', '\u202E'), .. From('\u2066', '\u2069'),
        .. From('\uD800', '\uDFFF'),
    ]);

    /// <summary>A text in one line of at most <paramref name="most"/> characters, the last of which is an ellipsis where it was cut; empty for null.</summary>
    public static string Line(string? text, int most = MostKept) => text is null ? ""
        : text.Length <= most && FirstToEscape(text) < 0 ? text
        : Write(text, most);

    /// <summary>A text in one line, however long: for what is an identity.</summary>
    public static string Escape(string text) => FirstToEscape(text) < 0 ? text : Write(text, int.MaxValue);

    /// <summary>What an exception of other people's says, without what looks secret.</summary>
    public static string Of(Exception error) => Line(Redactor.Words(MessageOf(error) ?? "(its message cannot be read)"));

    /// <summary>
    /// An exception that may be shown with all its causes: the same one where none of them says anything that <see cref="Line"/> would change or that
    /// looks secret, else one that stands in for it and names it.
    /// </summary>
    public static Exception? Cause(Exception? error) => error is null || IsFit(error, MostCauses) ? error : StandIn(error, MostCauses);

    private static bool IsFit(Exception error, int depth) =>
        depth > 0 && IsFit(error) && (error is AggregateException all
            ? all.InnerExceptions.All(inner => IsFit(inner, depth - 1))
            : error.InnerException is not { } inner || IsFit(inner, depth - 1));

    // Our own say several such texts, each made fit already.
    private static bool IsFit(Exception error) => MessageOf(error) is { Length: <= MostShown } message
        && FirstToEscape(error is ArgumentOutOfRangeException ? message.Replace(ActualValue, " ", StringComparison.Ordinal) : message) < 0
        && (error.GetType().Assembly == typeof(OutsideText).Assembly || (IsShownByFramework(error) && ReferenceEquals(Redactor.Words(message), message)));

    // Some make it when it is asked for, from what may be gone by then.
    private static string? MessageOf(Exception error)
    {
        try
        {
            return error.Message;
        }
        catch (Exception)
        {
            return null;
        }
    }

    // Who writes an exception down writes more than its message where its type says so.
    private static bool IsShownByFramework(Exception error) =>
        error.GetType().GetMethod(nameof(ToString), Type.EmptyTypes)?.DeclaringType?.Assembly == typeof(Exception).Assembly;

    private static ShownException StandIn(Exception error, int depth) =>
        new(error, depth > 1 && error.InnerException is { } inner ? StandIn(inner, depth - 1) : null);

    private static int FirstToEscape(ReadOnlySpan<char> text)
    {
        for (var at = 0; text[at..].IndexOfAny(Suspects) is var found and >= 0; at += found + 2)
        {
            if (!IsPair(text[(at + found)..]))
                return at + found;
        }

        return -1;
    }

    private static bool IsPair(ReadOnlySpan<char> text) => text.Length > 1 && char.IsSurrogatePair(text[0], text[1]);

    // No escape and no pair is cut in two.
    private static string Write(ReadOnlySpan<char> text, int most)
    {
        var line = new StringBuilder();
        var fits = 0;
        while (!text.IsEmpty)
        {
            var length = IsPair(text) ? 2 : 1;
            if (length == 1 && Suspects.Contains(text[0]))
                line.Append(Name(text[0]));
            else
                line.Append(text[..length]);
            if (line.Length > most)
                return line.ToString(0, fits) + "…";
            if (line.Length < most)
                fits = line.Length;
            text = text[length..];
        }

        return line.ToString();
    }

    private static string Name(char c) => c switch
    {
        '\r' => @"\r",
        '\n' => @"\n",
        '\t' => @"\t",
        _ => string.Create(CultureInfo.InvariantCulture, $@"\u{(int)c:X4}"),
    };

    private static IEnumerable<char> From(char first, char last) => Enumerable.Range(first, last - first + 1).Select(c => (char)c);
}
