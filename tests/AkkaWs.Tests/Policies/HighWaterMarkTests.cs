using AkkaWs.Policies;

namespace AkkaWs.Tests.Policies;

public sealed class HighWaterMarkTests
{
    [Fact]
    public void It_is_passed_once_and_again_when_as_much_again_waits()
    {
        var mark = new HighWaterMark(new BufferLimits(10, 1_000));

        Assert.Equal([11, 21, 41, 81], Enumerable.Range(1, 100).Where(messages => mark.IsPassed(messages, 0)));
        Assert.DoesNotContain(Enumerable.Range(1, 100), messages => mark.IsPassed(messages, 0));
    }

    [Fact]
    public void Bytes_pass_it_as_the_count_does()
    {
        var mark = new HighWaterMark(new BufferLimits(10, 1_000));

        Assert.False(mark.IsPassed(1, 1_000));
        Assert.True(mark.IsPassed(1, 5_000));
        Assert.False(mark.IsPassed(1, 8_000));
        Assert.True(mark.IsPassed(1, 8_001));
    }
}
