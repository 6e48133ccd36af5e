namespace AkkaWs.Tests.Chaos;

/// <summary>Few rows instead of the full product: faults of two factors that meet are found by every pair of their values, once.</summary>
internal static class Pairwise
{
    /// <summary>Rows that hold every pair of values that any possible row holds, greedily chosen: the same input, the same rows.</summary>
    /// <param name="sizes">How many values each factor has.</param>
    /// <param name="isPossible">Whether a row, one value per factor, can be.</param>
    public static IReadOnlyList<int[]> Cover(IReadOnlyList<int> sizes, Func<int[], bool> isPossible)
    {
        var rows = Product(sizes).Where(isPossible).ToList();
        var open = rows.SelectMany(PairsOf).ToHashSet();
        List<int[]> cover = [];
        while (open.Count > 0)
        {
            var best = rows.MaxBy(row => PairsOf(row).Count(open.Contains))!;
            cover.Add(best);
            open.ExceptWith(PairsOf(best));
        }

        return cover;
    }

    public static IEnumerable<int[]> Product(IReadOnlyList<int> sizes) => sizes.Aggregate(
        (IEnumerable<int[]>)[[]], (rows, size) => rows.SelectMany(row => Enumerable.Range(0, size).Select(value => (int[])[.. row, value])));

    public static IEnumerable<Pair> PairsOf(int[] row) =>
        from first in Enumerable.Range(0, row.Length)
        from second in Enumerable.Range(first + 1, row.Length - first - 1)
        select new Pair(first, row[first], second, row[second]);

    /// <summary>Two factors and a value of each.</summary>
    internal readonly record struct Pair(int First, int FirstValue, int Second, int SecondValue);
}
