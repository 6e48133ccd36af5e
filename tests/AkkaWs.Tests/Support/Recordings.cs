namespace AkkaWs.Tests.Support;

/// <summary>
/// Messages that were recorded of venues and are not part of the repository: below the folder that <c>AKKAWS_RECORDINGS</c> names, in <c>captures</c> and <c>conversations</c>. Without the variable it is <c>../shared/data</c>.
/// </summary>
internal static class Recordings
{
    private const string Variable = "AKKAWS_RECORDINGS";

    private static readonly string Root = Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } folder ? folder : Repository.PathOf("..", "shared", "data");

    /// <summary>The folder of a kind; null where it is not here.</summary>
    public static string? Find(string kind) => Directory.Exists(Path.Combine(Root, kind)) ? Path.GetFullPath(Path.Combine(Root, kind)) : null;

    /// <summary>Why tests that need a kind are skipped; null where it is here.</summary>
    public static string? Missing(string kind) => Find(kind) is null
        ? $"Needs recorded messages, which are not part of the repository. To run it, set {Variable} to a folder that has them in \"{kind}\"."
        : null;
}
