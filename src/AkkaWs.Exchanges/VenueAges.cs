namespace AkkaWs.Exchanges;

/// <summary>After how long without an update a topic counts as stale, unless subscribers or options say otherwise.</summary>
internal static class VenueAges
{
    /// <summary>Of tickers and order books.</summary>
    public static TimeSpan Lively { get; } = TimeSpan.FromSeconds(60);
}
