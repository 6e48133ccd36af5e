namespace AkkaWs.Telemetry;

/// <summary>
/// Which transitions are logged one by one: those of the first few attempts, and a recovery unless it is one of many. Of the rest a summary is due
/// once in a while. Pure: time comes in as an argument.
/// </summary>
internal sealed class ReconnectLog(TimeSpan interval)
{
    // So many attempts in a row are told one by one.
    private const int Loud = 3;

    private TimeSpan? _quietSince;
    private TimeSpan? _lastRecovery;
    private TimeSpan _summarisedAt;
    private int _unlogged;

    /// <summary>Whether a transition is one of many.</summary>
    /// <param name="attempt">The attempt in a row that it belongs to.</param>
    public static bool IsRepetition(int attempt) => attempt > Loud;

    /// <summary>Whether it is to be told that the connection is Ready again.</summary>
    public bool Recovers(int attempt, TimeSpan now)
    {
        _quietSince = null;
        if (IsRepetition(attempt) && now - _lastRecovery < interval)
            return false;
        _lastRecovery = now;
        return true;
    }

    /// <summary>The next attempt is planned: whether a summary is due, since when attempts are not logged, and how many were not.</summary>
    public (TimeSpan Since, int Unlogged)? Plan(int attempt, TimeSpan now)
    {
        if (!IsRepetition(attempt))
        {
            (_quietSince, _unlogged) = (null, 0);
            return null;
        }

        if (_quietSince is null)
            (_quietSince, _summarisedAt) = (now, _unlogged == 0 ? now : _summarisedAt);
        _unlogged++;
        if (now - _summarisedAt < interval)
            return null;
        var summary = (now - _summarisedAt, _unlogged);
        (_summarisedAt, _unlogged) = (now, 0);
        return summary;
    }
}
