using AkkaWs.Options;
using AkkaWs.Policies;
using AkkaWs.Wire.Tests.Support;
using FsCheck;
using FsCheck.Fluent;

namespace AkkaWs.Tests.Policies;

public sealed class BackoffProperties
{
    private static readonly Config Thorough = Checks.Default.WithMaxTest(1_000);

    [Fact]
    public void No_delay_is_negative_or_above_its_maximum() =>
        Prop.ForAll(Options().ToArbitrary(), Attempts().ToArbitrary(), Chances().ToArbitrary(), (options, attempt, chance) =>
            Assert.InRange(Backoff.Delay(attempt, options, chance), TimeSpan.Zero, options.MaxDelay)).Check(Thorough);

    [Fact]
    public void Without_jitter_no_delay_is_shorter_than_the_one_before() =>
        Prop.ForAll(Options().ToArbitrary(), Attempts().ToArbitrary(), Chances().ToArbitrary(), (options, attempt, chance) =>
        {
            var steady = options with { Jitter = 0 };
            Assert.True(Backoff.Delay(attempt, steady, chance) <= Backoff.Delay(attempt + 1, steady, 1 - chance));
        }).Check(Thorough);

    [Theory]
    [InlineData(1, 100)]
    [InlineData(2, 200)]
    [InlineData(5, 1_600)]
    [InlineData(10, 30_000)]
    [InlineData(int.MaxValue, 30_000)]
    public void The_defaults_double_from_100_ms_to_30_s(int attempt, int milliseconds) =>
        Assert.Equal(TimeSpan.FromMilliseconds(milliseconds), Backoff.Delay(attempt, new ReconnectOptions { Jitter = 0 }, 0.5));

    [Theory]
    [InlineData(0, 90)]
    [InlineData(0.5, 100)]
    [InlineData(1, 110)]
    public void Jitter_shortens_or_lengthens_by_its_share(double chance, int milliseconds) =>
        Assert.Equal(TimeSpan.FromMilliseconds(milliseconds), Backoff.Delay(1, new ReconnectOptions(), chance));

    private static Gen<ReconnectOptions> Options() =>
        from initial in Gen.Choose(0, 60_000)
        from more in Gen.Choose(0, 600_000)
        from factor in Gen.Choose(100, 1_000)
        from jitter in Gen.Choose(0, 100)
        select new ReconnectOptions
        {
            InitialDelay = TimeSpan.FromMilliseconds(initial),
            MaxDelay = TimeSpan.FromMilliseconds(initial + more + 1),
            Factor = factor / 100.0,
            Jitter = jitter / 100.0,
        };

    private static Gen<int> Attempts() => Gen.OneOf(Gen.Choose(1, 100), Gen.Choose(1, int.MaxValue - 1));

    private static Gen<double> Chances() => Gen.Choose(0, 1_000).Select(n => n / 1_000.0);
}
