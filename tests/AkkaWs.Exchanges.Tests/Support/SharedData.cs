namespace AkkaWs.Exchanges.Tests;

/// <summary>Recordings and conversations that lie beside the repository and not in it.</summary>
internal static class SharedData
{
    public static string? Captures { get; } = Find("captures");

    public static string? Conversations { get; } = Find("conversations");

    /// <summary>The conversations of an exchange, named by their path below its folder; one that says "none" where they are not here.</summary>
    public static TheoryData<string> ConversationsOf(string exchange) => Conversations is { } folder
        ? [.. Directory.GetFiles(Path.Combine(folder, exchange), "*.txt", SearchOption.AllDirectories).Select(file => Path.GetRelativePath(folder, file)).Order(StringComparer.Ordinal)]
        : ["none"];

    private static string? Find(string kind)
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (!File.Exists(Path.Combine(folder.FullName, "AkkaWs.sln")))
                continue;
            var data = Path.Combine(folder.FullName, "..", "shared", "data", kind);
            return Directory.Exists(data) ? Path.GetFullPath(data) : null;
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

[AttributeUsage(AttributeTargets.Method)]
internal sealed class ConversationsTheoryAttribute : TheoryAttribute
{
    public ConversationsTheoryAttribute()
    {
        if (SharedData.Conversations is null)
            Skip = "The conversations (../shared/data/conversations beside the repository) are not here.";
    }
}

[AttributeUsage(AttributeTargets.Method)]
internal sealed class ConversationsFactAttribute : FactAttribute
{
    public ConversationsFactAttribute()
    {
        if (SharedData.Conversations is null)
            Skip = "The conversations (../shared/data/conversations beside the repository) are not here.";
    }
}
