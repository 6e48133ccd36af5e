using AkkaWs.Protocol;

namespace AkkaWs.Policies;

/// <summary>Whether a venue's number follows the one before it.</summary>
internal static class SequenceCheck
{
    /// <summary>The number that was due, if <paramref name="received"/> is not it.</summary>
    /// <param name="rule">How the venue numbers.</param>
    /// <param name="last">The number before; null: none is known.</param>
    /// <param name="received">The number of the update.</param>
    /// <param name="previous">What the update says is the number before it, where the venue says so.</param>
    public static long? Missing(SequenceRule rule, long? last, long received, long? previous)
    {
        if (last is not { } known)
            return null;
        var follows = rule == SequenceRule.Increasing ? received > known
            : previous is { } named ? named == known
            : received == known + 1;
        return follows ? null : known + 1;
    }
}
