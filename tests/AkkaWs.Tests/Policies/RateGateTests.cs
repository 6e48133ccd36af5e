using AkkaWs.Options;
using AkkaWs.Policies;

namespace AkkaWs.Tests.Policies;

public sealed class RateGateTests
{
    private static readonly RateOptions TenPerSecond = new() { Limit = 10, Burst = 3 };

    [Fact]
    public void Without_a_limit_all_pass_at_once()
    {
        var gate = new RateGate<int>(new RateOptions());

        Assert.All(Enumerable.Range(0, 10_000), i => Assert.Equal(RateVerdict.Passed, gate.Offer(TimeSpan.Zero, RateLane.Bulk, i)));
    }

    [Fact]
    public void A_burst_passes_at_once_and_the_rest_evenly_spaced()
    {
        var gate = new RateGate<int>(TenPerSecond);
        var verdicts = Enumerable.Range(0, 5).Select(i => gate.Offer(At(0), RateLane.Normal, i)).ToList();

        Assert.Equal([RateVerdict.Passed, RateVerdict.Passed, RateVerdict.Passed, RateVerdict.Waiting, RateVerdict.Waiting], verdicts);
        Assert.Equal(At(100), gate.NextAvailable(At(0)));
        Assert.Empty(Release(gate, 99));
        Assert.Equal([3], Release(gate, 100));
        Assert.Equal([4], Release(gate, 200));
        Assert.Null(gate.NextAvailable(At(200)));
        Assert.False(gate.IsIdle(At(200)));
        Assert.True(gate.IsIdle(At(500)));
    }

    [Fact]
    public void A_cancel_passes_before_subscriptions_that_came_first()
    {
        var gate = new RateGate<string>(TenPerSecond with { Burst = 1 });
        gate.TryTake(At(0), RateLane.Normal);
        gate.Offer(At(0), RateLane.Bulk, "subscribe 1");
        gate.Offer(At(0), RateLane.Bulk, "subscribe 2");
        gate.Offer(At(0), RateLane.Normal, "order");
        gate.Offer(At(0), RateLane.Urgent, "cancel");
        gate.Offer(At(0), RateLane.Urgent, "ping");

        Assert.Equal(["cancel", "ping", "order", "subscribe 1", "subscribe 2"], Enumerable.Range(1, 5).SelectMany(i => Release(gate, i * 100)));
    }

    [Fact]
    public void Nothing_overtakes_what_waits_in_its_own_lane()
    {
        var gate = new RateGate<int>(TenPerSecond with { Burst = 1 });
        gate.TryTake(At(0), RateLane.Normal);
        gate.Offer(At(0), RateLane.Normal, 1);

        Assert.False(gate.TryTake(At(500), RateLane.Normal));
        Assert.True(gate.TryTake(At(500), RateLane.Urgent));
    }

    [Fact]
    public void The_reserve_is_left_to_cancels_and_pings()
    {
        var gate = new RateGate<int>(TenPerSecond with { Reserve = 1 });

        Assert.True(gate.TryTake(At(0), RateLane.Bulk));
        Assert.True(gate.TryTake(At(0), RateLane.Normal));
        Assert.False(gate.TryTake(At(0), RateLane.Normal));
        Assert.True(gate.TryTake(At(0), RateLane.Urgent));
        Assert.False(gate.TryTake(At(0), RateLane.Urgent));
    }

    [Fact]
    public void One_more_than_may_wait_is_rejected_and_counted()
    {
        var gate = new RateGate<int>(TenPerSecond with { Burst = 1, MaxWaiting = 2 });

        var verdicts = Enumerable.Range(0, 4).Select(i => gate.Offer(At(0), RateLane.Bulk, i)).ToList();

        Assert.Equal([RateVerdict.Passed, RateVerdict.Waiting, RateVerdict.Waiting, RateVerdict.Rejected], verdicts);
        Assert.Equal((2, 2, 1), (gate.Waiting, gate.WaitingIn(RateLane.Bulk), gate.Rejected));
    }

    [Fact]
    public void Cancels_have_as_many_places_of_their_own_as_all_others()
    {
        var gate = new RateGate<string>(TenPerSecond with { Burst = 1, MaxWaiting = 2 });
        foreach (var i in Enumerable.Range(0, 3))
            gate.Offer(At(0), RateLane.Normal, $"order {i}");
        Assert.Equal(RateVerdict.Rejected, gate.Offer(At(0), RateLane.Normal, "order 3"));

        var verdicts = Enumerable.Range(0, 3).Select(i => gate.Offer(At(0), RateLane.Urgent, $"cancel {i}")).ToList();

        Assert.Equal([RateVerdict.Waiting, RateVerdict.Waiting, RateVerdict.Rejected], verdicts);
        Assert.Equal(["cancel 0", "cancel 1", "order 1", "order 2"], Enumerable.Range(1, 4).SelectMany(i => Release(gate, i * 100)));
    }

    [Fact]
    public void What_is_no_longer_wanted_uses_up_no_turn()
    {
        var gate = new RateGate<int>(TenPerSecond with { Burst = 1 });
        foreach (var i in Enumerable.Range(0, 5))
            gate.Offer(At(0), i % 2 == 0 ? RateLane.Bulk : RateLane.Normal, i);

        Assert.Equal([1, 3, 4], gate.RemoveAll(i => i != 2).Order());

        Assert.Equal([2], Release(gate, 100));
    }

    [Fact]
    public void A_tightened_gate_holds_the_slower_rate_and_the_smaller_burst()
    {
        var gate = new RateGate<int>(TenPerSecond);
        gate.TryTake(At(0), RateLane.Normal);

        gate.Tighten(new RateOptions { Limit = 1, Burst = 2 });

        Assert.True(gate.TryTake(At(0), RateLane.Normal));
        Assert.False(gate.TryTake(At(0), RateLane.Normal));
        gate.Offer(At(0), RateLane.Normal, 1);
        Assert.Equal(At(100), gate.NextAvailable(At(0)));
        Assert.Equal([1], Release(gate, 100));
        gate.Offer(At(100), RateLane.Normal, 2);
        Assert.Equal(At(1000), gate.NextAvailable(At(100)));
    }

    [Fact]
    public void A_gate_without_a_limit_takes_the_limit_of_the_other()
    {
        var gate = new RateGate<int>(new RateOptions());

        gate.Tighten(TenPerSecond);
        gate.Tighten(new RateOptions());

        Assert.Equal([true, true, true, false], Enumerable.Range(0, 4).Select(_ => gate.TryTake(At(0), RateLane.Normal)));
    }

    private static List<T> Release<T>(RateGate<T> gate, double milliseconds)
    {
        var released = new List<T>();
        while (gate.TryRelease(At(milliseconds), out var item))
            released.Add(item);
        return released;
    }

    private static TimeSpan At(double milliseconds) => TimeSpan.FromMilliseconds(milliseconds);
}
