namespace AkkaWs.Exchanges.Tests;

/// <summary>A clock that stands still.</summary>
internal sealed class FixedTime(long unixMilliseconds) : TimeProvider
{
    public override DateTimeOffset GetUtcNow() => DateTimeOffset.FromUnixTimeMilliseconds(unixMilliseconds);
}
