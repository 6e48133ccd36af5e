using AkkaWs.Policies;
using AkkaWs.Primitives;
using AkkaWs.Protocol;

namespace AkkaWs.Tests.Policies;

/// <summary>Subscribe and unsubscribe messages that the server does not answer in time.</summary>
public sealed class SubscriptionSilenceTests
{
    private readonly SubscriptionLedger _ledger = new();
    private int _messages;

    [Fact]
    public void A_confirmation_that_comes_after_its_deadline_counts()
    {
        Confirmed("a");
        var asked = AskNext();
        Assert.Equal(["a"], _ledger.Expire(asked.Id));
        Assert.True(_ledger.IsAwaited(asked.Id));

        Assert.Equal(["a"], _ledger.Apply(new Acknowledgement { RequestId = asked.Id }).Confirmed);

        Assert.True(_ledger.IsConfirmed("a"));
        Assert.Equal((0, false, false), (_ledger.HeldCount, _ledger.HasUnanswered, _ledger.HasWork));
        Assert.Empty(_ledger.Apply(new Acknowledgement { RequestId = asked.Id }).Confirmed);
    }

    [Fact]
    public void A_late_confirmation_counts_while_the_topic_is_asked_for_again_and_the_refusal_of_the_repetition_does_not()
    {
        Confirmed("a");
        var first = AskNext();
        _ledger.Expire(first.Id);
        _ledger.ReleaseUnanswered();
        var second = AskNext();

        Assert.Equal(["a"], _ledger.Apply(new Acknowledgement { RequestId = first.Id }).Confirmed);

        var refused = _ledger.Apply(new Acknowledgement { RequestId = second.Id, Rejection = "already subscribed" });
        Assert.Empty(refused.Failed);
        Assert.True(_ledger.IsConfirmed("a"));
    }

    [Fact]
    public void A_late_refusal_says_nothing_of_a_topic_that_is_asked_for_again()
    {
        Confirmed("a");
        var first = AskNext();
        _ledger.Expire(first.Id);
        _ledger.ReleaseUnanswered();
        var second = AskNext();

        Assert.Empty(_ledger.Apply(new Acknowledgement { RequestId = first.Id, Rejection = "busy" }).Failed);

        Assert.Equal(["a"], _ledger.Apply(new Acknowledgement { RequestId = second.Id }).Confirmed);
    }

    [Fact]
    public void A_late_refusal_settles_a_topic_that_nothing_was_sent_about_since()
    {
        Confirmed("a");
        var asked = AskNext();
        _ledger.Expire(asked.Id);

        Assert.Equal("a", Assert.Single(_ledger.Apply(new Acknowledgement { RequestId = asked.Id, Rejection = "no such topic" }).Failed).Topic.Value);

        Assert.Equal((1, false), (_ledger.HeldCount, _ledger.HasUnanswered));
        _ledger.Release();
        Assert.Equal(["a"], _ledger.Missing());
    }

    [Fact]
    public void A_late_confirmation_of_topics_that_nobody_wishes_any_more_leaves_them()
    {
        Confirmed("a");
        var asked = AskNext();
        _ledger.Expire(asked.Id);
        _ledger.Unwish("a");

        _ledger.Apply(new Acknowledgement { RequestId = asked.Id });

        Assert.Equal(["a"], _ledger.Surplus());
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(7)]
    [InlineData(100)]
    public void Where_nothing_is_answered_it_takes_fewer_than_two_messages_a_topic_and_then_each_waits_alone(int topics)
    {
        Confirmed([.. Enumerable.Range(0, topics).Select(i => new Topic($"t{i}"))]);
        _messages = 0;

        while (_ledger.HasWork)
            _ledger.Expire(AskNext().Id);

        Assert.Equal((2 * topics - 1, topics), (_messages, _ledger.HeldCount));
        _messages = 0;
        _ledger.ReleaseUnanswered();
        while (_ledger.HasWork)
            Assert.Single(AskNext().Topics);
        Assert.Equal(topics, _messages);
    }

