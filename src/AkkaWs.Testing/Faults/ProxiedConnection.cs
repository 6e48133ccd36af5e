using System.Net.Sockets;

namespace AkkaWs.Testing;

/// <summary>One client's connection through a <see cref="FaultProxy"/>. Safe to use from any thread, also after it ended.</summary>
public sealed class ProxiedConnection
{
    private readonly Socket _client;
    private readonly Socket _server;
    private readonly FaultSchedule _scheduleToClient;
    private readonly FaultSchedule _scheduleToServer;
    private readonly ProxyLane _toClient;
    private readonly ProxyLane _toServer;
    private readonly TaskCompletionSource _closed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly long _acceptedAt;
    private long _bytesToClient;
    private long _bytesToServer;
    private volatile bool _isReset;

    internal ProxiedConnection(int number, Socket client, Socket server, FaultProxyOptions options)
    {
        Number = number;
        Clock = options.TimeProvider;
        (_client, _server) = (client, server);
        _client.NoDelay = _server.NoDelay = true;
        _acceptedAt = Clock.GetTimestamp();
        var seed = unchecked((options.Seed * 31) + number) * 4;
        _scheduleToClient = new FaultSchedule(FaultDirection.ToClient, new Random(seed));
        _scheduleToServer = new FaultSchedule(FaultDirection.ToServer, new Random(seed + 1));
        _toClient = new ProxyLane(FaultDirection.ToClient, this, _scheduleToClient, new Random(seed + 2));
        _toServer = new ProxyLane(FaultDirection.ToServer, this, _scheduleToServer, new Random(seed + 3));
    }

    /// <summary>The place of this connection among all that the proxy accepted, from 1.</summary>
    public int Number { get; }

    /// <summary>How many bytes of the server have gone by, swallowed ones included. A clean run tells where to cut the next one.</summary>
    public long BytesToClient => Interlocked.Read(ref _bytesToClient);

    /// <summary>How many bytes of the client have gone by, swallowed ones included.</summary>
    public long BytesToServer => Interlocked.Read(ref _bytesToServer);

    /// <summary>Whether the proxy still serves this connection.</summary>
    public bool IsOpen => !_closed.Task.IsCompleted;

    /// <summary>Completes, never faults, when the connection has ended in whatever way.</summary>
    public Task Closed => _closed.Task;

    internal TimeProvider Clock { get; }

    internal TimeSpan Now => Clock.GetElapsedTime(_acceptedAt);

    internal BytePosition Position => new(BytesToClient, BytesToServer);

    internal ChangeSignal Changed { get; } = new();

    /// <summary>Whether nothing can happen any more: both streams have ended, or the connection was reset.</summary>
    internal bool IsOver => _isReset || (_toClient.IsOver && _toServer.IsOver);

    /// <summary>Adds faults; their times and byte counts start from now.</summary>
    public void Apply(params IReadOnlyList<Fault> faults)
    {
        ArgumentNullException.ThrowIfNull(faults);
        var (now, at) = (Now, Position);
        _scheduleToClient.Add(faults, now, at);
        _scheduleToServer.Add(faults, now, at);
        Changed.Pulse();
    }

    /// <summary>Ends the faults that last and forgets those to come. A connection that has lost bytes is reset.</summary>
    public void Heal()
    {
        // Both are cleared, whatever the first one says.
        if (_scheduleToClient.Clear() | _scheduleToServer.Clear())
            Reset();
        Changed.Pulse();
    }

    internal static bool IsBroken(Exception exception) => exception is SocketException or ObjectDisposedException or OperationCanceledException;

    internal bool HasEnded(FaultDirection direction) => (direction == FaultDirection.ToClient ? _toClient : _toServer).HasEnded;

    internal void Advance(FaultDirection direction, int count)
    {
        if (direction == FaultDirection.ToClient)
            Interlocked.Add(ref _bytesToClient, count);
        else
            Interlocked.Add(ref _bytesToServer, count);
        Changed.Pulse();
    }

    /// <summary>Serves the connection until both streams have ended.</summary>
    internal async Task ServeAsync(string host, int port, TimeSpan connectTimeout, CancellationToken ending)
    {
        using var stopped = CancellationTokenSource.CreateLinkedTokenSource(ending);
        try
        {
            if (!await ConnectAsync(host, port, connectTimeout, ending).ConfigureAwait(false))
            {
                Reset();
                return;
            }

            Task[] reading = [_toClient.ReadAsync(_server, stopped.Token), _toServer.ReadAsync(_client, stopped.Token)];
            await Task.WhenAll(_toClient.WriteAsync(_client, stopped.Token), _toServer.WriteAsync(_server, stopped.Token)).ConfigureAwait(false);
            await stopped.CancelAsync().ConfigureAwait(false);
            await Task.WhenAll(reading).ConfigureAwait(false);
        }
        finally
        {
            if (ending.IsCancellationRequested)
                Reset();
            _client.Dispose();
            _server.Dispose();
            _closed.TrySetResult();
        }
    }

    /// <summary>Ends a connection that is not served.</summary>
    internal void Abandon()
    {
        Reset();
        _closed.TrySetResult();
    }

    /// <summary>Breaks both sides with a reset.</summary>
    internal void Reset()
    {
        foreach (var socket in (Socket[])[_client, _server])
        {
            try
            {
                // Lingering for zero seconds makes the close a reset.
                socket.LingerState = new LingerOption(true, 0);
                socket.Close(0);
            }
            catch (Exception exception) when (IsBroken(exception))
            {
                // It was gone already.
            }
        }

        _isReset = true;
        Changed.Pulse();
    }

    private async Task<bool> ConnectAsync(string host, int port, TimeSpan timeout, CancellationToken ending)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(ending);
        deadline.CancelAfter(timeout);
        try
        {
            await _server.ConnectAsync(host, port, deadline.Token).ConfigureAwait(false);
            return true;
        }
        catch (Exception exception) when (IsBroken(exception))
        {
            return false;
        }
    }
}
