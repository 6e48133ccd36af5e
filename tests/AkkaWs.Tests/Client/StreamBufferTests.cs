using AkkaWs.Client;
using AkkaWs.Errors;
using AkkaWs.Messages;
using AkkaWs.Primitives;
using AkkaWs.Routing;

namespace AkkaWs.Tests.Client;

public sealed class StreamBufferTests
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);
    private static readonly CloseReason Lost = new(ErrorClass.Reset, "lost");
    private readonly CreditGate _gate = new(2);
    private readonly StreamBuffer _buffer = new();

    [Fact]
    public void A_group_keeps_its_credit_until_its_reader_gives_it_back()
    {
        Offer("a");

        Assert.Equal(1, _gate.Free);
        Assert.True(_buffer.TryTake(out var item));
        Assert.Equal(1, _gate.Free);
        item.Credit!.Release();
        Assert.Equal(2, _gate.Free);
        Assert.False(_buffer.TryTake(out _));
    }

    [Fact]
    public void Closing_gives_all_credits_back_and_takes_nothing_more()
    {
        Offer("a");
        Offer("a");
        Assert.Equal(0, _gate.Free);

        _buffer.Close();

        Assert.Equal(2, _gate.Free);
        Offer("a");
        Assert.Equal(2, _gate.Free);
        Assert.False(_buffer.TryTake(out _));
    }

    [Fact]
    public async Task A_waiting_reader_is_woken_by_the_next_group_and_by_the_end()
    {
        var waiting = _buffer.WaitAsync().AsTask();
        Assert.False(waiting.IsCompleted);
        Offer("a");
        Assert.True(await waiting.WaitAsync(Deadline));
        Assert.True(_buffer.TryTake(out _));

        waiting = _buffer.WaitAsync().AsTask();
        _buffer.Close();

        Assert.False(await waiting.WaitAsync(Deadline));
        Assert.False(await _buffer.WaitAsync());
    }

    [Fact]
    public void Interruptions_without_updates_between_are_merged_per_topic()
    {
        for (var epoch = 1; epoch <= 100; epoch++)
        {
            foreach (var topic in new[] { "a", "b" })
            {
                _buffer.Accept(new Interrupted(topic, new Epoch(epoch), Lost));
                _buffer.Accept(new Restored(topic, new Epoch(epoch + 1)));
            }
        }

        Assert.Equal(["a Interrupted", "b Interrupted", "a Restored", "b Restored"], Drain());
    }

    [Fact]
    public void Interruptions_with_updates_between_are_all_shown()
    {
        _buffer.Accept(new Interrupted("a", new Epoch(1), Lost));
        _buffer.Accept(new Restored("a", new Epoch(2)));
        Offer("a");
        _buffer.Accept(new Interrupted("a", new Epoch(2), Lost));
        _buffer.Accept(new Restored("a", new Epoch(3)));

        Assert.Equal(["a Interrupted", "a Restored", "a TopicUpdate", "a Interrupted", "a Restored"], Drain());
    }

    [Fact]
    public void An_interruption_that_was_read_goes_on_until_a_restoration_that_was_not()
    {
        _buffer.Accept(new Interrupted("a", new Epoch(1), Lost));
        Assert.Equal(["a Interrupted"], Drain());
        _buffer.Accept(new Restored("a", new Epoch(2)));
        _buffer.Accept(new Interrupted("a", new Epoch(2), Lost));
        Assert.Empty(Drain());

        _buffer.Accept(new Restored("a", new Epoch(3)));

        Assert.Equal(["a Restored"], Drain());
    }

    [Fact]
    public void One_that_has_worked_off_what_it_held_is_looked_at_once_a_round_however_many_topics_it_has()
    {
        Offer("a");
        _buffer.MarkProgress(round: 1);
        Assert.True(_buffer.TryTake(out var taken));
        taken.Credit!.Release();
        Offer("b");

        foreach (var _ in (Topic[])["a", "b"])
        {
            Assert.False(_buffer.FailIfStuck(Lost, round: 2));
            _buffer.MarkProgress(round: 2);
        }

        Assert.True(_buffer.HoldsReading);
        Assert.True(_buffer.FailIfStuck(Lost, round: 3));
        Assert.Equal(2, _gate.Free);
    }

    private void Offer(Topic topic)
    {
        if (!_gate.WaitAsync(default).AsTask().IsCompletedSuccessfully)
            Assert.Fail("no credit left");
        var credit = new BatchCredit(_gate);
        _buffer.Accept([new TopicUpdate(topic, "x"u8.ToArray(), new Epoch(1), 1, null, 0)], credit);
        credit.Release();
    }

    private List<string> Drain()
    {
        List<string> drained = [];
        while (_buffer.TryTake(out var item))
            drained.AddRange(item.Messages.Select(m => $"{m.Topic} {m.GetType().Name}"));
        return drained;
    }
}
