namespace AkkaWs.Testing.Tests;

/// <summary>A clock that tests move; its timers go by the system's, so that a simulator looks at it all the time.</summary>
internal sealed class HandClock : TimeProvider
{
    private long _milliseconds = new DateTimeOffset(2026, 8, 13, 12, 0, 0, TimeSpan.Zero).ToUnixTimeMilliseconds();

    public override DateTimeOffset GetUtcNow() => DateTimeOffset.FromUnixTimeMilliseconds(Interlocked.Read(ref _milliseconds));

    public void Advance(TimeSpan time) => Interlocked.Add(ref _milliseconds, (long)time.TotalMilliseconds);
}
