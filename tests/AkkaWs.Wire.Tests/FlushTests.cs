using AkkaWs.Wire.Tests.Support;

namespace AkkaWs.Wire.Tests;

/// <summary>Posts that wait for a flush, so that they leave together.</summary>
public sealed class FlushTests
{
    [Fact]
    public async Task What_is_posted_with_more_to_follow_leaves_at_the_flush_in_one_write_on_the_caller_s_thread()
    {
        var (connection, peer, stream) = Peer.Open();
        var threads = new List<int>();
        stream.OnWrite = _ =>
        {
            threads.Add(Environment.CurrentManagedThreadId);
            return Task.CompletedTask;
        };
        foreach (var lane in new[] { WireLane.Normal, WireLane.High, WireLane.Urgent })
            Assert.True(connection.TryPost(new PostedWrite(lane.ToString(), lane), more: true));
        Assert.Empty(threads);
        Assert.Equal(3, connection.QueuedWrites);

        var caller = Environment.CurrentManagedThreadId;
        connection.Flush();

        Assert.Equal([caller], threads);
        Assert.Equal(0, connection.QueuedWrites);
        foreach (var lane in new[] { WireLane.Urgent, WireLane.High, WireLane.Normal })
            Assert.Equal(lane.ToString(), (await peer.ReadFrameAsync())!.Text);
    }

    [Fact]
    public async Task A_flush_during_a_write_leaves_what_was_posted_to_the_writer()
    {
        var (connection, peer, stream) = Peer.Open();
        var gate = new TaskCompletionSource();
        stream.OnWrite = _ => gate.Task;
        Assert.True(connection.TryPost(new PostedWrite("first"), more: true));
        connection.Flush();
        Assert.True(connection.TryPost(new PostedWrite("second"), more: true));
        connection.Flush();
        connection.Flush();

        gate.SetResult();

        Assert.Equal("first", (await peer.ReadFrameAsync())!.Text);
        Assert.Equal("second", (await peer.ReadFrameAsync())!.Text);
    }
}
