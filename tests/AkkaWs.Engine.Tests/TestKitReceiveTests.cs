using System.Collections;
using Akka.TestKit.Xunit2;
using Xunit.Sdk;

namespace AkkaWs.Engine.Tests;

public sealed class TestKitReceiveTests() : TestKit("akka.test.single-expect-default = 20s")
{
    private static readonly TimeSpan Brief = TimeSpan.FromMilliseconds(50);

    private void Told(params object[] messages)
    {
        foreach (var message in messages)
            TestActor.Tell(message, TestActor);
    }

    [Fact]
    public void One_message_is_received_or_none()
    {
        Told(1);
        Assert.Equal(1, ReceiveOne());
        Assert.Null(ReceiveOne(Brief));
        Assert.Null(ReceiveOne(TimeSpan.Zero));
    }

    [Fact]
    public async Task A_message_that_comes_later_is_awaited()
    {
        var pending = ReceiveOneAsync(TimeSpan.FromSeconds(10));
        Assert.False(pending.IsCompleted);
        Told(1);
        Assert.Equal(1, await pending);
    }

    [Fact]
    public void What_is_there_is_received_without_waiting()
    {
        Told(1);
        Assert.True(HasMessages);
        Assert.Equal(1, ReceiveOne(TimeSpan.Zero));
        Assert.False(HasMessages);
    }

    [Fact]
    public void A_peeked_message_stays()
    {
        Told(5);
        Assert.Equal(5, PeekOne());
        Assert.Equal(5, ReceiveOne());
    }

    [Fact]
    public void A_number_of_messages_is_received_in_order()
    {
        Told(1, 2, 3);
        Assert.Equal([1, 2], ReceiveN(2));
        Assert.ThrowsAny<XunitException>(() => ReceiveN(2, Brief));
    }

    [Fact]
    public async Task A_number_of_messages_is_received_asynchronously()
    {
        Told(1, 2);
        var received = new List<object>();
        await foreach (var message in ReceiveNAsync(2, TimeSpan.FromSeconds(10)))
            received.Add(message);
        Assert.Equal([1, 2], received);
    }

    [Fact]
    public void Fishing_passes_over_what_is_not_meant()
    {
        var passedOver = new ArrayList();
        Told(1, "x", 2);
        Assert.Equal(2, FishForMessage<int>(number => number == 2, passedOver));
        Assert.Equal(new ArrayList { 1, "x" }, passedOver);
        Assert.Contains("HINT", Assert.ThrowsAny<XunitException>(() => FishForMessage<int>(_ => true, Brief, "HINT")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Fishing_works_asynchronously()
    {
        Told(1, "x", 2);
        Assert.Equal("x", await FishForMessageAsync<string>(_ => true));
        Assert.Equal(2, await FishForMessageAsync(message => message is int));
    }

    [Fact]
    public async Task Fishing_until_a_type_fails_when_it_comes()
    {
        Told("q", "r");
        await FishUntilMessageAsync<int>(Brief);
        Told("q", 1);
        await Assert.ThrowsAnyAsync<XunitException>(() => FishUntilMessageAsync<int>(TimeSpan.FromSeconds(20)));
        Assert.Equal(1, ReceiveOne());
    }

    [Fact]
    public void Messages_are_received_while_a_filter_takes_them()
    {
        Told(1, 2, "x");
        Assert.Equal([1, 2], ReceiveWhile<object?>(message => message is int ? message : null, TimeSpan.FromSeconds(10)));
        Assert.Equal("x", ReceiveOne());
    }

    [Fact]
    public void Messages_are_received_while_a_predicate_holds()
    {
        Told(1, "x", 2, 3);
        Assert.Equal([1, 2], ReceiveWhile<int>(number => number < 3, TimeSpan.FromSeconds(10)));
        Assert.Equal(3, ReceiveOne());
        Told(1, "x");
        Assert.Equal([1], ReceiveWhile<int>(_ => true, TimeSpan.FromSeconds(10), null, 10, shouldIgnoreOtherMessageTypes: false));
        Assert.Equal("x", ReceiveOne());
    }

    [Fact]
    public void Receiving_ends_after_a_number_of_messages_or_a_silence()
    {
        Told(1, 2);
        Assert.Equal([1], ReceiveWhile<int>(_ => true, TimeSpan.FromSeconds(10), null, 1));
        Assert.Equal([2], ReceiveWhile<int>(_ => true, TimeSpan.FromSeconds(30), Brief));
    }

    [Fact]
    public void Ignored_messages_are_dropped()
    {
        IgnoreMessages(message => message is int);
        Told(1, "s");
        Assert.Equal("s", ReceiveOne());
        IgnoreNoMessages();
        Told(1);
        Assert.Equal(1, ReceiveOne());
        IgnoreMessages<string>();
        Told("s", 2);
        Assert.Equal(2, ReceiveOne());
    }

    [Fact]
    public async Task Silence_is_awaited_with_what_came_before()
    {
        Told(1, 2);
        Assert.Equal(new ArrayList { 1, 2 }, await WaitForRadioSilenceAsync(Brief));
    }
}
