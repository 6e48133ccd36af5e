namespace AkkaWs.Wire.Tests.Support;

/// <summary>Whether the long runs were asked for: <c>AKKAWS_NIGHTLY=1</c>.</summary>
internal static class Nightly
{
    public static bool IsOn { get; } = Environment.GetEnvironmentVariable("AKKAWS_NIGHTLY") == "1";
}
