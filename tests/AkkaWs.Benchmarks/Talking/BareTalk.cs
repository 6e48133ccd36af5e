using System.Net.WebSockets;
using AkkaWs.Benchmarks.Blaster;
using AkkaWs.Benchmarks.Receiving;

namespace AkkaWs.Benchmarks.Talking;

/// <summary>Round trips on a <see cref="ClientWebSocket"/>.</summary>
internal sealed class BareEchoContender(BlasterProcess blaster) : EchoContender(blaster)
{
    protected override async Task<ICaller> ConnectAsync(Uri url, CancellationToken cancellationToken) =>
        new Caller(await Bare.ConnectAsync(url, cancellationToken));

    private sealed class Caller(ClientWebSocket socket) : BareConnection(socket), ICaller
    {
        private readonly byte[] _buffer = new byte[64 * 1024];

        public async ValueTask CallAsync(ReadOnlyMemory<byte> payload)
        {
            await Socket.SendAsync(payload, WebSocketMessageType.Text, true, CancellationToken.None);
            while (!(await Socket.ReceiveAsync(_buffer.AsMemory(), CancellationToken.None)).EndOfMessage)
            {
            }
        }
    }
}

/// <summary>Sends of many producers on a <see cref="ClientWebSocket"/>, which allows one at a time: a semaphore makes them take turns.</summary>
internal sealed class BareSendContender(BlasterProcess blaster) : SendContender(blaster)
{
    protected override async Task<ISender> ConnectAsync(Uri url, CancellationToken cancellationToken) =>
        new Sender(await Bare.ConnectAsync(url, cancellationToken));

    private sealed class Sender(ClientWebSocket socket) : BareConnection(socket), ISender
    {
        private readonly SemaphoreSlim _turn = new(1, 1);

        public async ValueTask SendAsync(ReadOnlyMemory<byte> payload)
        {
            await _turn.WaitAsync();
            try
            {
                await Socket.SendAsync(payload, WebSocketMessageType.Text, true, CancellationToken.None);
            }
            finally
            {
                _turn.Release();
            }
        }
    }
}

/// <summary>Idle <see cref="ClientWebSocket"/>s, each with a pending receive into 4 KB of its own.</summary>
internal sealed class BareIdleHeapContender(BlasterProcess blaster) : IdleHeapContender(blaster)
{
    protected override async Task<IAsyncDisposable> OpenAsync(Uri url, CancellationToken cancellationToken) =>
        new Idle(await Bare.ConnectAsync(url, cancellationToken));

    private sealed class Idle : BareConnection
    {
        private readonly Task _pending;

        public Idle(ClientWebSocket socket)
            : base(socket) => _pending = socket.ReceiveAsync(new byte[4 * 1024].AsMemory(), CancellationToken.None).AsTask();

        public override async ValueTask DisposeAsync()
        {
            await base.DisposeAsync();
            await _pending.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }
}

internal abstract class BareConnection(ClientWebSocket socket) : IAsyncDisposable
{
    protected ClientWebSocket Socket => socket;

    public virtual ValueTask DisposeAsync()
    {
        socket.Abort();
        socket.Dispose();
        return ValueTask.CompletedTask;
    }
}
