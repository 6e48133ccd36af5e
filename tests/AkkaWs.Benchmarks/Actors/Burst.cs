using System.Diagnostics;

namespace AkkaWs.Benchmarks.Actors;

/// <summary>A new object for each message: what the rows of the <c>akka</c> table send.</summary>
internal sealed class Message(int number)
{
    public int Number { get; } = number;
}

/// <summary>Repeats bursts of a fixed size until the time is over, so that no queue grows without end; the first one warms up.</summary>
internal static class Burst
{
    public const int Size = 1_000_000;

    public static async Task<(long Sent, TimeSpan Elapsed)> RepeatAsync(TimeSpan duration, Func<int, Task> burst)
    {
        await burst(Size / 4);
        var started = Stopwatch.GetTimestamp();
        long sent = 0;
        do
        {
            await burst(Size);
            sent += Size;
        }
        while (Stopwatch.GetElapsedTime(started) < duration);
        return (sent, Stopwatch.GetElapsedTime(started));
    }
}
