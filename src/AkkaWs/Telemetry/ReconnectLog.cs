namespace AkkaWs.Telemetry;

/// <summary>
/// How attempts to reconnect are logged: the first few one by one, the rest in summaries. A loss and a return of Ready are always logged. Pure: time
/// comes in as an argument.
/// </summary>
internal sealed class ReconnectLog(TimeSpan interval)
{
    // So many attempts in a row are logged one by one.
    private const int Loud = 3;

    // The first summary comes sooner than the others: a reader must not take the silence for a connection that is up.
    private static readonly TimeSpan FirstSummary = TimeSpan.FromSeconds(10);

    private TimeSpan? _due;
    private TimeSpan _since;
    private int _unlogged;

    /// <summary>Whether the attempt is one of many.</summary>
    /// <param name="attempt">The attempt's number since the last stable connection.</param>
    public static bool IsRepetition(int attempt) => attempt > Loud;

    /// <summary>The next attempt is planned.</summary>
    /// <returns>When the next summary is due; null while attempts are logged one by one.</returns>
    public TimeSpan? Plan(int attempt, TimeSpan now)
    {
        if (!IsRepetition(attempt))
        {
            Recovered();
            return null;
        }

        _unlogged++;
        if (_due is null)
            (_since, _due) = (now, now + (interval < FirstSummary ? interval : FirstSummary));
        return _due;
    }

    /// <summary>A summary is logged now.</summary>
    /// <returns>How long a time it is about, how many attempts were planned in it, and when the next one is due.</returns>
    public (TimeSpan Within, int Unlogged, TimeSpan NextDue) Summarise(TimeSpan now)
    {
        var (within, unlogged, next) = (now - _since, _unlogged, now + interval);
        (_since, _unlogged, _due) = (now, 0, next);
        return (within, unlogged, next);
    }

    /// <summary>The connection is Ready again, or its attempts are logged one by one again.</summary>
    public void Recovered() => (_due, _unlogged) = (null, 0);
}
