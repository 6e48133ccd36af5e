namespace Akka.Actor;

/// <summary>Reading and writing actor paths and the names in them.</summary>
internal static class ActorPathText
{
    private const string Digits = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+~";

    /// <summary>The generated name of the n-th anonymous child: <c>$a</c>, <c>$b</c> and so on.</summary>
    public static string Generated(long number)
    {
        Span<char> name = stackalloc char[13];
        name[0] = '$';
        var length = 1;
        do
        {
            name[length++] = Digits[(int)(number & 63)];
            number >>= 6;
        }
        while (number > 0);
        return new string(name[..length]);
    }

    public static string Join(ActorPath path)
    {
        var length = 0;
        for (var at = path; at.Depth > 0; at = at.Parent)
            length += at.Name.Length + 1;
        return string.Create(length, path, static (span, leaf) =>
        {
            var end = span.Length;
            for (var at = leaf; at.Depth > 0; at = at.Parent)
            {
                end -= at.Name.Length;
                at.Name.CopyTo(span[end..]);
                span[--end] = '/';
            }
        });
    }

    public static bool IsValid(ReadOnlySpan<char> name)
    {
        for (var i = 0; i < name.Length; i++)
        {
            var c = name[i];
            if (char.IsAsciiLetterOrDigit(c) || ActorPath.ValidSymbols.Contains(c, StringComparison.Ordinal))
                continue;
            if (c != '%' || i + 2 >= name.Length || !char.IsAsciiHexDigit(name[i + 1]) || !char.IsAsciiHexDigit(name[i + 2]))
                return false;
            i += 2;
        }

        return true;
    }

    public static bool TryParse(ActorPath basePath, ReadOnlySpan<char> text, out ActorPath path)
    {
        path = basePath;
        if (basePath is null)
        {
            if (!Address.TryRead(text, out var address, out text))
                return false;
            path = new RootActorPath(address);
        }

        foreach (var range in text.Split('/'))
        {
            if (text[range].IsEmpty)
                continue;
            path = path.Child(text[range].ToString());
        }

        return true;
    }
}
