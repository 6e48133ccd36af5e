namespace AkkaWs.Policies;

/// <summary>How many times in a row something was tried again. Pure: time comes in as an argument.</summary>
internal sealed class RetryRounds
{
    private int _rounds;
    private TimeSpan? _settledAt;

    /// <summary>Nothing is left to try.</summary>
    public void Settle(TimeSpan now) => _settledAt ??= now;

    /// <summary>Something is to be tried again.</summary>
    /// <param name="now">The time.</param>
    /// <param name="stableAfter">The rounds begin anew where nothing was left to try for so long.</param>
    /// <returns>Which round it is, from 1.</returns>
    public int Next(TimeSpan now, TimeSpan stableAfter)
    {
        if (_settledAt is { } since && now - since >= stableAfter)
            _rounds = 0;
        _settledAt = null;
        return ++_rounds;
    }

    /// <summary>The next round is the first.</summary>
    public void BeginAnew() => _rounds = 0;
}
