using AkkaWs.Options;
using AkkaWs.Policies;
using AkkaWs.Wire.Tests.Support;
using FsCheck;
using FsCheck.Fluent;

namespace AkkaWs.Tests.Policies;

public sealed class RateGateProperties
{
    private static readonly Config Thorough = Checks.Default.WithMaxTest(300);

    [Fact]
    public void In_no_window_do_more_pass_than_the_burst_and_the_rate_allow() =>
        Prop.ForAll(Runs().ToArbitrary(), run =>
        {
            var passed = run.Play().Select(pass => pass.At).ToList();

            for (var first = 0; first < passed.Count; first++)
            {
                for (var last = first; last < passed.Count; last++)
                {
                    var allowed = run.Options.Burst + run.Options.Limit!.Value * ((passed[last] - passed[first]) / run.Options.Interval);
                    Assert.True(last - first + 1 <= allowed + 1e-9, $"{last - first + 1} passed from {passed[first]} to {passed[last]}, allowed {allowed}");
                }
            }
        }).Check(Thorough);

    [Fact]
    public void Each_is_handed_out_once_in_its_lane_s_order_or_was_rejected() =>
        Prop.ForAll(Runs().ToArbitrary(), run =>
        {
            var passed = run.Play();

            Assert.Equal(run.Steps.Count, passed.Count + run.Rejected);
            Assert.All(Enum.GetValues<RateLane>(), lane =>
            {
                var items = passed.Where(pass => pass.Lane == lane).Select(pass => pass.Item).ToList();
                Assert.Equal(items.Order(), items);
                Assert.Equal(items.Count, items.Distinct().Count());
            });
        }).Check(Thorough);

    [Fact]
    public void No_more_wait_than_may() =>
        Prop.ForAll(Runs().ToArbitrary(), run =>
        {
            run.Play();

            Assert.InRange(run.MostWaiting, 0, 2 * run.Options.MaxWaiting);
        }).Check(Thorough);

    [Fact]
    public void Nothing_passes_while_something_above_it_waits() =>
        Prop.ForAll(Runs().ToArbitrary(), run =>
        {
            run.Play();

            Assert.Equal(0, run.Overtaken);
        }).Check(Thorough);

    private static Gen<Run> Runs() =>
        from limit in Gen.Choose(1, 20)
        from burst in Gen.Choose(1, 8)
        from reserve in Gen.Choose(0, burst - 1)
        from milliseconds in Gen.Choose(1, 3_000)
        from waiting in Gen.Choose(1, 20)
        from steps in (from gap in Gen.Choose(0, 400) from lane in Gen.Elements(Enum.GetValues<RateLane>()) select (gap, lane)).ListOf(60)
        select new Run(
            new RateOptions { Limit = limit, Burst = burst, Reserve = reserve, Interval = TimeSpan.FromMilliseconds(milliseconds), MaxWaiting = waiting },
            [.. steps]);

    /// <summary>Things that want to pass, each some time after the one before; what waits is handed out just when the gate says.</summary>
    private sealed record Run(RateOptions Options, IReadOnlyList<(int Gap, RateLane Lane)> Steps)
    {
        public int Rejected { get; private set; }

        public int MostWaiting { get; private set; }

        public int Overtaken { get; private set; }

        public List<Pass> Play()
        {
            var gate = new RateGate<(int Item, RateLane Lane)>(Options);
            var passed = new List<Pass>();
            var now = TimeSpan.Zero;
            for (var item = 0; item < Steps.Count; item++)
            {
                var (gap, lane) = Steps[item];
                var next = now + TimeSpan.FromMilliseconds(gap);
                Drain(gate, passed, ref now, next);
                now = next;
                var above = Enum.GetValues<RateLane>().Where(other => other < lane).Sum(gate.WaitingIn);
                switch (gate.Offer(now, lane, (item, lane)))
                {
                    case RateVerdict.Passed:
                        passed.Add(new Pass(now, item, lane));
                        Overtaken += above;
                        break;
                    case RateVerdict.Rejected:
                        Rejected++;
                        break;
                    default:
                        break;
                }

                MostWaiting = Math.Max(MostWaiting, gate.Waiting);
            }

            Drain(gate, passed, ref now, TimeSpan.MaxValue);
            return passed;
        }

        private void Drain(RateGate<(int Item, RateLane Lane)> gate, List<Pass> passed, ref TimeSpan now, TimeSpan until)
        {
            while (gate.NextAvailable(now) is { } wait && wait <= until - now)
            {
                now += wait;
                Assert.True(gate.TryRelease(now, out var item), "the gate did not keep its time");
                Overtaken += Enum.GetValues<RateLane>().Where(other => other < item.Lane).Sum(gate.WaitingIn);
                passed.Add(new Pass(now, item.Item, item.Lane));
            }
        }
    }

    private sealed record Pass(TimeSpan At, int Item, RateLane Lane);
}
