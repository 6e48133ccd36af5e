namespace AkkaWs.Benchmarks.Charting;

/// <summary>One bar of a chart.</summary>
/// <param name="Label">What was measured.</param>
/// <param name="Ratio">Its throughput, as a multiple of the baseline's.</param>
internal sealed record Bar(string Label, double Ratio);
