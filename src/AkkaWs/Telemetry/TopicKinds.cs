using System.Buffers;

namespace AkkaWs.Telemetry;

/// <summary>The kinds of topics that a connection's metrics tell apart: at most <see cref="Most"/>, and nothing that could be a key or a token.</summary>
internal sealed class TopicKinds
{
    /// <summary>How many kinds there are at most, beside <see cref="Other"/>.</summary>
    public const int Most = 32;

    /// <summary>What has no kind, or one too many.</summary>
    public const string Other = "other";

    private const int Longest = 32;
    private static readonly SearchValues<char> Chars = SearchValues.Create("-_0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");

    private readonly List<string> _known = [];

    /// <summary>The kind under which to count: the one that the handler named, or <see cref="Other"/>.</summary>
    public string Of(string? named)
    {
        if (string.IsNullOrEmpty(named) || named.Length > Longest || named.AsSpan().ContainsAnyExcept(Chars))
            return Other;
        if (_known.Find(known => known == named) is { } known)
            return known;
        if (_known.Count >= Most)
            return Other;
        _known.Add(named);
        return named;
    }
}
