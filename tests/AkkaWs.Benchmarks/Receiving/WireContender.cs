using System.Threading.Channels;
using AkkaWs.Benchmarks.Blaster;
using AkkaWs.Wire;

namespace AkkaWs.Benchmarks.Receiving;

/// <summary>
/// The wire alone: batches pass to another task, at most 16 unfinished at a time, and every message is touched there. Either nothing is kept, so that buffers
/// are reused, or slices live on, as they do in updates.
/// </summary>
internal sealed class WireContender(BlasterProcess blaster, BlasterScript script, bool keeps = false) : ReceiveContender(blaster, script)
{
    private const int Unfinished = 16;

    protected override async Task<IReceiving> StartAsync(Uri url, BlasterScript script, CancellationToken stop)
    {
        var connection = await WireConnection.ConnectAsync(url, Wired.Options, stop);
        return new Receiving(connection, script.Size, keeps);
    }

    private sealed class Receiving : LoopReceiving
    {
        private readonly WireConnection _connection;
        private readonly Channel<MessageBatch> _batches =
            Channel.CreateBounded<MessageBatch>(new BoundedChannelOptions(Unfinished) { SingleReader = true, SingleWriter = true });

        private readonly int _size;
        private readonly bool _keeps;
        private long _count;
        private int _touched;

        public Receiving(WireConnection connection, int size, bool keeps)
        {
            (_connection, _size, _keeps) = (connection, size, keeps);
            Start(() => Task.WhenAll(Task.Run(ReadAsync), Task.Run(ConsumeAsync)));
        }

        public override long Count => Volatile.Read(ref _count);

        protected override ValueTask CloseAsync() => _connection.DisposeAsync();

        private async Task ReadAsync()
        {
            try
            {
                await _connection.SendAsync(WireOpcode.Text, Bare.Go);
                while (await _connection.ReadBatchAsync() is { } batch)
                    await _batches.Writer.WriteAsync(batch);
            }
            finally
            {
                _batches.Writer.TryComplete();
            }
        }

        private async Task ConsumeAsync()
        {
            try
            {
                while (await _batches.Reader.WaitToReadAsync())
                {
                    while (_batches.Reader.TryRead(out var batch))
                        Consume(batch);
                }
            }
            finally
            {
                // A failed consumer must end the reader too, or the failure would look like a stall.
                _batches.Writer.TryComplete();
            }
        }

        private void Consume(MessageBatch batch)
        {
            for (var i = 0; i < batch.Count; i++)
            {
                var payload = batch[i].Span;
                if (payload.Length != _size)
                    throw new InvalidOperationException($"A message of {payload.Length} bytes arrived instead of {_size}.");
                _touched += payload[^1];
            }

            Volatile.Write(ref _count, _count + batch.Count);
            if (_keeps)
                batch.ReleaseKeepingSlices();
            else
                batch.Release();
        }
    }
}
