using AkkaWs.Errors;
using AkkaWs.Policies;
using AkkaWs.Primitives;
using AkkaWs.Protocol;

namespace AkkaWs.Tests.Policies;

public sealed class SubscriptionLedgerTests
{
    private readonly SubscriptionLedger _ledger = new();

    [Fact]
    public void A_partial_refusal_names_the_topic_that_failed_and_confirms_the_others()
    {
        Ask("1", "a", "b");

        var change = _ledger.Apply(new Acknowledgement { RequestId = "1", Failures = [new TopicFailure("b", "no such topic")] });

        Assert.Equal(["a"], change.Confirmed);
        Assert.Equal([new TopicFailure("b", "no such topic")], change.Failed);
        Assert.Equal(["b"], _ledger.Missing());
    }

    [Fact]
    public void An_answer_without_an_id_speaks_of_the_topics_it_names()
    {
        Ask("1", "a", "b");

        Assert.Equal(["a"], _ledger.Apply(new Acknowledgement { Topics = ["a", "unheard-of"] }).Confirmed);

        Assert.True(_ledger.IsConfirmed("a"));
        Assert.False(_ledger.IsConfirmed("b"));
        Assert.True(_ledger.IsPending("1"));
    }

    [Fact]
    public void A_topic_that_was_confirmed_and_is_refused_later_is_held_back_until_it_is_released()
    {
        Ask("1", "a");
        _ledger.Apply(new Acknowledgement { RequestId = "1" });
        _ledger.Reset();
        Ask("2", "a");

        _ledger.Apply(new Acknowledgement { RequestId = "2", Rejection = "busy" });

        Assert.Empty(_ledger.Missing());
        Assert.Equal(1, _ledger.HeldCount);
        _ledger.Release();
        Assert.Equal(["a"], _ledger.Missing());
        Assert.Equal(0, _ledger.HeldCount);
    }

    [Fact]
    public void A_topic_that_is_unwished_and_wished_again_counts_as_never_confirmed()
    {
        Ask("1", "a");
        _ledger.Apply(new Acknowledgement { RequestId = "1" });
        _ledger.Unwish("a");
        _ledger.MarkUnsubscribing(["a"], "2");

        _ledger.Wish("a");

        Assert.False(_ledger.WasConfirmed("a"));
    }

    [Fact]
    public void A_subscribe_message_that_was_never_answered_is_undone_once_nobody_wishes_its_topic()
    {
        Ask("1", "a");

        Assert.Equal(["a"], _ledger.Expire("1"));
        _ledger.Unwish("a");

        Assert.Equal(["a"], _ledger.Surplus());
    }

    [Fact]
    public void An_unsubscribe_that_is_refused_is_not_repeated()
    {
        Ask("1", "a");
        _ledger.Apply(new Acknowledgement { RequestId = "1" });
        _ledger.Unwish("a");
        _ledger.MarkUnsubscribing(["a"], "2");

        Assert.Equal(["a"], _ledger.Apply(new Acknowledgement { RequestId = "2", Rejection = "no" }).Left);

        Assert.Empty(_ledger.Surplus());
    }

    [Fact]
    public void An_unsubscribe_that_is_refused_is_repeated_once_later()
    {
        Ask("1", "a");
        _ledger.Apply(new Acknowledgement { RequestId = "1" });
        _ledger.Unwish("a");
        LeaveNext("2");
        _ledger.Apply(new Acknowledgement { RequestId = "2", Rejection = "busy" });

        Assert.Equal((false, true), (_ledger.HasWork, _ledger.HasUnanswered));
        _ledger.ReleaseUnanswered();
        Assert.Equal(["a"], LeaveNext("3"));
        _ledger.Apply(new Acknowledgement { RequestId = "3", Rejection = "no such subscription" });

        Assert.Equal((false, false), (_ledger.HasWork, _ledger.HasUnanswered));
    }

    [Fact]
    public void A_topic_whose_unsubscribe_was_refused_is_left_first_where_it_is_subscribed_again_and_refused_as_repeated()
    {
        Ask("1", "a");
        _ledger.Apply(new Acknowledgement { RequestId = "1" });
        _ledger.Unwish("a");
        LeaveNext("2");
        _ledger.Apply(new Acknowledgement { RequestId = "2", Rejection = "busy" });

        Ask("3", "a");

        Assert.Equal(["a"], _ledger.Apply(new Acknowledgement { RequestId = "3", Rejection = "already subscribed" }).Doubted);
        Assert.Equal(["a"], LeaveNext("4"));
    }

