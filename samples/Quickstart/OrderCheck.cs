namespace Quickstart;

/// <summary>
/// Checks one topic's order by two counts: ours, which has no hole even across reconnects, and the venue's, which it writes into its messages. The
/// venue's goes on by exactly one where it counts updates (deltas of an order book), and never back where it counts other things too. Only a lost
/// connection may leave a hole in it, which a snapshot then fills.
/// </summary>
internal sealed class OrderCheck
{
    private long _ours;
    private long? _venues;
    private bool _wasInterrupted;

    public bool InOrder { get; private set; } = true;

    public int Interruptions { get; private set; }

    public bool VenueNumbers => _venues is not null;

    public long? MissedWhileDown { get; private set; }

    public void Interrupt()
    {
        Interruptions++;
        _wasInterrupted = true;
    }

    public void Check(long ours, (long Number, bool IsNext)? venues)
    {
        InOrder &= ours == ++_ours;
        if (venues is not { } now)
            return;
        if (_venues is { } last)
            InOrder &= now.IsNext ? now.Number == last + 1 : now.Number >= last;
        if (now.IsNext)
            MissedWhileDown ??= 0;
        if (_wasInterrupted && MissedWhileDown is { } missed)
            MissedWhileDown = missed + now.Number - _venues!.Value;
        (_venues, _wasInterrupted) = (now.Number, false);
    }
}
