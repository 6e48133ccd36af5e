using System.Diagnostics;
using AkkaWs.Errors;
using AkkaWs.Messages;
using AkkaWs.Policies;
using AkkaWs.Primitives;

namespace AkkaWs.Routing;

/// <summary>What waits unread for a subscription at one moment.</summary>
/// <param name="Updates">How many updates.</param>
/// <param name="Bytes">Their payload.</param>
/// <param name="Age">How long ago the oldest of them was read from the socket; zero if none waits.</param>
internal readonly record struct Unread(long Updates, long Bytes, TimeSpan Age)
{
    /// <param name="updates">How many updates.</param>
    /// <param name="bytes">Their payload.</param>
    /// <param name="oldest">When the oldest of them was read, in ticks of <see cref="Stopwatch"/>; null if none waits.</param>
    public static Unread Of(long updates, long bytes, long? oldest) => new(updates, bytes, oldest is { } at ? Stopwatch.GetElapsedTime(at) : TimeSpan.Zero);

    /// <param name="waiting">The updates, the oldest first.</param>
    public static Unread Of(IEnumerable<TopicUpdate> waiting)
    {
        var (updates, bytes, oldest) = (0L, 0L, default(long?));
        foreach (var update in waiting)
            (updates, bytes, oldest) = (updates + 1, bytes + update.Payload.Length, oldest ?? update.ReceivedAt);
        return Of(updates, bytes, oldest);
    }
}

/// <summary>Why a subscription ended by itself: what was unread then, and whose update found no room.</summary>
internal sealed record Lag(Topic Topic, Unread Unread, CloseReason Reason)
{
    /// <summary>One more update or marker of the topic came to a buffer that was full.</summary>
    public static Lag OfFull(Topic topic, Unread unread, BufferLimits limits) => new(topic, unread, new CloseReason(
        ErrorClass.Lagged,
        $"{Words(unread)} when more of {topic} came; its buffer takes {Readable.Count(limits.Messages, "message")} and {Readable.Size(limits.Bytes)}"));

    /// <summary>The buffers of the connection held too much together.</summary>
    public static Lag OfAll(Topic topic, Unread unread, long maxBytes) => new(topic, unread, new CloseReason(
        ErrorClass.Lagged, $"{Words(unread)} the longest of all when the buffers of the connection held more than {Readable.Size(maxBytes)} together"));

    private static string Words(Unread unread) =>
        $"{Readable.Count(unread.Updates, "update")} ({Readable.Size(unread.Bytes)}) waited unread, the oldest for {Readable.Duration(unread.Age)},";
}
