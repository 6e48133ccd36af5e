using AkkaWs.Policies;
using AkkaWs.Primitives;

namespace AkkaWs.Tests.Policies;

public sealed class UnconfirmedTopicsTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);
    private static readonly DateTimeOffset Start = DateTimeOffset.UnixEpoch;

    [Fact]
    public void A_topic_that_is_missing_for_the_limit_is_reported_once_with_since_when()
    {
        var topics = new UnconfirmedTopics();
        Topic[] missing = ["a"];

        Assert.Empty(topics.Check(missing, Limit, "never asked for", TimeSpan.Zero, Start));
        Assert.Empty(topics.Check(missing, Limit, "never asked for", Limit / 2, Start + Limit / 2));
        var report = Assert.Single(topics.Check(missing, Limit, "never asked for", Limit, Start + Limit));

        Assert.Equal(("a", Start, "never asked for"), (report.Topic.Value, report.Since, report.Cause));
        Assert.Empty(topics.Check(missing, Limit, "never asked for", 2 * Limit, Start + 2 * Limit));
        Assert.Equal(1, topics.Count);
    }

    [Fact]
    public void A_topic_is_overdue_by_the_life_of_the_connection_whatever_the_wall_clock_is_set_to()
    {
        var topics = new UnconfirmedTopics();
        Topic[] missing = ["a"];
        topics.Await("a", TimeSpan.Zero);

        Assert.Empty(topics.Check(missing, Limit, "never asked for", Limit / 2, Start + TimeSpan.FromHours(1)));
        Assert.Equal(Limit, topics.NextDue(Limit));
        var report = Assert.Single(topics.Check(missing, Limit, "never asked for", Limit, Start - TimeSpan.FromHours(1)));

        Assert.Equal(Start - TimeSpan.FromHours(1) - Limit, report.Since);
    }

    [Fact]
    public void A_topic_that_was_confirmed_and_is_refused_later_is_reported_again()
    {
        var topics = new UnconfirmedTopics();

        Assert.NotNull(topics.Report("a", "no", TimeSpan.Zero, Start));
        Assert.Null(topics.Report("a", "no", TimeSpan.Zero, Start));
        topics.Remove("a");
        Assert.Equal(0, topics.Count);
        Assert.NotNull(topics.Report("a", "no", TimeSpan.Zero, Start));
    }

    [Fact]
    public void Those_that_wait_longest_come_first_in_a_bounded_list()
    {
        var topics = new UnconfirmedTopics();
        for (var i = 0; i < 30; i++)
            topics.Report($"topic-{i}", "no", TimeSpan.Zero, Start - TimeSpan.FromSeconds(i));

        Assert.Equal(["topic-29", "topic-28"], topics.First(2).Select(topic => topic.Topic.Value));
        Assert.Equal(30, topics.Count);
    }
}
