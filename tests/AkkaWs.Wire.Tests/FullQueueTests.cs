using AkkaWs.Wire.Tests.Support;

namespace AkkaWs.Wire.Tests;

/// <summary>What becomes of writes when the queue is full.</summary>
public sealed class FullQueueTests
{
    [Fact]
    public async Task A_full_queue_refuses_posts_and_makes_sends_wait()
    {
        var (connection, peer, client) = Peer.Open(new WireOptions { MaxQueuedWrites = 2 });
        var gate = Gate.On(client);
        Assert.True(connection.TryPost(new PostedWrite("1")));
        await gate.Entered;
        Assert.True(connection.TryPost(new PostedWrite("2")));
        var refused = new PostedWrite("refused");
        Assert.False(connection.TryPost(refused));
        var waiting = connection.SendTextAsync("3").AsTask();
        using var cancel = new CancellationTokenSource();
        var givenUp = connection.SendTextAsync("given up", cancel.Token).AsTask();
        Assert.False(waiting.IsCompleted);
        Assert.Equal(2, connection.QueuedWrites);

        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => givenUp.WaitAsync(Peer.Patience));
        gate.Open();

        await waiting.WaitAsync(Peer.Patience);
        foreach (var text in new[] { "1", "2", "3" })
            Assert.Equal(text, (await peer.ReadFrameAsync())!.Text);
        Assert.False(refused.IsTold);
    }

    [Fact]
    public async Task A_send_that_waits_for_room_is_woken_when_all_that_is_queued_is_withdrawn()
    {
        var (connection, peer, _) = Peer.Open(new WireOptions { MaxQueuedWrites = 1 });
        var waiting = new TaskCompletionSource<Task>(TaskCreationOptions.RunContinuationsAsynchronously);

        Assert.True(connection.TryPost(new WithdrawnWrite(() => waiting.SetResult(connection.SendTextAsync("late").AsTask()))));

        await (await waiting.Task.WaitAsync(Peer.Patience)).WaitAsync(Peer.Patience);
        Assert.Equal("late", (await peer.ReadFrameAsync())!.Text);
        Assert.Equal(0, connection.QueuedWrites);
    }

    [Fact]
    public async Task An_immediate_message_finds_room_in_a_full_queue_and_leaves_first()
    {
        var (connection, peer, client) = Peer.Open(new WireOptions { MaxQueuedWrites = 2, MaxQueuedBytes = 4 });
        var gate = Gate.On(client);
        Assert.True(connection.TryPost(new PostedWrite("1")));
        await gate.Entered;
        Assert.True(connection.TryPost(new PostedWrite("2")));
        Assert.False(connection.TryPost(new PostedWrite("3", WireLane.High)));

        Assert.All(Enumerable.Range(0, 128), _ => Assert.True(connection.TryPost(new PostedWrite("pong", WireLane.Immediate))));
        Assert.False(connection.TryPost(new PostedWrite("too many", WireLane.Immediate)));
        gate.Open();

        foreach (var text in (IEnumerable<string>)["1", .. Enumerable.Repeat("pong", 128), "2"])
            Assert.Equal(text, (await peer.ReadFrameAsync())!.Text);
    }

    [Fact]
    public async Task A_message_larger_than_the_queue_passes_when_it_is_alone()
    {
        var (connection, peer, client) = Peer.Open(new WireOptions { MaxQueuedBytes = 1000 });
        var gate = Gate.On(client);
        Assert.True(connection.TryPost(new PostedWrite(WireOpcode.Binary, new byte[5000])));
        await gate.Entered;
        Assert.False(connection.TryPost(new PostedWrite("no room")));
        Assert.Equal(5000, connection.QueuedBytes);
        gate.Open();

        Assert.Equal(5000, (await peer.ReadFrameAsync())!.Payload.Length);
    }

    [Theory]
    [InlineData(2, 1_000)]
    [InlineData(1_000, 4)]
    public async Task A_cancel_finds_a_place_of_its_own_in_a_queue_that_others_have_filled(int maxWrites, long maxBytes)
    {
        var (connection, peer, client) = Peer.Open(new WireOptions { MaxQueuedWrites = maxWrites, MaxQueuedBytes = maxBytes });
        var gate = Gate.On(client);
        Assert.True(connection.TryPost(new PostedWrite("11")));
        await gate.Entered;
        Assert.True(connection.TryPost(new PostedWrite("22")));
        Assert.False(connection.TryPost(new PostedWrite("order", WireLane.High)));

        Assert.True(connection.TryPost(new PostedWrite("c1", WireLane.Urgent)));
        Assert.True(connection.TryPost(new PostedWrite("c2", WireLane.Urgent)));
        Assert.Equal((4, 8), (connection.QueuedWrites, connection.QueuedBytes));
        gate.Open();

        foreach (var text in new[] { "11", "c1", "c2", "22" })
            Assert.Equal(text, (await peer.ReadFrameAsync())!.Text);
    }

    [Theory]
    [InlineData(2, 1_000)]
    [InlineData(1_000, 4)]
    public async Task Cancels_have_a_bound_too_take_no_place_of_the_others_and_give_theirs_back(int maxWrites, long maxBytes)
    {
        var (connection, peer, client) = Peer.Open(new WireOptions { MaxQueuedWrites = maxWrites, MaxQueuedBytes = maxBytes });
        var gate = Gate.On(client);
        Assert.True(connection.TryPost(new PostedWrite("c1", WireLane.Urgent)));
        await gate.Entered;
        var last = new PostedWrite("22");
        Assert.True(connection.TryPost(new PostedWrite("c2", WireLane.Urgent)));
        Assert.False(connection.TryPost(new PostedWrite("c3", WireLane.Urgent)));
        Assert.True(connection.TryPost(new PostedWrite("11")));
        Assert.True(connection.TryPost(last));
        gate.Open();

        foreach (var text in new[] { "c1", "c2", "11", "22" })
            Assert.Equal(text, (await peer.ReadFrameAsync())!.Text);
        await last.Outcome;
        Assert.Equal((0, 0), (connection.QueuedWrites, connection.QueuedBytes));
        Assert.True(connection.TryPost(new PostedWrite("c3", WireLane.Urgent)));
        Assert.Equal("c3", (await peer.ReadFrameAsync())!.Text);
    }

    private sealed class WithdrawnWrite(Action onBegin) : WireWrite(WireOpcode.Text, new byte[1])
    {
        protected internal override bool TryBegin()
        {
            onBegin();
            return false;
        }
    }
}
