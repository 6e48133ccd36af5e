using System.Net.Sockets;
using AkkaWs.Wire.Tests.Support;

namespace AkkaWs.Wire.Tests;

public sealed class ClosingTests
{
    private static readonly WireOptions Impatient = new() { CloseTimeout = TimeSpan.FromMilliseconds(200) };

    [Fact]
    public async Task A_close_of_ours_carries_code_and_reason_and_waits_for_the_answer()
    {
        var (connection, peer, client) = Peer.Open();
        var close = connection.CloseAsync((CloseCode)4001, "done for today");

        var frame = await peer.ReadAsync(WireOpcode.Close);
        Assert.Equal(4001, frame.CloseCode);
        Assert.Equal("done for today"u8, frame.Payload.AsSpan(2));
        Assert.False(close.IsCompleted);
        await peer.SendAsync(Frames.Close(4001, "bye"));
        await peer.DisposeAsync();

        await close.WaitAsync(Peer.Patience);
        Assert.Equal(new WireCloseStatus((CloseCode)4001, "bye", ByPeer: false), connection.CloseStatus);
        Assert.Null(await connection.BatchAsync());
        Assert.True(client.IsDisposed);
    }

    [Fact]
    public async Task A_close_of_the_peer_is_answered_and_ends_the_reads_with_null()
    {
        var (connection, peer, _) = Peer.Open();
        await peer.SendAsync(Frames.Close(1001, "maintenance"));

        Assert.Null(await connection.BatchAsync());
        Assert.Null(await connection.BatchAsync());
        Assert.Equal(new WireCloseStatus(CloseCode.GoingAway, "maintenance", ByPeer: true), connection.CloseStatus);
        Assert.Equal(1001, (await peer.ReadAsync(WireOpcode.Close)).CloseCode);
        var failure = await Assert.ThrowsAsync<WireClosedException>(async () => await connection.SendTextAsync("late"));
        Assert.Equal("maintenance", failure.Reason);
        Assert.Equal(CloseCode.GoingAway, failure.CloseCode);
    }

    [Fact]
    public async Task A_close_without_a_code_is_1005_and_answered_without_one()
    {
        var (connection, peer, _) = Peer.Open();
        await peer.SendAsync(Frames.Frame(WireOpcode.Close, []));

        Assert.Null(await connection.BatchAsync());
        Assert.Equal(CloseCode.NoStatusReceived, connection.CloseStatus!.Code);
        Assert.Empty((await peer.ReadAsync(WireOpcode.Close)).Payload);
    }

    [Fact]
    public async Task An_end_without_a_close_frame_is_1006()
    {
        var (connection, peer, _) = Peer.Open();
        await peer.SendAsync(Frames.Text("last"), Frames.Text("cut")[..2]);
        await peer.DisposeAsync();

        Assert.Equal("last", (await connection.MessageAsync()).Text);
        var failure = await connection.FailsAsync<WireClosedException>();
        Assert.Equal(CloseCode.AbnormalClosure, failure.CloseCode);
        Assert.Contains("middle of a message", failure.Message, StringComparison.Ordinal);
        Assert.Equal(CloseCode.AbnormalClosure, connection.CloseStatus!.Code);
    }

    [Fact]
    public async Task A_peer_that_does_not_answer_the_close_is_aborted_after_the_timeout()
    {
        var time = new ManualTime();
        var (connection, _, client) = Peer.Open(new WireOptions { TimeProvider = time, CloseTimeout = TimeSpan.FromSeconds(3) });
        var close = connection.CloseAsync();
        time.Advance(TimeSpan.FromSeconds(2.9));
        Assert.False(close.IsCompleted);

        time.Advance(TimeSpan.FromSeconds(0.1));

        await close.WaitAsync(Peer.Patience);
        Assert.True(client.IsDisposed);
        Assert.Equal(CloseCode.AbnormalClosure, connection.CloseStatus!.Code);
        await connection.FailsAsync<WireClosedException>();
    }

    [Fact]
    public async Task Messages_that_arrive_while_we_close_still_reach_the_reader()
    {
        var (connection, peer, _) = Peer.Open();
        var close = connection.CloseAsync();
        await peer.ReadAsync(WireOpcode.Close);
        await peer.SendAsync(Frames.Text("order filled"));
        await peer.SendAsync(Frames.Text("another"), Frames.Close(1000));
        await peer.DisposeAsync();
        await close.WaitAsync(Peer.Patience);

        Assert.Equal(["order filled", "another"], (await connection.MessagesAsync(2)).Select(message => message.Text));
        Assert.Null(await connection.BatchAsync());
    }

    [Fact]
    public async Task A_reader_that_waits_gets_what_arrives_while_we_close()
    {
        var (connection, peer, _) = Peer.Open();
        var read = connection.BatchAsync();
        var close = connection.CloseAsync();
        await peer.ReadAsync(WireOpcode.Close);
        await peer.SendAsync(Frames.Text("late"));
        Assert.Equal("late"u8.ToArray(), (await read)![0].Payload.ToArray());

        var last = connection.BatchAsync();
        await peer.SendAsync(Frames.Close(1000));
        Assert.Null(await last);
        await peer.DisposeAsync();
        await close.WaitAsync(Peer.Patience);
    }

