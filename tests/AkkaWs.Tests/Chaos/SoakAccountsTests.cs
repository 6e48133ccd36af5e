using System.Text;
using AkkaWs.Errors;
using AkkaWs.Messages;
using AkkaWs.Primitives;
using AkkaWs.Tests.Support;

namespace AkkaWs.Tests.Chaos;

/// <summary>What the soak is judged by finds out what is wrong.</summary>
public sealed class SoakAccountsTests
{
    private static readonly Topic Topic = "a";
    private static readonly CloseReason Lost = new(ErrorClass.Reset, "reset by peer");

    [Fact]
    public void Accounts_of_requests_that_disagree_are_found_out()
    {
        var ledger = new SoakLedger(6);
        ledger.Arrive(0);
        ledger.Answer(0);
        ledger.Succeed(0, "0");
        ledger.Fail(1, null);
        ledger.Arrive(2);
        ledger.Fail(2, new RequestTimeoutException("soak", "soak-2", TimeSpan.FromSeconds(1), written: true));
        ledger.Fail(3, new RequestTimeoutException("soak", "soak-3", TimeSpan.FromSeconds(1), written: true));
        Assert.Empty(ledger.Disagreements(4));

        ledger.Arrive(2);
        ledger.Arrive(1);
        ledger.Fail(3, new NotSentException("soak", "too late"));
        ledger.Arrive(4);
        ledger.Succeed(4, "5");
        Assert.Equal(
            [
                "request 4 was answered with 5",
                "request 1 was told to be not sent, but the server has it",
                "request 2 arrived 2 times",
                "request 3 has 2 outcomes",
                "request 4 is answered, but not by the server",
                "request 5 has 0 outcomes",
            ],
            ledger.Disagreements(6));
    }

    [Fact]
    public void Numbers_that_go_on_or_are_missing_behind_a_marker_are_right()
    {
        var oracle = new SubscriptionOracle();
        foreach (var message in (TopicMessage[])
            [
                Update(1, 10), Update(2, 11), new Lagged(Topic, 3), Update(6, 15), new Interrupted(Topic, new Epoch(1), Lost), new Restored(Topic, new Epoch(2)), Update(7, 20, epoch: 2),
                new Interrupted(Topic, new Epoch(2), Lost), new Lagged(Topic, 2), new Restored(Topic, new Epoch(3)), Update(10, 30, epoch: 3), new TopicClosed(Topic, CloseReason.Requested),
            ])
        {
            oracle.Note(message);
        }

        Assert.Empty(oracle.Violations);
        Assert.Equal((5, 5), oracle.Updates);
        Assert.Equal(30, oracle.LastOf(Topic));
    }

    [Fact]
    public void Numbers_that_are_missing_come_again_or_come_out_of_order_are_found_out()
    {
        AssertWrong(Update(1, 10), Update(3, 11));
        AssertWrong(Update(1, 10), Update(2, 12));
        AssertWrong(Update(1, 10), Update(2, 10));
        AssertWrong(Update(1, 10), new Lagged(Topic, 1), Update(2, 12));
        AssertWrong(Update(1, 10), new Lagged(Topic, 1), Update(3, 13));
        AssertWrong(Update(1, 10), new Interrupted(Topic, new Epoch(1), Lost), Update(2, 11));
        AssertWrong(Update(1, 10), new Interrupted(Topic, new Epoch(1), Lost), new Restored(Topic, new Epoch(2)), Update(2, 10, epoch: 2));
        AssertWrong(Update(1, 10, epoch: 2), Update(2, 11, epoch: 1));
        AssertWrong(Update(1, 10), new Restored(Topic, new Epoch(1)));
        AssertWrong(new TopicClosed(Topic, CloseReason.Requested), Update(1, 10));
    }

    private static void AssertWrong(params TopicMessage[] messages)
    {
        var oracle = new SubscriptionOracle();
        foreach (var message in messages)
            oracle.Note(message);
        Assert.Single(oracle.Violations);
    }

    private static TopicUpdate Update(long sequence, long number, long epoch = 1) =>
        new(Topic, Encoding.UTF8.GetBytes($"U|a|{number}"), new Epoch(epoch), sequence, number, receivedAt: 0);
}
