using System.Text;

namespace AkkaWs.Primitives;

// URLs: a key may stand in the user info, the path, the query or the fragment.
internal static partial class Redactor
{
    private const string Withheld = "…";

    // As much as anyone looks at of what is no URL.
    private const int LongestUnparsed = 128;

    /// <summary>Scheme, host, port, and the path without the segments that may be keys.</summary>
    public static string Url(Uri url)
    {
        if (!url.IsAbsoluteUri || url.Host.Length == 0)
            return Unparsed(url.OriginalString);
        return url.GetComponents(UriComponents.SchemeAndServer, UriFormat.UriEscaped) + Path(url.AbsolutePath);
    }

    /// <summary>The same of what may be no URL, as far as its parts can be told.</summary>
    public static string Url(string url) =>
        Uri.TryCreate(url, UriKind.Absolute, out var parsed) && (parsed.UserInfo.Length > 0 || !url.Contains('@', StringComparison.Ordinal)) ? Url(parsed) : Unparsed(url);

    /// <summary>The path of a URL without the segments that may be keys, and without what the options' own URL does not say.</summary>
    public static string Path(Uri url, Uri configured)
    {
        var known = configured.AbsolutePath.Split('/');
        return string.Join('/', Path(url.AbsolutePath).Split('/').Select((segment, i) => i < known.Length && known[i] == segment ? segment : Withheld));
    }

    private static string Path(string path)
    {
        var segments = path.Split('/');
        return string.Join('/', segments.Select((segment, i) => segment.Length > 0 && (SecretShapes.IsKeySegment(segment) || IsNamedBefore(segments, i)) ? Withheld : segment));
    }

    // /token/abc
    private static bool IsNamedBefore(string[] segments, int i) => i > 0 && SecretShapes.IsName(Encoding.UTF8.GetBytes(segments[i - 1]));

    private static string Unparsed(string url)
    {
        // User info first: a password may hold what ends a path elsewhere.
        var start = url.IndexOf("//", StringComparison.Ordinal) is >= 0 and var slashes ? slashes + 2 : 0;
        var at = url.LastIndexOf('@');
        if (at >= start)
            url = url[..start] + Withheld + url[at..];
        else if (at >= 0)
            (url, start) = (Withheld + url[at..], 0);
        var end = url.AsSpan().IndexOfAny('?', '#');
        var known = end < 0 ? url : url[..end];
        start = Math.Min(start, known.Length);
        var path = start == 0 ? 0 : known.IndexOf('/', start) is >= 0 and var slash ? slash : known.Length;
        var shown = known[..start] + Host(known[start..path]) + Path(known[path..]) + (end < 0 ? "" : Withheld);
        return OutsideText.Line(shown, LongestUnparsed);
    }

    private static string Host(string host) => Array.Exists(host.Split('.'), SecretShapes.IsKeySegment) ? Withheld : host;
}
