using System.Buffers;
using System.Text;

namespace AkkaWs.Testing.Tests;

/// <summary>What a direction does, moment by moment, without sockets and without time passing.</summary>
public sealed class FaultScheduleTests
{
    private readonly FaultSchedule _schedule = new(FaultDirection.ToClient, new Random(1));
    private readonly HeldBytes _held = new();

    [Fact]
    public void What_is_held_passes_at_once_where_nothing_is_wrong()
    {
        Hold("hello", 0);

        Assert.Equal(new LaneStep(LaneAction.Pass, 5), Next(0));
    }

    [Fact]
    public void A_fault_begins_when_its_time_and_its_bytes_have_both_come()
    {
        Plan(Fault.Finish() with { After = Ms(10), AfterBytesToClient = 3, AfterBytesToServer = 7 });
        Hold("hello", 0);

        Assert.Equal(new LaneStep(LaneAction.Pass, 3), Next(0));
        _held.Advance(3);
        Assert.Equal(LaneAction.Pass, Next(20, toClient: 3, toServer: 6).Action);
        Assert.Equal(LaneAction.Pass, Next(9, toClient: 3, toServer: 7).Action);
        Assert.IsType<FinishFault>(Next(10, toClient: 3, toServer: 7).Fault);
        Assert.Equal(LaneAction.Pass, Next(10, toClient: 3, toServer: 7).Action);
    }

    [Fact]
    public void A_delay_holds_each_byte_for_its_time_and_is_over_at_its_end()
    {
        Plan(Fault.Delay(Ms(100)) with { Duration = Ms(1000) });
        Hold("one", 5);

        Assert.Equal(new LaneStep(LaneAction.Wait, Until: Ms(105)), Next(5));
        Assert.Equal(new LaneStep(LaneAction.Pass, 3), Next(105));
        _held.Advance(3);
        Hold("two", 990);
        Assert.Equal(new LaneStep(LaneAction.Wait, Until: Ms(1005)), Next(990));
        Assert.Equal(new LaneStep(LaneAction.Pass, 3), Next(1005));
    }

    [Fact]
    public void Jitter_is_drawn_once_for_bytes_that_came_together()
    {
        Plan(Fault.Delay(Ms(100), Ms(100)));
        Hold("one", 0);

        var first = Next(0).Until;

        Assert.InRange(first!.Value, Ms(100), Ms(200));
        Assert.Equal(first, Next(50).Until);
    }

    [Fact]
    public void A_throttle_passes_pieces_with_pauses()
    {
        Plan(Fault.Throttle(100));
        Hold(new string('x', 25), 0);

        Assert.Equal(new LaneStep(LaneAction.Pass, 10), Next(0));
        _schedule.Passed(10, Ms(0));
        _held.Advance(10);
        Assert.Equal(new LaneStep(LaneAction.Wait, Until: Ms(100)), Next(40));
        Assert.Equal(new LaneStep(LaneAction.Pass, 10), Next(100));
    }

    [Fact]
    public void A_swallow_that_took_bytes_ends_in_a_reset()
    {
        Plan(Fault.Swallow() with { Duration = Ms(50) });
        Assert.Equal(new LaneStep(LaneAction.Wait, Until: Ms(50)), Next(0));
        Hold("gone", 10);

        Assert.Equal(new LaneStep(LaneAction.Drop, 4), Next(10));
        _held.Advance(4);

        Assert.IsType<ResetFault>(Next(50).Fault);
    }

    [Fact]
    public void A_swallow_that_took_nothing_leaves_no_trace()
    {
        Plan(Fault.Swallow() with { Duration = Ms(50) });
        Next(0);
        Hold("hello", 60);

        Assert.Equal(new LaneStep(LaneAction.Pass, 5), Next(60));
        Assert.False(_schedule.Clear());
    }

    [Fact]
    public void A_swallowed_end_is_told_when_the_receiver_has_left_too()
    {
        Plan(Fault.Swallow());
        _held.End(broken: false);

        Assert.Equal(LaneAction.Wait, Next(0).Action);
        Assert.Equal(LaneAction.End, Next(0, isPeerGone: true).Action);
    }

    [Fact]
    public void Only_a_reset_may_happen_while_a_write_is_under_way()
    {
        Plan(Fault.Finish(), Fault.Reset() with { After = Ms(10) });
        Hold("hello", 0);

        Assert.Equal(new LaneStep(LaneAction.Wait, Until: Ms(10)), Next(0, onlyReset: true));
        Assert.IsType<ResetFault>(Next(10, onlyReset: true).Fault);
        Assert.IsType<FinishFault>(Next(10).Fault);
    }

    [Fact]
    public void Faults_of_the_other_direction_are_none_of_its_business()
    {
        Plan(Fault.Swallow(FaultDirection.ToServer), Fault.Reset() with { AfterBytesToServer = 1 });
        Hold("hello", 0);

        Assert.Equal(new LaneStep(LaneAction.Pass, 5), Next(0, toServer: 1));
    }

    [Fact]
    public void A_fault_that_makes_no_sense_is_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => Fault.Throttle(0));
        Assert.Throws<ArgumentOutOfRangeException>(() => Fault.Garbage(0));
        Assert.Throws<ArgumentOutOfRangeException>(() => Fault.Delay(Ms(-1)));
        Assert.Throws<ArgumentOutOfRangeException>(() => Fault.Delay(Ms(1), Ms(-1)));
    }

    private static TimeSpan Ms(int milliseconds) => TimeSpan.FromMilliseconds(milliseconds);

    private void Plan(params Fault[] faults) => _schedule.Add(faults, TimeSpan.Zero, default);

    private void Hold(string text, int arrivedAt)
    {
        var bytes = ArrayPool<byte>.Shared.Rent(text.Length);
        _held.Add(new HeldChunk(bytes, Encoding.ASCII.GetBytes(text, bytes), Ms(arrivedAt)));
    }

    private LaneStep Next(int now, long toClient = 0, long toServer = 0, bool isPeerGone = false, bool onlyReset = false) =>
        _schedule.Next(Ms(now), new BytePosition(toClient, toServer), _held, isPeerGone, onlyReset);
}
