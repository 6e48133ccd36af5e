using System.Net.WebSockets;
using AkkaWs.Benchmarks.Blaster;

namespace AkkaWs.Benchmarks.Receiving;

/// <summary>
/// The framework's client at its best: one buffer, one loop, messages counted and nothing routed. On demand each message is copied into an array of its own,
/// as whoever hands it on must.
/// </summary>
internal sealed class BareContender(BlasterProcess blaster, BlasterScript script, bool copies = false) : ReceiveContender(blaster, script)
{
    protected override async Task<IReceiving> StartAsync(Uri url, BlasterScript script, CancellationToken stop)
    {
        var socket = await Bare.ConnectAsync(url, stop);
        return new Receiving(socket, copies, stop);
    }

    private sealed class Receiving : LoopReceiving
    {
        private readonly ClientWebSocket _socket;
        private readonly byte[] _buffer = new byte[64 * 1024];
        private readonly bool _copies;
        private byte[] _kept = [];
        private long _count;

        public Receiving(ClientWebSocket socket, bool copies, CancellationToken stop)
        {
            (_socket, _copies) = (socket, copies);
            Start(() => LoopAsync(stop));
        }

        public override long Count => Volatile.Read(ref _count);

        protected override ValueTask CloseAsync()
        {
            _socket.Abort();
            _socket.Dispose();
            return ValueTask.CompletedTask;
        }

        private async Task LoopAsync(CancellationToken stop)
        {
            await _socket.SendAsync(Bare.Go, WebSocketMessageType.Text, true, stop);
            while (true)
            {
                var result = await _socket.ReceiveAsync(_buffer.AsMemory(), CancellationToken.None);
                if (!result.EndOfMessage)
                    throw new InvalidOperationException("A message is larger than the buffer.");
                if (_copies)
                    Volatile.Write(ref _kept, _buffer.AsSpan(0, result.Count).ToArray());
                Volatile.Write(ref _count, _count + 1);
            }
        }
    }
}
