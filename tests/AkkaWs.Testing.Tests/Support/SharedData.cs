using AkkaWs.Tests.Support;

namespace AkkaWs.Testing.Tests;

/// <summary>Recordings that are not part of the repository.</summary>
internal static class SharedData
{
    public const string CapturesKind = "captures";

    public static string? Captures { get; } = Recordings.Find(CapturesKind);
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
