using System.Diagnostics;

namespace AkkaWs.Policies;

/// <summary>Decides what happens while two physical connections overlap in a rotation. Pure.</summary>
internal static class OverlapPolicy
{
    /// <summary>
    /// Whether the new connection may deliver what it brings: the old one will bring no more, or is not waited for any longer. Where it is to say
    /// so, a new one that can hold no more is not read meanwhile; where it never will, there is nothing to wait for.
    /// </summary>
    public static bool MayDeliver(Overlap overlap) => overlap.IsOver || (overlap.Confirms ? overlap.HasLeftTopics : overlap.IsFull);

    /// <summary>Whether the old connection may be closed.</summary>
    public static bool MayClose(Overlap overlap) => MayDeliver(overlap) && (overlap.RequestsInFlight == 0 || overlap.IsOver);

    /// <summary>
    /// Whether the new connection's update came by the old one already: by the venue's number where there is one, else by the time at which both
    /// were read. In doubt it did not: a duplicate does less harm than a loss.
    /// </summary>
    /// <param name="update">The new connection's update.</param>
    /// <param name="last">The old connection's last update of the topic.</param>
    /// <param name="skew">How far apart the two connections may bring the same update; null: unknown.</param>
    public static bool IsDuplicate(UpdateMark update, UpdateMark last, TimeSpan? skew) => update.Sequence is { } sequence
        ? sequence <= last.Sequence
        : skew is { } apart && Stopwatch.GetElapsedTime(update.ReceivedAt, last.ReceivedAt) > apart;
}

/// <summary>How far an overlap is.</summary>
/// <param name="Confirms">Whether the server confirms what is subscribed and unsubscribed.</param>
/// <param name="HasLeftTopics">The server has confirmed that the old connection is subscribed to nothing.</param>
/// <param name="RequestsInFlight">Requests that wait for their answer on the old connection.</param>
/// <param name="IsOver">The time of the overlap is over, or the old connection is gone.</param>
/// <param name="IsFull">The new connection can hold no more updates.</param>
internal readonly record struct Overlap(bool Confirms, bool HasLeftTopics, int RequestsInFlight, bool IsOver, bool IsFull);

/// <summary>What tells an update of a topic from another.</summary>
/// <param name="Sequence">The venue's number, where it has one.</param>
/// <param name="ReceivedAt">When it was read, in ticks of <see cref="Stopwatch"/>.</param>
internal readonly record struct UpdateMark(long? Sequence, long ReceivedAt);
