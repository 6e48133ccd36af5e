using AkkaWs.Errors;
using AkkaWs.Options;
using AkkaWs.Policies;
using AkkaWs.Wire.Tests.Support;
using FsCheck;
using FsCheck.Fluent;

namespace AkkaWs.Tests.Policies;

public sealed class ReconnectPolicyProperties
{
    private static readonly Config Thorough = Checks.Default.WithMaxTest(1_000);

    [Fact]
    public void A_delay_is_never_above_the_maximum_nor_below_zero() =>
        Prop.ForAll(Cases().ToArbitrary(), it =>
            Assert.InRange(Backoff.Delay(it.Attempt, it.Options, it.Chance), TimeSpan.Zero, it.Options.MaxDelay)).Check(Thorough);

    [Fact]
    public void A_decision_waits_no_longer_than_the_maximum_unless_the_server_or_the_circuit_wants_it() =>
        Prop.ForAll(Cases().ToArbitrary(), it =>
        {
            var decision = ReconnectPolicy.Default.Decide(it.Situation, it.Options, it.Chance);

            Assert.True(decision.Delay >= it.Situation.CircuitOpenFor || decision.GivesUp);
            var wanted = it.Situation.Reason.RetryAfter ?? TimeSpan.Zero;
            var bound = it.Situation.Reason.HttpStatus == 418 ? TimeSpan.FromDays(3) : it.Options.MaxRetryAfter;
            var most = new[] { it.Options.MaxDelay, it.Options.Slow.Max, it.Situation.CircuitOpenFor, wanted < bound ? wanted : bound }.Max();
            Assert.InRange(decision.Delay, TimeSpan.Zero, most);
        }).Check(Thorough);

    [Fact]
    public void Nothing_is_final_for_a_connection_that_does_not_fail_fast_and_has_no_limit() =>
        Prop.ForAll(Cases().ToArbitrary(), it => Assert.False(ReconnectPolicy.Default.Decide(it.Situation, it.Options, it.Chance).GivesUp)).Check(Thorough);

    [Fact]
    public void What_fails_fast_is_just_what_would_be_retried_slowly_for_its_class_and_is_no_rate_limit() =>
        Prop.ForAll(Cases().ToArbitrary(), it =>
        {
            var situation = it.Situation with { Reason = it.Situation.Reason with { RetryAfter = null } };
            var slowly = ReconnectPolicy.Default.Decide(situation, it.Options, it.Chance).IsSlow && situation.Reason.Class != ErrorClass.RateLimited;

            Assert.Equal(slowly, ReconnectPolicy.Default.Decide(situation with { FailsFast = true }, it.Options, it.Chance).GivesUp);
        }).Check(Thorough);

    [Fact]
    public void Without_jitter_each_delay_is_at_least_the_one_before() =>
        Prop.ForAll(Cases().ToArbitrary(), it =>
        {
            var options = it.Options with { Jitter = 0, JitterKind = JitterKind.Proportional };

            Assert.True(Backoff.Delay(it.Attempt, options, it.Chance) <= Backoff.Delay(it.Attempt + 1, options, it.Chance));
        }).Check(Thorough);

    [Fact]
    public void A_greater_chance_never_shortens_the_delay() =>
        Prop.ForAll(Cases().ToArbitrary(), it =>
            Assert.True(Backoff.Delay(it.Attempt, it.Options, it.Chance / 2) <= Backoff.Delay(it.Attempt, it.Options, it.Chance))).Check(Thorough);

    [Fact]
    public void Equal_jitter_waits_at_least_half() =>
        Prop.ForAll(Cases().ToArbitrary(), it =>
        {
            var whole = Backoff.Delay(it.Attempt, it.Options with { Jitter = 0, JitterKind = JitterKind.Proportional }, it.Chance);
            var jittered = Backoff.Delay(it.Attempt, it.Options with { JitterKind = JitterKind.Equal }, it.Chance);

            Assert.InRange(jittered, whole / 2 - TimeSpan.FromTicks(1), whole);
        }).Check(Thorough);

    [Fact]
    public void A_connection_that_never_comes_back_is_tried_just_as_often_as_allowed() =>
        Prop.ForAll(Gen.Choose(0, 50).ToArbitrary(), Gen.Elements(Enum.GetValues<ErrorClass>()).ToArbitrary(), (most, of) =>
        {
            var options = new ReconnectOptions { MaxAttempts = most, Classes = new Dictionary<ErrorClass, ClassReconnectOptions> { [of] = new() { GiveUp = false } } };
            var attempts = 0;
            while (!ReconnectPolicy.Default.Decide(new ReconnectSituation(new(of, ""), attempts + 1), options, 0.5).GivesUp)
                attempts++;

            Assert.Equal(most, attempts);
        }).Check(Checks.Default);

    private static Gen<Case> Cases() =>
        from initial in Gen.Choose(0, 100_000)
        from more in Gen.Choose(1, 86_000_000 - 100_000)
        from factor in Gen.Choose(1_000, 5_000)
        from jitter in Gen.Choose(0, 100)
        from kind in Gen.Elements(Enum.GetValues<JitterKind>())
        from attempt in Gen.OneOf(Gen.Choose(1, 40), Gen.Choose(1, int.MaxValue - 1))
        from chance in Gen.Choose(0, 999_999)
        from of in Gen.Elements(Enum.GetValues<ErrorClass>())
        from code in Gen.Elements<int?>(null, 1005, 1006, 1013)
        from wanted in Gen.Choose(0, 200_000)
        from open in Gen.Choose(0, 100)
        from reset in Gen.Elements(true, false)
        from status in Gen.Elements<int?>(null, 418, 429)
        from own in Gen.Choose(1, 40)
        select new Case(
            new ReconnectSituation(new CloseReason(of, "", code) { RetryAfter = wanted % 2 == 0 ? null : TimeSpan.FromSeconds(wanted), HttpStatus = status }, attempt)
            {
                ClassAttempt = own,
                CircuitOpenFor = TimeSpan.FromSeconds(open % 3 == 0 ? open : 0),
            },
            new ReconnectOptions
            {
                InitialDelay = TimeSpan.FromMilliseconds(initial),
                MaxDelay = TimeSpan.FromMilliseconds(initial + more),
                Factor = factor / 1000.0,
                Jitter = jitter / 100.0,
                JitterKind = kind,
                ResetOn1005 = reset,
            },
            chance / 1e6);

    private sealed record Case(ReconnectSituation Situation, ReconnectOptions Options, double Chance)
    {
        public int Attempt => Situation.Attempt;
    }
}
