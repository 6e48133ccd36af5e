namespace AkkaWs.Transport;

/// <summary>
/// The time that a connection's policies see, from any thread; it never goes back. A timer that fired proves that its time has come, whatever
/// the grain of the clock that it is held against.
/// </summary>
internal sealed class TrafficClock(Func<TimeSpan> elapsed)
{
    private long _reached;

    public TimeSpan Now => new(Math.Max(elapsed().Ticks, Volatile.Read(ref _reached)));

    /// <summary>A timer that was set for this time has fired. One caller at a time.</summary>
    public void Reach(TimeSpan due)
    {
        if (due.Ticks > _reached)
            Volatile.Write(ref _reached, due.Ticks);
    }
}
