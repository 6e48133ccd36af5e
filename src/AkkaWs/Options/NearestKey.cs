namespace AkkaWs.Options;

/// <summary>Finds the key that was meant by one that is not known.</summary>
internal static class NearestKey
{
    private const int LongestKey = 64;

    /// <summary>The nearest of the known keys, or the option of that name in another section; null where nothing is near.</summary>
    public static string? Find(string key, IEnumerable<string> known) => Nearest(key, known) ?? Elsewhere(key);

    /// <summary>How an unknown key is reported.</summary>
    public static string Describe(string key, IEnumerable<string> known) => Find(key, known) is { } nearest ? $"unknown, did you mean {nearest}?" : "unknown";

    /// <summary>A key as it is compared: <c>PingInterval</c>, <c>ping-interval</c> and <c>PING_INTERVAL</c> are the same.</summary>
    public static string Fold(string key) =>
        key.Replace("-", "", StringComparison.Ordinal).Replace("_", "", StringComparison.Ordinal).ToUpperInvariant();

    private static string? Nearest(string key, IEnumerable<string> known)
    {
        var folded = Fold(key);
        if (folded.Length is 0 or > LongestKey)
            return null;
        return known.Select(candidate => (Key: candidate, Distance: Distance(folded, Fold(candidate))))
            .Where(candidate => candidate.Distance <= Math.Max(1, folded.Length / 3))
            .OrderBy(candidate => candidate.Distance)
            .Select(candidate => candidate.Key)
            .FirstOrDefault();
    }

    private static string? Elsewhere(string key) =>
        OptionCatalog.All.FirstOrDefault(option => Fold(option.Key[(option.Key.LastIndexOf('.') + 1)..]) == Fold(key))?.Key;

    // How many letters are to be added, left out, replaced or swapped with their neighbour (optimal string alignment).
    private static int Distance(string one, string other)
    {
        var rows = new int[one.Length + 1, other.Length + 1];
        for (var i = 0; i <= one.Length; i++)
        {
            for (var j = 0; j <= other.Length; j++)
            {
                if (i == 0 || j == 0)
                {
                    rows[i, j] = i + j;
                    continue;
                }

                rows[i, j] = Math.Min(Math.Min(rows[i, j - 1], rows[i - 1, j]) + 1, rows[i - 1, j - 1] + (one[i - 1] == other[j - 1] ? 0 : 1));
                if (i > 1 && j > 1 && one[i - 1] == other[j - 2] && one[i - 2] == other[j - 1])
                    rows[i, j] = Math.Min(rows[i, j], rows[i - 2, j - 2] + 1);
            }
        }

        return rows[one.Length, other.Length];
    }
}
