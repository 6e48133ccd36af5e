namespace AkkaWs.Benchmarks;

/// <summary>The command line is wrong, and how.</summary>
internal sealed class UsageException(string message) : Exception(message);