    [Fact]
    public void A_server_that_ignores_what_is_too_large_gets_it_in_smaller_messages()
    {
        Confirmed([.. Enumerable.Range(0, 10).Select(i => new Topic($"t{i}"))]);
        _messages = 0;

        while (_ledger.HasWork)
        {
            var asked = AskNext();
            if (asked.Topics.Count > 3)
                _ledger.Expire(asked.Id);
            else
                _ledger.Apply(new Acknowledgement { RequestId = asked.Id });
        }

        Assert.Equal((10, 7), (_ledger.ConfirmedCount, _messages)); // 10, 5, 2, 3, 5, 2, 3
    }

    [Fact]
    public void Topics_that_were_not_answered_stand_behind_those_that_are_asked_for_or_left_for_the_first_time()
    {
        Confirmed("a", "b", "left");
        var asked = AskNext();
        _ledger.Apply(new Acknowledgement { RequestId = asked.Id, Topics = ["left"] });
        _ledger.Expire(asked.Id);
        _ledger.Wish("new");
        _ledger.Unwish("left");

        Assert.True(_ledger.HasUrgentWork);
        Assert.Equal(["new"], AskNext().Topics);
        Assert.Empty(_ledger.Missing());
        Assert.Equal(["left"], LeaveNext().Topics);
        Assert.Equal((false, true), (_ledger.HasUrgentWork, _ledger.HasWork));
        Assert.Single(AskNext().Topics);
        Assert.Single(AskNext().Topics);
        Assert.False(_ledger.HasWork);
    }

    [Fact]
    public void Who_wishes_a_topic_that_waits_has_it_asked_for_at_once()
    {
        Confirmed("a", "b");
        while (_ledger.HasWork)
            _ledger.Expire(AskNext().Id);

        _ledger.Wish("b");

        Assert.True(_ledger.HasUrgentWork);
        Assert.Equal(["b"], AskNext().Topics);
        Assert.Equal((1, false), (_ledger.HeldCount, _ledger.HasWork));
    }

    [Fact]
    public void Who_wishes_a_topic_that_is_asked_for_again_behind_all_others_has_it_asked_for_at_once_and_alone()
    {
        Confirmed("a", "b", "c", "d");
        _ledger.Expire(AskNext().Id);
        Assert.False(_ledger.HasUrgentWork);

        _ledger.Wish("c");

        Assert.True(_ledger.HasUrgentWork);
        Assert.Equal(["c"], AskNext().Topics);
        Assert.Equal(["a", "b", "d"], AskNext().Topics.Concat(AskNext().Topics).Order());
    }

    [Fact]
    public void A_topic_that_is_refused_while_the_server_may_have_it_is_left_before_it_is_asked_for_once_more()
    {
        Confirmed("a");
        _ledger.Expire(AskNext().Id);
        _ledger.ReleaseUnanswered();

        var change = _ledger.Apply(new Acknowledgement { RequestId = AskNext().Id, Rejection = "already subscribed" });

        Assert.Equal(["a"], change.Doubted);
        Assert.Empty(change.Failed);
        Assert.Empty(_ledger.Missing());
        _ledger.Apply(new Acknowledgement { RequestId = LeaveNext().Id });
        var again = AskNext();
        Assert.Equal(["a"], again.Topics);
        Assert.Equal("no", Assert.Single(_ledger.Apply(new Acknowledgement { RequestId = again.Id, Rejection = "no" }).Failed).Reason);
        Assert.False(_ledger.HasWork);
    }

    [Fact]
    public void A_topic_that_cannot_be_left_either_is_refused_and_held_back_after_three_messages()
    {
        Confirmed("a");
        _ledger.Expire(AskNext().Id);
        _ledger.ReleaseUnanswered();
        _messages = 0;
        _ledger.Apply(new Acknowledgement { RequestId = AskNext().Id, Rejection = "already subscribed" });
        _ledger.Expire(LeaveNext().Id);

        Assert.Single(_ledger.Apply(new Acknowledgement { RequestId = AskNext().Id, Rejection = "already subscribed" }).Failed);

        Assert.Equal((3, 1, false), (_messages, _ledger.HeldCount, _ledger.HasWork));
        _ledger.Release();
        Assert.Equal(["a"], _ledger.Apply(new Acknowledgement { RequestId = AskNext().Id, Rejection = "already subscribed" }).Doubted);
    }

