using AkkaWs.Messages;
using AkkaWs.Primitives;
using Quickstart;

namespace AkkaWs.Samples.Tests.Quickstart;

public sealed class VerdictTests
{
    private static readonly ConnectionStatus Recovered = new("quickstart", ConnectionState.Closed, new Epoch(2), DateTimeOffset.UnixEpoch)
    {
        Reconnects = 1,
        MessagesReceived = 123_456_789,
    };

    [Fact]
    public void A_run_in_which_everything_holds_exits_with_0()
    {
        var verdict = Judge([Samples.Topic, Samples.Topic], [Samples.Order]);

        Assert.All(verdict.Checks, check => Assert.True(check.Holds, check.Subject));
        Assert.Equal(0, verdict.ExitCode);
    }

    [Fact]
    public void A_broken_order_exits_with_1_and_names_the_topic()
    {
        var verdict = Judge([Samples.Topic, Samples.Topic with { InOrder = false }], [Samples.Order]);

        var failed = Assert.Single(verdict.Checks, check => !check.Holds);
        Assert.Equal(("order", "broken on orderbook.50.BTCUSDT"), (failed.Subject, failed.Finding));
        Assert.Equal(1, verdict.ExitCode);
    }

    [Fact]
    public void A_topic_without_an_update_or_with_another_break_exits_with_1()
    {
        Assert.Equal(["updates"], Failures(Judge([Samples.Topic, Samples.Topic with { Updates = 0 }], [Samples.Order])));
        Assert.Equal(["updates"], Failures(Judge([Samples.Topic, Samples.Topic with { Interruptions = 2 }], [Samples.Order])));
    }

    [Fact]
    public void A_request_that_failed_or_was_not_made_exits_with_1()
    {
        Assert.Equal(["requests"], Failures(Judge([Samples.Topic], [Samples.Refused])));
        Assert.Equal(["requests"], Failures(Judge([Samples.Topic], [])));
    }

    [Fact]
    public void Another_number_of_reconnects_or_a_message_that_was_not_understood_exits_with_1()
    {
        Assert.Equal(["recovery"], Failures(Judge([Samples.Topic], [Samples.Order], Recovered with { Reconnects = 2 })));
        Assert.Equal(["messages"], Failures(Judge([Samples.Topic], [Samples.Order], Recovered with { UnknownMessages = 1 })));
    }

    [Fact]
    public void A_recording_that_comes_otherwise_than_it_was_recorded_exits_with_1()
    {
        Assert.Equal(0, CaptureRun.Judge(3, 3, 0, TimeSpan.Zero).ExitCode);
        Assert.Equal(1, CaptureRun.Judge(3, 3, 1, TimeSpan.Zero).ExitCode);
        Assert.Equal(1, CaptureRun.Judge(3, 2, 0, TimeSpan.Zero).ExitCode);
    }

    [Fact]
    public void Nothing_checked_is_not_passed() => Assert.Equal(1, new Verdict([]).ExitCode);

    internal static Verdict Judge(IReadOnlyList<TopicResult> topics, IReadOnlyList<OrderResult> orders, ConnectionStatus? status = null) => new(
    [
        Summary.Updates(topics, interruptions: 1),
        Summary.Order(topics),
        Summary.Requests(orders, expected: 1),
        Summary.Recovery(Samples.Outage, status ?? Recovered),
        Summary.Messages(status ?? Recovered, topics.Sum(topic => topic.Updates)),
        Summary.Latency(topics),
    ]);

    private static IEnumerable<string> Failures(Verdict verdict)
    {
        Assert.Equal(1, verdict.ExitCode);
        return verdict.Checks.Where(check => !check.Holds).Select(check => check.Subject);
    }
}
