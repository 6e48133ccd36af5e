using System.Globalization;
using System.Text;
using System.Threading.Tasks.Sources;
using AkkaWs.Routing;
using AkkaWs.Transport;
using AkkaWs.Wire;
using AkkaWs.Wire.Tests.Support;

namespace AkkaWs.Tests.Transport;

public sealed class ReadAheadTests
{
    private const int MessageSize = 1_000;

    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

    private readonly MemoryDuplex _server;
    private readonly WireConnection _wire;

    public ReadAheadTests()
    {
        (var client, _server) = MemoryDuplex.Create();
        _wire = WireConnection.FromStream(client, new WireOptions());
    }

    [Fact]
    public async Task Batches_at_hand_are_read_while_the_one_before_is_in_work()
    {
        var credits = new CreditGate(16);
        var ahead = new ReadAhead(_wire.ReadBatchAsync, credits);
        await SendAsync(0, 400);
        var first = await NextAsync(ahead, _wire, credits);

        ahead.Start();
        await ahead.ArrivalAsync().AsTask().WaitAsync(Deadline);

        Assert.True(ahead.TryTake(out var second));
        Assert.Equal(Numbers(first!).Last() + 1, Numbers(second).First());
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(16)]
    public async Task Every_message_comes_once_and_in_order_whoever_read_it(int bound)
    {
        var credits = new CreditGate(bound);
        var ahead = new ReadAhead(_wire.ReadBatchAsync, credits);
        await SendAsync(0, 5_000);
        await _server.WriteAsync(Frames.Close(1000));

        var seen = new List<int>();
        while (await NextAsync(ahead, _wire, credits) is { } batch)
        {
            ahead.Start();
            do
            {
                ahead.Start();
                seen.AddRange(Numbers(batch));
                batch.ReleaseKeepingSlices();
                credits.Release();
            }
            while (ahead.TryTake(out batch));
        }

        Assert.Equal(Enumerable.Range(0, 5_000), seen);
        credits.Release(); // that of the end
        Assert.Equal(bound, credits.Free);
    }

    [Fact]
    public async Task A_failure_comes_behind_the_messages_that_were_read_before_it()
    {
        var credits = new CreditGate(16);
        var ahead = new ReadAhead(_wire.ReadBatchAsync, credits);
        await SendAsync(0, 400);
        await _server.DisposeAsync();
        var seen = new List<int>();

        await Assert.ThrowsAnyAsync<WireException>(async () =>
        {
            while (await NextAsync(ahead, _wire, credits) is { } batch)
            {
                ahead.Start();
                seen.AddRange(Numbers(batch));
            }
        });

        Assert.Equal(Enumerable.Range(0, 400), seen);
    }

    [Fact]
    public async Task No_more_is_read_ahead_than_there_are_credits()
    {
        var credits = new CreditGate(3);
        var ahead = new ReadAhead(_wire.ReadBatchAsync, credits);
        await SendAsync(0, 5_000);
        var held = new List<MessageBatch?> { await NextAsync(ahead, _wire, credits) };

        ahead.Start();
        await ahead.ArrivalAsync().AsTask().WaitAsync(Deadline);
        await SpinUntilAsync(() => credits.Free == 0);
        while (ahead.TryTake(out var batch))
            held.Add(batch);

        Assert.Equal(3, held.Count);
        Assert.False(ahead.TryResume(out _));
    }

    [Fact]
    public async Task What_was_read_ahead_in_vain_gives_its_credits_back()
    {
        for (var round = 0; round < 200; round++)
        {
            var (client, server) = MemoryDuplex.Create();
            await using var wire = WireConnection.FromStream(client, new WireOptions());
            var credits = new CreditGate(8);
            var ahead = new ReadAhead(wire.ReadBatchAsync, credits);
            await server.WriteAsync(Burst(0, 700));
            Assert.NotNull(await NextAsync(ahead, wire, credits));

            ahead.Start();
            if (round % 2 == 0)
                await ahead.ArrivalAsync().AsTask().WaitAsync(Deadline);
            ahead.End();

            credits.Release();
            await SpinUntilAsync(() => credits.Free == 8);
        }
    }

    [Fact]
    public async Task What_arrives_while_the_second_thread_looks_for_it_is_not_lost()
    {
        const int Count = 30_000;
        var credits = new CreditGate(16);
        var ahead = new ReadAhead(_wire.ReadBatchAsync, credits);
        var sending = Task.Run(async () =>
        {
            for (var n = 0; n < Count; n++)
                await _server.WriteAsync(Frames.Text(n.ToString(CultureInfo.InvariantCulture)));
            await _server.WriteAsync(Frames.Close(1000));
        });

        var next = 0;
        while (await NextAsync(ahead, _wire, credits) is { } batch)
        {
            ahead.Start();
            foreach (var number in Numbers(batch))
                Assert.Equal(next++, number);
            batch.ReleaseKeepingSlices();
            credits.Release();
        }

        Assert.Equal(Count, next);
        await sending;
    }

