using AkkaWs.Options;

namespace AkkaWs.Tests.Options.Effects;

/// <summary>Every option changes something that can be seen from outside: by the policy that it goes into, or by what a connection does.</summary>
public sealed class OptionsHaveEffectTests
{
    private static readonly IReadOnlyList<OptionEffect> All = [.. PolicyEffects.All, .. ConnectionEffects.All];

    public static TheoryData<string> Keys => [.. All.Select(effect => effect.Key)];

    [Fact]
    public void Every_option_has_an_effect_to_show_and_no_other_has() =>
        Assert.Equal(OptionEffect.Keys.Order(StringComparer.Ordinal), All.Select(effect => effect.Key).Order(StringComparer.Ordinal));

    [Theory]
    [MemberData(nameof(Keys))]
    public async Task Two_values_of_an_option_show_and_the_same_value_shows_the_same(string key)
    {
        var effect = All.Single(effect => effect.Key == key);
        var (one, other) = (effect.With(effect.One), effect.With(effect.Other));
        if (key != "allow-insecure") // whose effect is that options are refused
            Assert.Empty(OptionsValidator.Validate(one).Concat(OptionsValidator.Validate(other)));

        var observed = await effect.Observe(one);

        Assert.Equal(observed, await effect.Observe(one));
        Assert.NotEqual(observed, await effect.Observe(other));
    }
}
