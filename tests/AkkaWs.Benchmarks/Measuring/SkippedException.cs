namespace AkkaWs.Benchmarks.Measuring;

/// <summary>This machine cannot measure the contender: its rows show the reason instead of a figure.</summary>
internal sealed class SkippedException(string reason) : Exception(reason);
