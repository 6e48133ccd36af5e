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

    private void Ask(RequestId id, params Topic[] topics)
    {
        foreach (var topic in topics)
            _ledger.Wish(topic);
        Assert.Equal(topics.Order(), _ledger.Missing().Order());
        _ledger.MarkSubscribing(topics, id);
    }
}
