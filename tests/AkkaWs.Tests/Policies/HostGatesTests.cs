using AkkaWs.Options;
using AkkaWs.Policies;

namespace AkkaWs.Tests.Policies;

public sealed class HostGatesTests
{
    private static readonly RateOptions OnePerSecond = new() { Limit = 1 };

    [Fact]
    public void Connections_to_one_host_share_its_gate_and_others_have_their_own()
    {
        var gates = new HostGates<int>();

        Assert.True(gates.For("a.example", OnePerSecond, TimeSpan.Zero).TryTake(TimeSpan.Zero, RateLane.Normal));
        Assert.False(gates.For("A.EXAMPLE", OnePerSecond, TimeSpan.Zero).TryTake(TimeSpan.Zero, RateLane.Normal));
        Assert.True(gates.For("b.example", OnePerSecond, TimeSpan.Zero).TryTake(TimeSpan.Zero, RateLane.Normal));
    }

    [Fact]
    public void The_strictest_options_hold_for_all()
    {
        var gates = new HostGates<int>();
        gates.For("a", new RateOptions(), TimeSpan.Zero);
        gates.For("a", OnePerSecond, TimeSpan.Zero);

        var gate = gates.For("a", new RateOptions { Limit = 100 }, TimeSpan.Zero);

        Assert.True(gate.TryTake(TimeSpan.Zero, RateLane.Normal));
        Assert.False(gate.TryTake(TimeSpan.FromSeconds(0.9), RateLane.Normal));
        Assert.True(gate.TryTake(TimeSpan.FromSeconds(1), RateLane.Normal));
    }

    [Fact]
    public void Idle_hosts_give_way_when_there_are_too_many()
    {
        var gates = new HostGates<int>(2);
        gates.For("a", OnePerSecond, TimeSpan.Zero).TryTake(TimeSpan.Zero, RateLane.Normal);
        gates.For("b", OnePerSecond, TimeSpan.Zero);

        gates.For("c", OnePerSecond, TimeSpan.FromSeconds(0.5));

        Assert.Equal(2, gates.Count);
        Assert.False(gates.For("a", OnePerSecond, TimeSpan.FromSeconds(0.5)).TryTake(TimeSpan.FromSeconds(0.5), RateLane.Normal));
    }

    [Fact]
    public void Hosts_beyond_the_bound_share_one_gate()
    {
        var gates = new HostGates<int>(1);
        gates.For("a", OnePerSecond, TimeSpan.Zero).TryTake(TimeSpan.Zero, RateLane.Normal);

        Assert.True(gates.For("b", OnePerSecond, TimeSpan.Zero).TryTake(TimeSpan.Zero, RateLane.Normal));
        Assert.False(gates.For("c", OnePerSecond, TimeSpan.Zero).TryTake(TimeSpan.Zero, RateLane.Normal));
        Assert.Equal(1, gates.Count);
        Assert.Equal(2, gates.All.Count());
    }
}
