namespace AkkaWs.Testing;

/// <summary>How many updates are due at a rate; what fell behind by more than a quarter of a second is forgiven.</summary>
internal sealed class PumpSchedule(double updatesPerSecond)
{
    private const double MaxCatchUpSeconds = 0.25;

    private double _due;

    internal int Take(TimeSpan elapsed, bool flowing)
    {
        if (!flowing)
        {
            _due = 0;
            return 0;
        }

        _due = Math.Min(_due + (elapsed.TotalSeconds * updatesPerSecond), Math.Max(1, updatesPerSecond * MaxCatchUpSeconds));
        var whole = (int)_due;
        _due -= whole;
        return whole;
    }
}
