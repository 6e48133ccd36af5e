using AkkaWs.Wire.Tests.Support;

namespace AkkaWs.Tests.Chaos;

/// <summary>A test that takes too long for every run; skipped with the reason unless <c>AKKAWS_NIGHTLY=1</c>.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class NightlyFactAttribute : FactAttribute
{
    public NightlyFactAttribute() => Skip = Nightly.IsOn ? null : "runs with AKKAWS_NIGHTLY=1";
}
