using AkkaWs.Wire.Tests.Support;

namespace AkkaWs.Wire.Tests;

public sealed class ReadAheadTests
{
    [Fact]
    public async Task Large_reads_that_end_at_once_share_a_batch()
    {
        var (connection, peer, client) = Peer.Open();
        client.NextCut = () => 5_000;
        await peer.SendAsync([.. Enumerable.Range(0, 40).Select(i => Frames.Binary(Payload(1_000, i)))]);

        var batch = await connection.BatchAsync();

        Assert.Equal(40, batch!.Count);
        Assert.All(Enumerable.Range(0, 40), i => Assert.Equal(Payload(1_000, i), batch[i].Payload.ToArray()));
    }

    [Fact]
    public async Task A_batch_does_not_wait_for_what_has_not_arrived()
    {
        var (connection, peer, _) = Peer.Open();
        await peer.SendAsync(Frames.Binary(Payload(10_000, 1)));

        Assert.Single(await connection.MessagesAsync(1));

        await peer.SendAsync(Frames.Text("later"));
        Assert.Equal("later", (await connection.MessageAsync()).Text);
    }

    [Fact]
    public async Task A_batch_does_not_wait_for_what_the_stream_promised_in_vain()
    {
        var (connection, peer, client) = Peer.Open();
        client.PromisesInVain = true;
        await peer.SendAsync(Frames.Binary(Payload(10_000, 1)));

        Assert.Equal(Payload(10_000, 1), (await connection.MessageAsync()).Payload);

        await peer.SendAsync(Frames.Binary(Payload(10_000, 2)));
        Assert.Equal(Payload(10_000, 2), (await connection.MessageAsync()).Payload);
    }

    [Fact]
    public async Task A_kept_batch_stays_as_it_was_while_a_read_that_was_promised_in_vain_goes_on()
    {
        var (connection, peer, client) = Peer.Open();
        client.PromisesInVain = true;
        var kept = new List<ReadOnlyMemory<byte>>();
        for (var i = 0; i < 30; i++)
        {
            await peer.SendAsync(Frames.Binary(Payload(10_000, i)));
            var batch = await connection.BatchAsync();
            kept.Add(batch![0].Payload);
            batch.ReleaseKeepingSlices();
        }

        Assert.All(kept.Index(), slice => Assert.Equal(Payload(10_000, slice.Index), slice.Item.ToArray()));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_connection_that_ends_during_a_read_promised_in_vain_says_so_at_the_next(bool isAborted)
    {
        var (connection, peer, client) = Peer.Open();
        client.PromisesInVain = true;
        await peer.SendAsync(Frames.Binary(Payload(10_000, 1)));
        Assert.Single(await connection.MessagesAsync(1));

        if (isAborted)
            connection.Abort();
        else
            await peer.DisposeAsync();

        await Assert.ThrowsAsync<WireClosedException>(() => connection.BatchAsync());
        await connection.DisposeAsync().AsTask().WaitAsync(Peer.Patience);
    }

    [Fact]
    public async Task A_connection_is_disposed_during_a_read_promised_in_vain()
    {
        var (connection, peer, client) = Peer.Open();
        client.PromisesInVain = true;
        await peer.SendAsync(Frames.Binary(Payload(10_000, 1)));
        Assert.Single(await connection.MessagesAsync(1));

        await connection.DisposeAsync().AsTask().WaitAsync(Peer.Patience);

        await Assert.ThrowsAsync<WireClosedException>(() => connection.BatchAsync());
    }

    [Fact]
    public async Task A_connection_aborted_between_two_reads_says_so_at_the_next()
    {
        var (connection, peer, _) = Peer.Open();
        await peer.SendAsync(Frames.Binary(Payload(10_000, 1)));
        Assert.Single(await connection.MessagesAsync(1));

        connection.Abort();

        await Assert.ThrowsAsync<WireClosedException>(() => connection.BatchAsync());
    }

    [Fact]
    public async Task The_last_messages_come_before_the_end_of_the_stream()
    {
        var (connection, peer, client) = Peer.Open();
        client.NextCut = () => 6_000;
        await peer.SendAsync(Frames.Binary(Payload(5_000, 1)), Frames.Binary(Payload(5_000, 2)));
        await peer.DisposeAsync();

        Assert.Equal(2, (await connection.MessagesAsync(2)).Count);
        await Assert.ThrowsAsync<WireClosedException>(() => connection.BatchAsync());
    }

    [Theory]
    [InlineData(64 * 1024)]
    [InlineData(16 * 1024 + 4)]
    [InlineData(20_000)]
    public async Task Large_messages_stay_as_they_were_while_others_follow(int slab)
    {
        int[] sizes = [16_384, 16_384, 16_384, 16_384, 16_384, 9_000, 3, 16_384, 2_048, 30_000, 16_384, 0, 65_536, 5_000, 5_000, 5_000, 5_000, 15_000];
        var (connection, peer, _) = Peer.Open(new WireOptions { SlabSize = slab });
        var sending = peer.SendAsync([.. sizes.Select((size, i) => Frames.Binary(Payload(size, i)))]);
        var slices = new List<ReadOnlyMemory<byte>>();
        while (slices.Count < sizes.Length)
        {
            var batch = await connection.BatchAsync();
            for (var i = 0; i < batch!.Count; i++)
                slices.Add(batch[i].Payload);
            batch.ReleaseKeepingSlices();
        }

        await sending;
        Assert.All(slices.Index(), slice => Assert.Equal(Payload(sizes[slice.Index], slice.Index), slice.Item.ToArray()));
    }

    private static byte[] Payload(int size, int seed)
    {
        var bytes = new byte[size];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }
}