    [Fact]
    public async Task The_end_is_read_ahead_like_any_batch()
    {
        for (var round = 0; round < 200; round++)
        {
            var (client, server) = MemoryDuplex.Create();
            var wire = WireConnection.FromStream(client, new WireOptions());
            var credits = new CreditGate(8);
            var ahead = new ReadAhead(wire.ReadBatchAsync, credits);
            await server.WriteAsync((byte[])[.. Burst(0, 100), .. Frames.Close(1000)]);
            Assert.NotNull(await NextAsync(ahead, wire, credits));

            ahead.Start();
            while (await NextAsync(ahead, wire, credits) is not null)
                ahead.Start();

            ahead.End();
            wire.Abort();
        }
    }

    [Fact]
    public async Task A_second_thread_that_comes_after_the_end_takes_nothing()
    {
        for (var round = 0; round < 200; round++)
        {
            var (client, server) = MemoryDuplex.Create();
            var wire = WireConnection.FromStream(client, new WireOptions());
            var credits = new CreditGate(8);
            var ahead = new ReadAhead(wire.ReadBatchAsync, credits);
            await server.WriteAsync(Burst(0, 300));
            Assert.NotNull(await NextAsync(ahead, wire, credits));

            // Whoever closes the connection may read it himself: what the second thread does meanwhile must not end the process.
            ahead.Start();
            ahead.End();
            wire.Abort();
            await wire.DisposeAsync().AsTask().WaitAsync(Deadline);

            credits.Release();
            await SpinUntilAsync(() => credits.Free == 8);
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_read_is_looked_at_once_whatever_becomes_of_it_meanwhile(bool endsBetweenTwoLooks)
    {
        await SendAsync(0, 1);
        var batch = endsBetweenTwoLooks ? await _wire.ReadBatchAsync() : null;
        var read = new TouchyRead(batch, endsBetweenTwoLooks ? 1 : 0);
        var ahead = new ReadAhead(() => new(read, 0), new CreditGate(1));

        ahead.Start();
        await ahead.ArrivalAsync().AsTask().WaitAsync(Deadline);

        Assert.True(ahead.TryResume(out var reading));
        Assert.Same(batch, await reading);
    }

    [Fact]
    public async Task A_read_that_cannot_begin_fails_whoever_asks_for_it()
    {
        var ahead = new ReadAhead(() => throw new InvalidOperationException("a reader is there"), new CreditGate(1));

        ahead.Start();
        await ahead.ArrivalAsync().AsTask().WaitAsync(Deadline);

        Assert.True(ahead.TryResume(out var reading));
        await Assert.ThrowsAsync<InvalidOperationException>(async () => await reading);
    }

    private static async Task<MessageBatch?> NextAsync(ReadAhead ahead, WireConnection wire, CreditGate credits)
    {
        await ahead.ArrivalAsync().AsTask().WaitAsync(Deadline);
        if (!ahead.TryResume(out var reading))
        {
            await credits.WaitAsync(default).AsTask().WaitAsync(Deadline);
            reading = wire.ReadBatchAsync();
        }

        return await reading.AsTask().WaitAsync(Deadline);
    }

    private static async Task SpinUntilAsync(Func<bool> condition)
    {
        using var deadline = new CancellationTokenSource(Deadline);
        while (!condition())
        {
            deadline.Token.ThrowIfCancellationRequested();
            await Task.Yield();
        }
    }

    private static IEnumerable<int> Numbers(MessageBatch batch) => Enumerable.Range(0, batch.Count)
        .Select(i => int.Parse(Encoding.UTF8.GetString(batch[i].Payload.Span), CultureInfo.InvariantCulture));

    private static byte[] Burst(int first, int count) =>
        [.. Enumerable.Range(first, count).SelectMany(n => Frames.Text(n.ToString(CultureInfo.InvariantCulture).PadLeft(MessageSize, '0')))];

    private async Task SendAsync(int first, int count) => await _server.WriteAsync(Burst(first, count));

    // As a pooled read: pending for so many looks, then done, and not to be looked at once its result was taken.
    private sealed class TouchyRead(MessageBatch? result, int pendingLooks) : IValueTaskSource<MessageBatch?>
    {
        private int _looks;
        private bool _isTaken;

        public ValueTaskSourceStatus GetStatus(short token)
        {
            if (_isTaken)
                throw new InvalidOperationException("The result was taken.");
            return _looks++ < pendingLooks ? ValueTaskSourceStatus.Pending : ValueTaskSourceStatus.Succeeded;
        }

        public MessageBatch? GetResult(short token)
        {
            _isTaken = true;
            return result;
        }

        public void OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
            ThreadPool.UnsafeQueueUserWorkItem(_ => continuation(state), null);
    }
}
