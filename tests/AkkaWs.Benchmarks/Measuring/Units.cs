namespace AkkaWs.Benchmarks.Measuring;

/// <summary>What the unit of a row says about its figures.</summary>
internal static class Units
{
    /// <summary>What a figure of one is in the unit without its prefix, so that rows of M/s and k/s compare.</summary>
    public static double Scale(string unit) => unit switch { "M/s" => 1e6, "k/s" => 1e3, _ => 1 };

    /// <summary>More is better for rates; less is better for times, bytes and shares of a core.</summary>
    public static bool MoreIsBetter(string unit) => unit is "M/s" or "k/s";
}
