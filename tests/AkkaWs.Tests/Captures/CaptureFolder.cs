using AkkaWs.Tests.Support;

namespace AkkaWs.Tests.Captures;

/// <summary>Recordings that lie beside the repository and not in it.</summary>
internal static class CaptureFolder
{
    public static string? Path { get; } = Find();

    private static string? Find()
    {
        var folder = System.IO.Path.GetFullPath(Repository.PathOf("..", "shared", "data", "captures"));
        return Directory.Exists(folder) ? folder : null;
    }
}

[AttributeUsage(AttributeTargets.Method)]
internal sealed class CapturesTheoryAttribute : TheoryAttribute
{
    public CapturesTheoryAttribute()
    {
        if (CaptureFolder.Path is null)
            Skip = "The recordings (../shared/data/captures beside the repository) are not here.";
    }
}

[AttributeUsage(AttributeTargets.Method)]
internal sealed class CapturesFactAttribute : FactAttribute
{
    public CapturesFactAttribute()
    {
        if (CaptureFolder.Path is null)
            Skip = "The recordings (../shared/data/captures beside the repository) are not here.";
    }
}
