using System.Diagnostics;
using System.Net.WebSockets;
using AkkaWs.Benchmarks.Blaster;
using AkkaWs.Benchmarks.Measuring;
using AkkaWs.Benchmarks.Receiving;
using AkkaWs.Benchmarks.Talking;

namespace AkkaWs.Benchmarks.Requesting;

/// <summary>So many requests in flight on one connection, a new one for each that is answered; k/s.</summary>
internal abstract class InFlightContender(BlasterProcess blaster) : IContender
{
    protected const int InFlight = 256;

    private static readonly BlasterScript Script = new() { Mode = BlasterMode.Echo };

    protected static ReadOnlyMemory<byte> Message { get; } = Payload.OfSize(Script.Size);

    public async Task<double[]> MeasureAsync(TimeSpan duration, CancellationToken cancellationToken)
    {
        await using var connection = await OpenAsync(await blaster.UrlAsync(Script), cancellationToken);
        await RepeatAsync(connection, duration / 4);
        var started = Stopwatch.GetTimestamp();
        var answered = await RepeatAsync(connection, duration);
        return [answered / Stopwatch.GetElapsedTime(started).TotalMilliseconds];
    }

    protected abstract Task<IAsyncDisposable> OpenAsync(Uri url, CancellationToken cancellationToken);

    /// <summary>Sends and receives for a while; returns the number of answers once all have come.</summary>
    protected abstract Task<long> RepeatAsync(IAsyncDisposable connection, TimeSpan duration);
}

/// <summary>The framework's client: one loop sends while the window is open, another receives; nothing is correlated.</summary>
internal sealed class BareInFlightContender(BlasterProcess blaster) : InFlightContender(blaster)
{
    protected override async Task<IAsyncDisposable> OpenAsync(Uri url, CancellationToken cancellationToken) =>
        new Connection(await Bare.ConnectAsync(url, cancellationToken));

    protected override async Task<long> RepeatAsync(IAsyncDisposable connection, TimeSpan duration)
    {
        var socket = ((Connection)connection).Open;
        using var window = new SemaphoreSlim(InFlight, InFlight);
        long sent = 0;
        var sending = Task.Run(SendAsync);
        var receiving = Task.Run(ReceiveAsync);
        await sending;
        for (var i = 0; i < InFlight; i++)
            await window.WaitAsync();
        await socket.SendAsync("end"u8.ToArray(), WebSocketMessageType.Text, true, CancellationToken.None);
        await receiving;
        return sent;

        async Task SendAsync()
        {
            var started = Stopwatch.GetTimestamp();
            while (Stopwatch.GetElapsedTime(started) < duration)
            {
                await window.WaitAsync();
                await socket.SendAsync(Message, WebSocketMessageType.Text, true, CancellationToken.None);
                sent++;
            }
        }

        async Task ReceiveAsync()
        {
            var buffer = new byte[64 * 1024];
            while ((await socket.ReceiveAsync(buffer.AsMemory(), CancellationToken.None)).Count == Message.Length)
                window.Release();
        }
    }

    private sealed class Connection(ClientWebSocket socket) : BareConnection(socket)
    {
        public ClientWebSocket Open => Socket;
    }
}

/// <summary>The product: each caller awaits its answer before its next request.</summary>
internal sealed class ClientInFlightContender(BlasterProcess blaster) : InFlightContender(blaster)
{
    protected override async Task<IAsyncDisposable> OpenAsync(Uri url, CancellationToken cancellationToken) =>
        await ClientConnection.OpenAsync(url, cancellationToken);

    protected override async Task<long> RepeatAsync(IAsyncDisposable connection, TimeSpan duration)
    {
        var client = (ClientConnection)connection;
        var started = Stopwatch.GetTimestamp();
        var counts = await Task.WhenAll(Enumerable.Range(0, InFlight).Select(_ => Task.Run(CallAsync)));
        return counts.Sum();

        async Task<long> CallAsync()
        {
            long count = 0;
            while (Stopwatch.GetElapsedTime(started) < duration)
            {
                await client.CallAsync(Message);
                count++;
            }

            return count;
        }
    }
}
