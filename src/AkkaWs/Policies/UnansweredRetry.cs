namespace AkkaWs.Policies;

/// <summary>How long to wait before topics are asked for again, one by one, about which the server did not answer.</summary>
internal static class UnansweredRetry
{
    public static readonly TimeSpan First = TimeSpan.FromSeconds(30);
    public static readonly TimeSpan Longest = TimeSpan.FromMinutes(5);

    /// <summary>30 s, then twice as long each time, up to 5 min.</summary>
    /// <param name="round">How many times in a row, from 1.</param>
    public static TimeSpan Delay(int round) => round > 4 ? Longest : First * (1 << (round - 1));
}
