using AkkaWs.Benchmarks.Blaster;
using AkkaWs.Benchmarks.Talking;

namespace AkkaWs.Benchmarks.Requesting;

/// <summary>One request at a time through <c>WebSocketClient.RequestRawAsync</c>: an id is made, written in, correlated and timed.</summary>
internal sealed class RoundTripContender(BlasterProcess blaster) : EchoContender(blaster)
{
    protected override async Task<ICaller> ConnectAsync(Uri url, CancellationToken cancellationToken) =>
        new Caller(await ClientConnection.OpenAsync(url, cancellationToken));

    private sealed class Caller(ClientConnection connection) : ICaller
    {
        public async ValueTask CallAsync(ReadOnlyMemory<byte> payload) => await connection.CallAsync(payload);

        public ValueTask DisposeAsync() => connection.DisposeAsync();
    }
}
