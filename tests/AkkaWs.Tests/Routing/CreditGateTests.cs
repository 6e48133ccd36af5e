using AkkaWs.Routing;

namespace AkkaWs.Tests.Routing;

public sealed class CreditGateTests
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task Credits_are_taken_at_once_until_none_is_left()
    {
        var gate = new CreditGate(2);

        Assert.True(gate.WaitAsync(default).AsTask().IsCompletedSuccessfully);
        Assert.True(gate.WaitAsync(default).AsTask().IsCompletedSuccessfully);
        var third = gate.WaitAsync(default).AsTask();

        Assert.False(third.IsCompleted);
        Assert.Equal((1, true), gate.Pauses);
        gate.Release();
        await third.WaitAsync(Deadline);
        Assert.Equal((1, false), gate.Pauses);
        Assert.Equal(0, gate.Free);
    }

    [Fact]
    public async Task Who_asks_is_told_of_the_next_pause_once_and_at_once_of_one_that_lasts()
    {
        var (gate, told) = (new CreditGate(1), 0);
        await gate.WaitAsync(default);
        gate.OnNextPause(() => told++);
        Assert.Equal(0, told);

        var waiting = gate.WaitAsync(default).AsTask();
        Assert.Equal(1, told);
        gate.OnNextPause(() => told++);
        Assert.Equal(2, told);

        gate.Release();
        await waiting.WaitAsync(Deadline);
        _ = gate.WaitAsync(default).AsTask();
        Assert.Equal(2, told);
    }

    [Fact]
    public async Task A_waiter_that_gave_up_takes_no_credit()
    {
        var gate = new CreditGate(1);
        await gate.WaitAsync(default);
        using var cancellation = new CancellationTokenSource();
        var waiting = gate.WaitAsync(cancellation.Token).AsTask();

        await cancellation.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting.WaitAsync(Deadline));
        Assert.False(gate.Pauses.Now);
        gate.Release();
        Assert.Equal(1, gate.Free);
        Assert.True(gate.WaitAsync(default).AsTask().IsCompletedSuccessfully);
    }

    [Fact]
    public void A_credit_is_taken_without_waiting_only_where_there_is_one()
    {
        var gate = new CreditGate(1);

        Assert.True(gate.TryTake());
        Assert.False(gate.TryTake());

        Assert.Equal((0, false), gate.Pauses);
        gate.Release();
        Assert.True(gate.TryTake());
    }

    [Fact]
    public void Batches_that_are_delivered_together_give_all_their_credits_back()
    {
        var gate = new CreditGate(3);
        Assert.True(gate.TryTake());
        Assert.True(gate.TryTake());
        var credit = new BatchCredit(gate);
        credit.Count++;

        credit.Release();

        Assert.Equal(3, gate.Free);
    }

    [Fact]
    public void A_batch_gives_its_credit_back_with_the_last_of_its_holders()
    {
        var gate = new CreditGate(1);
        Assert.True(gate.WaitAsync(default).AsTask().IsCompletedSuccessfully);
        var credit = new BatchCredit(gate);
        credit.Retain();
        credit.Retain();

        credit.Release();
        credit.Release();
        Assert.Equal(0, gate.Free);
        credit.Release();

        Assert.Equal(1, gate.Free);
    }

    [Fact]
    public async Task Many_holders_on_many_threads_lose_no_credit()
    {
        var gate = new CreditGate(4);
        for (var i = 0; i < 2_000; i++)
        {
            await gate.WaitAsync(default).AsTask().WaitAsync(Deadline);
            var credit = new BatchCredit(gate);
            for (var holder = 0; holder < 3; holder++)
            {
                credit.Retain();
                ThreadPool.UnsafeQueueUserWorkItem(static c => c.Release(), credit, preferLocal: false);
            }

            credit.Release();
        }

        for (var i = 0; i < 4; i++)
            await gate.WaitAsync(default).AsTask().WaitAsync(Deadline);
        Assert.Equal(0, gate.Free);
    }

    [Fact]
    public async Task Two_waiters_get_their_credits_in_turn()
    {
        var gate = new CreditGate(1);
        await gate.WaitAsync(default);
        var (first, second) = (gate.WaitAsync(default).AsTask(), gate.WaitAsync(default).AsTask());

        gate.Release();
        await first.WaitAsync(Deadline);
        Assert.False(second.IsCompleted);
        gate.Release();

        await second.WaitAsync(Deadline);
    }

    [Fact]
    public async Task What_was_lent_is_taken_back_once_as_it_becomes_free()
    {
        var gate = new CreditGate(1);
        gate.Lend(2);
        for (var i = 0; i < 3; i++)
            Assert.True(gate.WaitAsync(default).AsTask().IsCompletedSuccessfully);

        gate.TakeBack();
        gate.TakeBack();

        Assert.Equal(-2, gate.Free);
        var waiting = gate.WaitAsync(default).AsTask();
        gate.Release();
        gate.Release();
        Assert.False(waiting.IsCompleted);
        gate.Release();
        await waiting.WaitAsync(Deadline);
    }
}
