using AkkaWs.Tests.Support;

namespace AkkaWs.Tests.Captures;

/// <summary>Recordings that are not part of the repository.</summary>
internal static class CaptureFolder
{
    public const string Kind = "captures";

    public static string? Path { get; } = Recordings.Find(Kind);
}

[AttributeUsage(AttributeTargets.Method)]
internal sealed class CapturesTheoryAttribute : TheoryAttribute
{
    public CapturesTheoryAttribute() => Skip = Recordings.Missing(CaptureFolder.Kind);
}

[AttributeUsage(AttributeTargets.Method)]
internal sealed class CapturesFactAttribute : FactAttribute
{
    public CapturesFactAttribute() => Skip = Recordings.Missing(CaptureFolder.Kind);
}
