using AkkaWs.Client;
using AkkaWs.Messages;

namespace AkkaWs.Tests.Chaos;

/// <summary>Every event of a connection from now on.</summary>
internal sealed class ConnectionLog : IAsyncDisposable
{
    private readonly Lock _gate = new();
    private readonly List<ConnectionEvent> _events = [];
    private readonly CancellationTokenSource _ending = new();
    private readonly Task _reading;

    public ConnectionLog(WebSocketClient client) => _reading = ReadAsync(client);

    public IReadOnlyList<ConnectionEvent> Events
    {
        get
        {
            lock (_gate)
                return [.. _events];
        }
    }

    public IReadOnlyList<Reconnecting> Retries => [.. Events.OfType<Reconnecting>()];

    /// <summary>Waits for a condition, at most so long; tells whether it came true.</summary>
    public static async Task<bool> UntilAsync(Func<bool> condition, TimeSpan limit)
    {
        using var deadline = new CancellationTokenSource(limit);
        while (!condition())
        {
            if (deadline.IsCancellationRequested)
                return false;
            await Task.Delay(5, CancellationToken.None);
        }

        return true;
    }

    public async ValueTask DisposeAsync()
    {
        await _ending.CancelAsync();
        await _reading;
        _ending.Dispose();
    }

    private async Task ReadAsync(WebSocketClient client)
    {
        try
        {
            await foreach (var happened in client.WatchAsync(_ending.Token))
            {
                lock (_gate)
                    _events.Add(happened);
            }
        }
        catch (OperationCanceledException)
        {
            // The test is over.
        }
    }
}