    [Fact]
    public async Task A_close_overtakes_what_is_queued_and_the_queue_is_told()
    {
        var (connection, peer, client) = Peer.Open();
        var gate = Gate.On(client);
        var begun = connection.SendTextAsync("begun").AsTask();
        await gate.Entered;
        var waiting = new PostedWrite("waiting");
        connection.TryPost(waiting);
        var close = connection.CloseAsync();
        gate.Open();

        await begun.WaitAsync(Peer.Patience);
        Assert.Equal("begun", (await peer.ReadFrameAsync())!.Text);
        Assert.Equal(WireOpcode.Close, (await peer.ReadFrameAsync())!.Opcode);
        var (error, wasBegun) = await waiting.Outcome;
        Assert.IsType<WireClosedException>(error);
        Assert.False(wasBegun);
        await peer.SendAsync(Frames.Close(1000));
        await peer.DisposeAsync();
        await close.WaitAsync(Peer.Patience);
    }

    [Fact]
    public async Task An_abort_ends_a_pending_read_and_pending_writes_at_once()
    {
        var (connection, _, client) = Peer.Open();
        var gate = Gate.On(client);
        var read = connection.BatchAsync();
        var begun = new PostedWrite("begun");
        var waiting = new PostedWrite("waiting");
        connection.TryPost(begun);
        await gate.Entered;
        connection.TryPost(waiting);

        connection.Abort();
        gate.Open();

        Assert.Equal(CloseCode.AbnormalClosure, (await Assert.ThrowsAsync<WireClosedException>(() => read)).CloseCode);
        Assert.True((await begun.Outcome).Begun);
        Assert.False((await waiting.Outcome).Begun);
        await Assert.ThrowsAsync<WireClosedException>(() => connection.BatchAsync());
        await Assert.ThrowsAsync<WireClosedException>(async () => await connection.SendTextAsync("x"));
    }

    [Fact]
    public async Task Disposing_is_idempotent_and_never_hangs()
    {
        var (connection, _, client) = Peer.Open(Impatient);
        // A transport that takes the bytes and never says so.
        client.OnWrite = _ => new TaskCompletionSource().Task;
        connection.TryPost(new PostedWrite("stuck"));
        var read = connection.BatchAsync();

        await connection.DisposeAsync().AsTask().WaitAsync(Peer.Patience);
        await connection.DisposeAsync().AsTask().WaitAsync(Peer.Patience);

        await Assert.ThrowsAsync<WireClosedException>(() => read);
        connection.Abort();
        await connection.CloseAsync().WaitAsync(Peer.Patience);
    }

    [Fact]
    public async Task Closing_twice_waits_for_the_same_end()
    {
        var (connection, peer, _) = Peer.Open();
        var first = connection.CloseAsync();
        var second = connection.CloseAsync(CloseCode.GoingAway);
        Assert.Equal(1000, (await peer.ReadAsync(WireOpcode.Close)).CloseCode);
        await peer.SendAsync(Frames.Close(1000));
        await peer.DisposeAsync();

        await Task.WhenAll(first, second).WaitAsync(Peer.Patience);
        Assert.Null(await peer.Stream.ReadAsync(new byte[1]).AsTask().ContinueWith(read => read.IsFaulted ? null : (int?)read.Result, TaskScheduler.Default));
    }

    [Theory]
    [InlineData(999)]
    [InlineData(1005)]
    [InlineData(1006)]
    [InlineData(1015)]
    [InlineData(5000)]
    public async Task A_code_that_may_not_be_sent_is_refused(int code)
    {
        var (connection, _, _) = Peer.Open();

        await Assert.ThrowsAsync<WireArgumentException>(() => connection.CloseAsync((CloseCode)code));
        await Assert.ThrowsAsync<WireArgumentException>(() => connection.CloseAsync(CloseCode.NormalClosure, new string('x', 124)));
    }

    [Fact]
    public async Task A_reset_by_the_peer_is_told_as_such()
    {
        await using var server = RawServer.Upgrading(async (socket, stream) =>
        {
            await stream.ReadExactlyAsync(new byte[1]);
            socket.LingerState = new LingerOption(true, 0);
            socket.Close();
        });
        await using var connection = await WireConnection.ConnectAsync(server.Url, new WireOptions());
        await connection.SendTextAsync("go");

        Assert.Equal(SocketError.ConnectionReset, (await connection.FailsAsync<WireResetException>()).SocketError);
    }

    [Fact]
    public async Task The_server_gets_the_chance_to_close_TCP_first()
    {
        var sawEnd = new TaskCompletionSource<int>(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var server = RawServer.Upgrading(async (socket, stream) =>
        {
            await stream.WriteAsync(Frames.Close(1000));
            await stream.ReadExactlyAsync(new byte[8]);
            socket.Shutdown(SocketShutdown.Send);
            sawEnd.SetResult(await stream.ReadAsync(new byte[1]));
        });
        await using var connection = await WireConnection.ConnectAsync(server.Url, new WireOptions());

        Assert.Null(await connection.BatchAsync());
        Assert.Equal(0, await sawEnd.Task.WaitAsync(Peer.Patience));
    }
}
