using Akka.TestKit;
using Akka.TestKit.Xunit2;
using Xunit.Sdk;

namespace AkkaWs.Engine.Tests;

public sealed class TestKitTimeTests() : TestKit("akka.test.single-expect-default = 300ms")
{
    private static readonly TimeSpan Brief = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan Long = TimeSpan.FromSeconds(60);

    [Fact]
    public void What_lasts_too_long_or_not_long_enough_fails()
    {
        using var never = new ManualResetEventSlim();
        Assert.ThrowsAny<XunitException>(() => Within(Brief, () => { never.Wait(TimeSpan.FromMilliseconds(150)); }));
        Assert.ThrowsAny<XunitException>(() => Within(TimeSpan.FromSeconds(30), Long, () => { }));
        Assert.Equal(7, Within(Long, () => 7));
    }

    [Fact]
    public async Task What_lasts_too_long_fails_asynchronously()
    {
        var never = new TaskCompletionSource();
        await Assert.ThrowsAnyAsync<XunitException>(() => WithinAsync(Brief, () => Task.WhenAny(never.Task, Task.Delay(150))));
        Assert.Equal(7, await WithinAsync(Long, () => Task.FromResult(7)));
    }

    [Fact]
    public void Expectations_inside_wait_for_what_is_left()
    {
        Assert.ThrowsAny<XunitException>(() => Within(Brief, () => ExpectMsg<string>()));
        Within(TimeSpan.FromMilliseconds(200), () => ExpectNoMsg(), epsilonValue: TimeSpan.FromSeconds(30));
    }

    [Fact]
    public void The_inner_limit_is_no_longer_than_the_outer_one()
    {
        Assert.True(Within(TimeSpan.FromSeconds(30), () => Within(Long, () => Remaining <= TimeSpan.FromSeconds(30))));
        Assert.True(Within(Long, () => Remaining > TimeSpan.FromSeconds(20) && RemainingOrDefault > TimeSpan.FromSeconds(20)));
    }

    [Fact]
    public void Outside_of_it_the_default_holds()
    {
        Assert.Throws<InvalidOperationException>(() => Remaining);
        Assert.Equal(TimeSpan.FromMilliseconds(300), RemainingOrDefault);
        Assert.Equal(TimeSpan.FromSeconds(1), Dilated(TimeSpan.FromSeconds(1)));
    }

    [Fact]
    public void What_the_block_throws_comes_through() =>
        Assert.Throws<InvalidOperationException>(() => Within(Long, () => throw new InvalidOperationException("bad")));

    [Fact]
    public void An_assertion_is_tried_until_it_holds()
    {
        var attempts = 0;
        AwaitAssert(() => Assert.True(++attempts >= 3), Long, TimeSpan.FromMilliseconds(1));
        Assert.Equal(3, attempts);
    }

    [Fact]
    public void An_assertion_that_never_holds_throws_what_it_threw_last()
    {
        var attempts = 0;
        var error = Assert.Throws<InvalidOperationException>(() => AwaitAssert(
            () => throw new InvalidOperationException($"attempt {++attempts}"),
            TimeSpan.FromSeconds(3),
            TimeSpan.FromMilliseconds(10)));
        Assert.True(attempts > 1);
        Assert.Equal($"attempt {attempts}", error.Message);
    }

    [Fact]
    public async Task An_assertion_is_tried_asynchronously()
    {
        var attempts = 0;
        await AwaitAssertAsync(() => Assert.True(++attempts >= 3), Long, TimeSpan.FromMilliseconds(1));
        await AwaitAssertAsync(
            async () =>
            {
                await Task.Yield();
                Assert.True(++attempts >= 6);
            },
            Long,
            TimeSpan.FromMilliseconds(1));
        Assert.Equal(6, attempts);
    }

    [Fact]
    public async Task A_condition_is_awaited()
    {
        var asked = 0;
        AwaitCondition(() => ++asked >= 2, Long, TimeSpan.FromMilliseconds(1));
        await AwaitConditionAsync(() => ++asked >= 4, Long, TimeSpan.FromMilliseconds(1));
        Assert.Equal(4, asked);
        Assert.True(AwaitConditionNoThrow(() => true, Brief));
        Assert.False(AwaitConditionNoThrow(() => false, Brief));
        Assert.Contains("WORD", Assert.ThrowsAny<XunitException>(() => AwaitCondition(() => false, Brief, "WORD")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_latch_opens_when_counted_down()
    {
        var latch = CreateTestLatch(2);
        Assert.Throws<TimeoutException>(() => latch.Ready(Brief));
        latch.CountDown();
        Assert.False(latch.IsOpen);
        latch.CountDown();
        latch.Ready();
        Assert.True(latch.IsOpen);
    }

    [Fact]
    public void Settings_come_from_the_configuration()
    {
        Assert.Equal(TimeSpan.FromMilliseconds(300), TestKitSettings.SingleExpectDefault);
        Assert.Equal(TimeSpan.FromSeconds(5), TestKitSettings.DefaultTimeout);
        Assert.Equal(TimeSpan.FromSeconds(3), TestKitSettings.TestEventFilterLeeway);
        Assert.Equal(1, TestKitSettings.TestTimeFactor);
    }
}