    [Fact]
    public void Topics_of_an_unsubscribe_message_that_is_not_answered_are_left_again_in_halves_then_each_alone()
    {
        Left("a", "b", "c");
        List<int> sizes = [];

        while (_ledger.HasWork)
        {
            var left = LeaveNext();
            sizes.Add(left.Topics.Count);
            _ledger.Expire(left.Id);
        }

        Assert.Equal([3, 1, 2, 1, 1], sizes);
        Assert.True(_ledger.HasUnanswered);
        _ledger.ReleaseUnanswered();
        for (var i = 0; i < 3; i++)
            Assert.Single(_ledger.Apply(new Acknowledgement { RequestId = LeaveNext().Id }).Left);
        Assert.Equal((false, false), (_ledger.HasWork, _ledger.HasUnanswered));
    }

    [Fact]
    public void An_unsubscribe_message_that_is_answered_late_has_left_its_topics()
    {
        Left("a");
        var left = LeaveNext();
        _ledger.Expire(left.Id);

        Assert.Equal(["a"], _ledger.Apply(new Acknowledgement { RequestId = left.Id }).Left);

        _ledger.ReleaseUnanswered();
        Assert.Equal((false, false), (_ledger.HasWork, _ledger.HasUnanswered));
    }

    [Fact]
    public void What_the_server_does_not_confirm_to_have_left_counts_as_left_once_it_was_left_alone()
    {
        Left("a");
        var left = LeaveNext();
        Assert.False(_ledger.HasLeft);

        _ledger.Expire(left.Id);

        Assert.True(_ledger.HasLeft);
    }

    [Fact]
    public void A_topic_that_is_wished_again_while_it_may_be_left_is_asked_for()
    {
        Left("a");
        _ledger.Expire(LeaveNext().Id);

        _ledger.Wish("a");

        Assert.Empty(_ledger.Surplus());
        Assert.Equal(["a"], _ledger.Apply(new Acknowledgement { RequestId = AskNext().Id }).Confirmed);
    }

    [Fact]
    public void Of_topics_that_a_server_never_confirms_to_have_left_few_are_tried_at_once_and_not_all_are_remembered()
    {
        Left([.. Enumerable.Range(0, 1_100).Select(i => new Topic($"t{i}"))]);
        while (_ledger.HasWork)
            _ledger.Expire(LeaveNext().Id);

        _ledger.ReleaseUnanswered();
        _messages = 0;
        var left = new HashSet<Topic>();
        while (_ledger.HasWork)
            left.UnionWith(LeaveNext().Topics);

        Assert.Equal((16, 16), (_messages, left.Count));
        for (var round = 0; round < 1_024 / 16; round++)
        {
            _ledger.ReleaseUnanswered();
            while (_ledger.HasWork)
                _ledger.Apply(new Acknowledgement { RequestId = LeaveNext().Id });
        }

        Assert.False(_ledger.HasUnanswered);
    }

    // On the wire of an earlier physical connection: refusals and silence are no reason to give them up.
    private void Confirmed(params Topic[] topics)
    {
        Wish(topics);
        _ledger.Apply(new Acknowledgement { RequestId = AskNext().Id });
        _ledger.Reset();
    }

    private void Left(params Topic[] topics)
    {
        Wish(topics);
        _ledger.Apply(new Acknowledgement { RequestId = AskNext().Id });
        foreach (var topic in topics)
            _ledger.Unwish(topic);
    }

    private void Wish(Topic[] topics)
    {
        foreach (var topic in topics)
            _ledger.Wish(topic);
    }

    private (RequestId Id, IReadOnlyList<Topic> Topics) AskNext()
    {
        RequestId id = $"{++_messages}-{Guid.NewGuid():N}";
        var topics = _ledger.Missing();
        Assert.NotEmpty(topics);
        _ledger.MarkSubscribing(topics, id);
        return (id, topics);
    }

    private (RequestId Id, IReadOnlyList<Topic> Topics) LeaveNext()
    {
        RequestId id = $"{++_messages}-{Guid.NewGuid():N}";
        var topics = _ledger.Surplus();
        Assert.NotEmpty(topics);
        _ledger.MarkUnsubscribing(topics, id);
        return (id, topics);
    }
}