    [Fact]
    public void An_unsubscribe_message_that_is_refused_as_a_whole_is_divided_like_a_subscribe_message()
    {
        Ask("1", "a", "b", "c", "d");
        _ledger.Apply(new Acknowledgement { RequestId = "1" });
        foreach (var topic in _ledger.Desired.ToList())
            _ledger.Unwish(topic);
        _ledger.MarkUnsubscribing(_ledger.Surplus(), "2");

        Assert.Empty(_ledger.Apply(new Acknowledgement { RequestId = "2", Rejection = "no c" }).Left);

        Assert.Equal(["a", "b"], LeaveNext("3"));
        Assert.Equal(["a", "b"], _ledger.Apply(new Acknowledgement { RequestId = "3" }).Left);
        Assert.Equal(["c", "d"], LeaveNext("4"));
        _ledger.Apply(new Acknowledgement { RequestId = "4", Rejection = "no c" });
        Assert.Equal(["c"], LeaveNext("5"));
        Assert.Equal(["d"], LeaveNext("6"));
        _ledger.Apply(new Acknowledgement { RequestId = "5", Rejection = "no c" });
        _ledger.Apply(new Acknowledgement { RequestId = "6" });
        Assert.False(_ledger.HasWork);
    }

    [Fact]
    public void Topics_that_are_to_be_left_by_a_message_that_is_refused_as_a_whole_may_have_been_left_when_they_are_asked_for_again()
    {
        Ask("1", "a", "b", "c");
        _ledger.Apply(new Acknowledgement { RequestId = "1" });
        foreach (var topic in _ledger.Desired.ToList())
            _ledger.Unwish(topic);
        LeaveNext("2");
        _ledger.Wish("a");
        _ledger.Apply(new Acknowledgement { RequestId = "2", Rejection = "no c" });
        _ledger.Wish("b");

        Assert.Equal(["a", "b"], _ledger.Missing().Order());
        Assert.All(_ledger.Missing(), topic => Assert.True(_ledger.MayBeginAnew(topic)));

        _ledger.MarkSubscribing(["a"], "3");
        Assert.Equal(["a"], _ledger.Apply(new Acknowledgement { RequestId = "3", Rejection = "already subscribed" }).Doubted);
    }

    [Fact]
    public void A_topic_that_a_refusal_names_as_confirmed_is_and_the_others_are_asked_for_together()
    {
        Ask("1", "a", "b", "c");

        var change = _ledger.Apply(new Acknowledgement { RequestId = "1", Rejection = "already subscribed: b", Topics = ["b"] });

        Assert.Equal(["b"], change.Confirmed);
        Assert.Equal(["a", "c"], _ledger.Missing());
    }

    [Fact]
    public void An_answer_that_tells_what_it_answers_says_nothing_of_a_message_of_the_other_kind()
    {
        Ask("1", "a");
        _ledger.Apply(new Acknowledgement { RequestId = "1" });
        _ledger.Unwish("a");
        LeaveNext("2");

        Assert.Empty(_ledger.Apply(new Acknowledgement { Topics = ["a"], OfUnsubscribe = false }).Left);

        Assert.Equal(["a"], _ledger.Apply(new Acknowledgement { Topics = ["a"], OfUnsubscribe = true }).Left);
    }

    [Fact]
    public void A_message_that_is_refused_as_a_whole_is_divided_until_the_bad_topic_stands_alone()
    {
        Topic[] topics = [.. Enumerable.Range(0, 200).Select(i => new Topic($"t{i}"))];
        foreach (var topic in topics)
            _ledger.Wish(topic);

        var (failed, messages) = AskAll("t137");

        Assert.Equal([new TopicFailure("t137", "invalid")], failed);
        Assert.Equal(199, _ledger.ConfirmedCount);
        Assert.InRange(messages, 10, 17);
    }

    [Fact]
    public void Where_everything_is_refused_it_takes_fewer_than_two_messages_a_topic()
    {
        Topic[] topics = [.. Enumerable.Range(0, 200).Select(i => new Topic($"t{i}"))];
        foreach (var topic in topics)
            _ledger.Wish(topic);

        var (failed, messages) = AskAll([.. topics.Select(topic => topic.Value)]);

        Assert.Equal(topics.Order(), failed.Select(failure => failure.Topic).Order());
        Assert.Equal(2 * topics.Length - 1, messages);
        Assert.False(_ledger.HasWork);
    }

