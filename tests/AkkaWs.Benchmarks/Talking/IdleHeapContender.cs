using AkkaWs.Benchmarks.Blaster;
using AkkaWs.Benchmarks.Measuring;

namespace AkkaWs.Benchmarks.Talking;

/// <summary>The managed heap that one open connection holds while it waits for a message that does not come; bytes.</summary>
internal abstract class IdleHeapContender(BlasterProcess blaster) : IContender
{
    private const int Connections = 200;

    private static readonly BlasterScript Script = new() { Mode = BlasterMode.Blackhole };
    private static readonly TimeSpan Quiet = TimeSpan.FromMilliseconds(200);

    public async Task<double[]> MeasureAsync(TimeSpan duration, CancellationToken cancellationToken)
    {
        var url = await blaster.UrlAsync(Script);
        var open = new List<IAsyncDisposable>(Connections + 1) { await OpenAsync(url, cancellationToken) };
        try
        {
            var before = await HeapAsync(cancellationToken);
            for (var i = 0; i < Connections; i++)
                open.Add(await OpenAsync(url, cancellationToken));
            return [(await HeapAsync(cancellationToken) - before) / (double)Connections];
        }
        finally
        {
            foreach (var connection in open)
                await connection.DisposeAsync();
        }
    }

    /// <summary>Opens a connection with a receive pending.</summary>
    protected abstract Task<IAsyncDisposable> OpenAsync(Uri url, CancellationToken cancellationToken);

    private static async Task<long> HeapAsync(CancellationToken cancellationToken)
    {
        await Task.Delay(Quiet, cancellationToken);
        GC.Collect();
        GC.WaitForPendingFinalizers();
        return GC.GetTotalMemory(forceFullCollection: true);
    }
}
