using Akka.Actor;
using Akka.TestKit.Xunit2;
using Xunit.Sdk;

namespace AkkaWs.Engine.Tests;

public sealed class TestKitExpectTests() : TestKit("akka.test.single-expect-default = 20s")
{
    private static readonly TimeSpan Brief = TimeSpan.FromMilliseconds(50);

    private void Told(params object[] messages)
    {
        foreach (var message in messages)
            TestActor.Tell(message, TestActor);
    }

    [Fact]
    public void A_message_is_expected_by_its_type()
    {
        Told("x", 2);
        Assert.Equal("x", ExpectMsg<string>());
        Assert.Equal(2, ExpectMsg<object>());
    }

    [Fact]
    public async Task A_message_is_expected_by_its_type_asynchronously()
    {
        Told("x");
        Assert.Equal("x", await ExpectMsgAsync<string>());
        await Assert.ThrowsAnyAsync<XunitException>(async () => await ExpectMsgAsync<string>(Brief));
    }

    [Fact]
    public void A_message_that_does_not_come_in_time_fails_the_test() =>
        Assert.Contains("System.String", Assert.ThrowsAny<XunitException>(() => ExpectMsg<string>(Brief)).Message, StringComparison.Ordinal);

    [Fact]
    public void A_message_of_another_type_fails_the_test_and_is_gone()
    {
        Told(1, "x");
        Assert.ThrowsAny<XunitException>(() => ExpectMsg<string>());
        ExpectMsg("x");
    }

    [Fact]
    public void A_message_is_expected_by_its_value()
    {
        Told("x", new[] { 1, 2 }, "x", "X");
        ExpectMsg("x");
        ExpectMsg(new[] { 1, 2 });
        Assert.ThrowsAny<XunitException>(() => ExpectMsg("y"));
        ExpectMsg("x", (expected, actual) => string.Equals(expected, actual, StringComparison.OrdinalIgnoreCase));
    }

    [Fact]
    public void A_message_is_expected_by_a_predicate()
    {
        Told("x", "x");
        ExpectMsg<string>(text => text == "x");
        Assert.Contains("HINT", Assert.ThrowsAny<XunitException>(() => ExpectMsg<string>(text => text == "y", null, "HINT")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_an_assertion_throws_comes_through()
    {
        Told("x");
        Assert.Throws<InvalidOperationException>(() => ExpectMsg<string>(_ => throw new InvalidOperationException("bad")));
    }

    [Fact]
    public void A_message_is_expected_from_a_sender()
    {
        var probe = CreateTestProbe();
        probe.Send(TestActor, "x");
        ExpectMsgFrom(probe.Ref, "x");
        probe.Send(TestActor, "y");
        ExpectMsg<string>((message, sender) => message == "y" && sender.Equals(probe.Ref));
        Told("z");
        Assert.ThrowsAny<XunitException>(() => ExpectMsgFrom<string>(probe.Ref));
    }

    [Fact]
    public void The_last_message_and_its_sender_are_remembered()
    {
        var probe = CreateTestProbe();
        probe.Send(TestActor, "x");
        ExpectMsg("x");
        Assert.Equal("x", LastMessage);
        Assert.Equal(probe.Ref, LastSender);
        Assert.Throws<IllegalActorStateException>(() => CreateTestProbe().LastMessage);
    }

    [Fact]
    public void Silence_is_expected_for_a_time()
    {
        ExpectNoMsg(Brief);
        ExpectNoMsg(10);
        Told("x");
        Assert.ThrowsAny<XunitException>(() => ExpectNoMsg(TimeSpan.FromSeconds(20)));
    }

    [Fact]
    public async Task Silence_is_expected_asynchronously()
    {
        await ExpectNoMsgAsync(Brief);
        Told("x");
        await Assert.ThrowsAnyAsync<XunitException>(async () => await ExpectNoMsgAsync(TimeSpan.FromSeconds(20)));
    }

    [Fact]
    public void Several_messages_are_expected_in_any_order()
    {
        Told(1, 2, 1, 3, 2);
        Assert.Equal([1, 2], ExpectMsgAllOf(2, 1).Order());
        Assert.ThrowsAny<XunitException>(() => ExpectMsgAllOf(2, 1));
        Assert.Equal(2, ExpectMsgAnyOf([1, 2]));
        Assert.ThrowsAny<XunitException>(() => ExpectMsgAllOf(Brief, 1));
    }

    [Fact]
    public void A_message_that_is_none_of_the_expected_fails_the_test()
    {
        Told(3);
        Assert.ThrowsAny<XunitException>(() => ExpectMsgAnyOf([1, 2]));
    }

    [Fact]
    public void Cancelling_ends_an_expectation()
    {
        using var cancellation = new CancellationTokenSource(Brief);
        Assert.ThrowsAny<Exception>(() => ExpectMsg<string>(TimeSpan.FromSeconds(60), cancellationToken: cancellation.Token));
        Assert.True(cancellation.IsCancellationRequested);
    }
}
