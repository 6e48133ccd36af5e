using AkkaWs.Benchmarks.Blaster;
using AkkaWs.Benchmarks.Receiving;
using AkkaWs.Wire;

namespace AkkaWs.Benchmarks.Talking;

/// <summary>Round trips on a <see cref="WireConnection"/>.</summary>
internal sealed class WireEchoContender(BlasterProcess blaster) : EchoContender(blaster)
{
    protected override async Task<ICaller> ConnectAsync(Uri url, CancellationToken cancellationToken) =>
        new Caller(await WireConnection.ConnectAsync(url, Wired.Options, cancellationToken));

    private sealed class Caller(WireConnection connection) : ICaller
    {
        public async ValueTask CallAsync(ReadOnlyMemory<byte> payload)
        {
            await connection.SendAsync(WireOpcode.Text, payload);
            var batch = await connection.ReadBatchAsync() ?? throw new InvalidOperationException("The server closed the connection.");
            batch.Release();
        }

        public ValueTask DisposeAsync() => connection.DisposeAsync();
    }
}

/// <summary>Sends of many producers on a <see cref="WireConnection"/>.</summary>
internal sealed class WireSendContender(BlasterProcess blaster) : SendContender(blaster)
{
    protected override async Task<ISender> ConnectAsync(Uri url, CancellationToken cancellationToken) =>
        new Sender(await WireConnection.ConnectAsync(url, Wired.Options, cancellationToken));

    private sealed class Sender(WireConnection connection) : ISender
    {
        public ValueTask SendAsync(ReadOnlyMemory<byte> payload) => connection.SendAsync(WireOpcode.Text, payload);

        public ValueTask DisposeAsync() => connection.DisposeAsync();
    }
}

/// <summary>Idle <see cref="WireConnection"/>s, each with a pending read.</summary>
internal sealed class WireIdleHeapContender(BlasterProcess blaster) : IdleHeapContender(blaster)
{
    protected override async Task<IAsyncDisposable> OpenAsync(Uri url, CancellationToken cancellationToken) =>
        new Idle(await WireConnection.ConnectAsync(url, Wired.Options, cancellationToken));

    private sealed class Idle(WireConnection connection) : IAsyncDisposable
    {
        private readonly Task _pending = connection.ReadBatchAsync().AsTask();

        public async ValueTask DisposeAsync()
        {
            await connection.DisposeAsync();
            await _pending.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }
}