    [Fact]
    public void A_part_asks_for_no_topic_that_nobody_wishes_any_more()
    {
        Ask("1", "a", "b", "c", "d");
        Assert.Equal(4, _ledger.Apply(new Acknowledgement { RequestId = "1", Rejection = "invalid" }).Divided);

        _ledger.Unwish("a");
        _ledger.Wish("e");

        Assert.Equal(["b"], _ledger.Missing());
        _ledger.MarkSubscribing(["b"], "2");
        Assert.Equal(["c", "d"], _ledger.Missing());
        _ledger.MarkSubscribing(["c", "d"], "3");
        Assert.Equal(["e"], _ledger.Missing());
    }

    [Fact]
    public void A_topic_that_the_refusal_names_fails_alone_and_the_others_are_asked_for_together()
    {
        Ask("1", "a", "b", "c", "d");

        var change = _ledger.Apply(new Acknowledgement { RequestId = "1", Rejection = "invalid", Failures = [new TopicFailure("b", "no b")] });

        Assert.Equal([new TopicFailure("b", "no b")], change.Failed);
        Assert.Equal(3, change.Divided);
        _ledger.Unwish("b");
        Assert.Equal(["a", "c", "d"], _ledger.Missing());
    }

    [Fact]
    public void A_refusal_that_names_a_topic_which_was_not_asked_for_is_divided_like_one_that_names_none()
    {
        Ask("1", "a", "b");

        Assert.Equal(2, _ledger.Apply(new Acknowledgement { RequestId = "1", Rejection = "invalid", Failures = [new TopicFailure("x", "no x")] }).Divided);

        Assert.Equal(["a"], _ledger.Missing());
    }

    [Fact]
    public void All_parts_of_a_divided_message_expire_with_its_deadline_whether_they_were_asked_for_or_not()
    {
        Ask("1", "a", "b", "c", "d");
        _ledger.Apply(new Acknowledgement { RequestId = "1", Rejection = "invalid" });
        _ledger.MarkSubscribing(_ledger.Missing(), "2");
        _ledger.Apply(new Acknowledgement { RequestId = "2", Rejection = "invalid" });
        _ledger.MarkSubscribing(["a"], "3");
        _ledger.Apply(new Acknowledgement { RequestId = "3" });
        _ledger.MarkSubscribing(["b"], "4");

        Assert.Equal(["b", "c", "d"], _ledger.Expire("1").Order());

        Assert.True(_ledger.IsConfirmed("a"));
    }

    [Fact]
    public void A_topic_that_was_held_back_is_asked_for_apart_from_the_others()
    {
        Ask("1", "bad");
        _ledger.Apply(new Acknowledgement { RequestId = "1" });
        _ledger.Reset();
        Ask("2", "bad");
        _ledger.Apply(new Acknowledgement { RequestId = "2", Rejection = "invalid" });

        _ledger.Wish("new");
        _ledger.Release();

        Assert.Equal(["bad"], _ledger.Missing());
    }

    // Asks as the connection does, of a server that refuses every message with a bad topic in it.
    private (List<TopicFailure> Failed, int Messages) AskAll(params IReadOnlyList<string> bad)
    {
        List<TopicFailure> failed = [];
        var messages = 0;
        while (_ledger.Missing(200) is { Count: > 0 } asked)
        {
            RequestId id = $"{++messages}";
            _ledger.MarkSubscribing(asked, id);
            var isRefused = asked.Any(topic => bad.Contains(topic.Value));
            var change = _ledger.Apply(new Acknowledgement { RequestId = id, Rejection = isRefused ? "invalid" : null });
            failed.AddRange(change.Failed);
            foreach (var failure in change.Failed)
                _ledger.Unwish(failure.Topic);
        }

        return (failed, messages);
    }

    private IReadOnlyList<Topic> LeaveNext(RequestId id)
    {
        var topics = _ledger.Surplus();
        _ledger.MarkUnsubscribing(topics, id);
        return topics;
    }

    private void Ask(RequestId id, params Topic[] topics)
    {
        foreach (var topic in topics)
            _ledger.Wish(topic);
        Assert.Equal(topics.Order(), _ledger.Missing().Order());
        _ledger.MarkSubscribing(topics, id);
    }
}
