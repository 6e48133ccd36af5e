using AkkaWs.Tests.Support;

namespace AkkaWs.Exchanges.Tests;

/// <summary>Recordings and conversations that are not part of the repository.</summary>
internal static class SharedData
{
    public const string CapturesKind = "captures";

    public const string ConversationsKind = "conversations";

    public static string? Captures { get; } = Recordings.Find(CapturesKind);

    public static string? Conversations { get; } = Recordings.Find(ConversationsKind);

    /// <summary>The conversations of an exchange, named by their path below its folder; one that says "none" where they are not here.</summary>
    public static TheoryData<string> ConversationsOf(string exchange) => Conversations is { } folder
        ? [.. Directory.GetFiles(Path.Combine(folder, exchange), "*.txt", SearchOption.AllDirectories).Select(file => Path.GetRelativePath(folder, file)).Order(StringComparer.Ordinal)]
        : ["none"];
}

[AttributeUsage(AttributeTargets.Method)]
internal sealed class CapturesFactAttribute : FactAttribute
{
    public CapturesFactAttribute() => Skip = Recordings.Missing(SharedData.CapturesKind);
}

[AttributeUsage(AttributeTargets.Method)]
internal sealed class CapturesTheoryAttribute : TheoryAttribute
{
    public CapturesTheoryAttribute() => Skip = Recordings.Missing(SharedData.CapturesKind);
}

[AttributeUsage(AttributeTargets.Method)]
internal sealed class ConversationsTheoryAttribute : TheoryAttribute
{
    public ConversationsTheoryAttribute() => Skip = Recordings.Missing(SharedData.ConversationsKind);
}

[AttributeUsage(AttributeTargets.Method)]
internal sealed class ConversationsFactAttribute : FactAttribute
{
    public ConversationsFactAttribute() => Skip = Recordings.Missing(SharedData.ConversationsKind);
}
