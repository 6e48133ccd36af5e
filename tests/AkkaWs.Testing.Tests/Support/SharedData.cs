namespace AkkaWs.Testing.Tests;

/// <summary>Recordings that lie beside the repository and not in it.</summary>
internal static class SharedData
{
    public static string? Captures { get; } = Find();

    private static string? Find()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (!File.Exists(Path.Combine(folder.FullName, "AkkaWs.sln")))
                continue;
            var captures = Path.Combine(folder.FullName, "..", "shared", "data", "captures");
            return Directory.Exists(captures) ? Path.GetFullPath(captures) : null;
        }

        return null;
    }
}

[AttributeUsage(AttributeTargets.Method)]
internal sealed class CapturesFactAttribute : FactAttribute
{
    public CapturesFactAttribute()
    {
        if (SharedData.Captures is null)
            Skip = "The recordings (../shared/data/captures beside the repository) are not here.";
    }
}

[AttributeUsage(AttributeTargets.Method)]
internal sealed class CapturesTheoryAttribute : TheoryAttribute
{
    public CapturesTheoryAttribute()
    {
        if (SharedData.Captures is null)
            Skip = "The recordings (../shared/data/captures beside the repository) are not here.";
    }
}
