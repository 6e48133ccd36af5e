namespace AkkaWs.Tests.Support;

/// <summary>Where the repository's own files are.</summary>
internal static class Repository
{
    public static string Root { get; } = FindRoot(new DirectoryInfo(AppContext.BaseDirectory));

    public static string PathOf(params ReadOnlySpan<string> parts) => Path.Combine([Root, .. parts]);

    private static string FindRoot(DirectoryInfo? folder) => folder switch
    {
        null => throw new InvalidOperationException("The tests do not run inside the repository."),
        _ when File.Exists(Path.Combine(folder.FullName, "AkkaWs.sln")) => folder.FullName,
        _ => FindRoot(folder.Parent),
    };
}
