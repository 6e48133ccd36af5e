using System.Collections.Concurrent;
using System.Net.WebSockets;
using System.Runtime.ExceptionServices;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace AkkaWs.Testing;

/// <summary>A WebSocket server on a port of 127.0.0.1, made to be broken on command. The test servers of this assembly derive from it.</summary>
/// <typeparam name="TConnection">What the server keeps per client.</typeparam>
public abstract partial class LoopbackServer<TConnection> : IAsyncDisposable
    where TConnection : ServerConnection
{
    private const int HistoryCapacity = 256;
    private static readonly TimeSpan CloseTimeout = TimeSpan.FromSeconds(5);

    private readonly Lock _gate = new();
    private readonly List<TConnection> _open = [];
    private readonly Queue<TConnection> _history = new();
    private readonly CancellationTokenSource _ending = new();
    private readonly ConcurrentQueue<Exception> _failures = new();
    private readonly int _ledgerCapacity;
    private KestrelLoopback? _kestrel;
    private Uri? _url;
    private int _accepted;
    private int _upgrading;

    private protected LoopbackServer(TimeProvider clock, int ledgerCapacity)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(ledgerCapacity, 1);
        Clock = clock;
        _ledgerCapacity = ledgerCapacity;
        Ending = _ending.Token;
    }

    /// <summary>Where clients connect: <c>ws://127.0.0.1:PORT/…</c>. Every path is accepted.</summary>
    public Uri Url => _url ?? throw new InvalidOperationException("The server has not been started.");

    /// <summary>The connections that are open now, in the order in which they were accepted.</summary>
    public IReadOnlyList<TConnection> Connections
    {
        get
        {
            lock (_gate)
                return [.. _open];
        }
    }

    /// <summary>The last 256 connections, open and ended, in the order in which they were accepted.</summary>
    public IReadOnlyList<TConnection> ConnectionHistory
    {
        get
        {
            lock (_gate)
                return [.. _history];
        }
    }

    /// <summary>How many connections are open now.</summary>
    public int ConnectionCount
    {
        get
        {
            lock (_gate)
                return _open.Count;
        }
    }

    /// <summary>How many connections were accepted since the start.</summary>
    public int ConnectionsAccepted => Volatile.Read(ref _accepted);

    internal ChangeSignal Changed { get; } = new();

    private protected TimeProvider Clock { get; }

    private protected CancellationToken Ending { get; }

    /// <summary>Resets every connection, stops listening and frees the port. An exception of the server's own work, such as a script's, comes out here at the latest.</summary>
    public virtual async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        if (_ending.IsCancellationRequested)
            return;
        await _ending.CancelAsync().ConfigureAwait(false);
        _stall.Open();
        foreach (var connection in Connections)
            connection.Drop();
        if (_kestrel is not null)
            await _kestrel.DisposeAsync().ConfigureAwait(false);
        _ending.Dispose();
        ThrowIfFailed();
    }

    /// <summary>Keeps an exception for every wait and for the end, and resets the connection it broke.</summary>
    private protected void Fail(Exception exception, TConnection? connection = null)
    {
        _failures.Enqueue(exception);
        connection?.Drop();
        Changed.Pulse();
    }

    private void ThrowIfFailed()
    {
        if (_failures.TryPeek(out var failure))
            ExceptionDispatchInfo.Throw(failure);
    }

    private protected async Task ListenAsync(string path, int port, CancellationToken cancellationToken)
    {
        _kestrel = await KestrelLoopback.StartAsync(port, AnswerAsync, cancellationToken).ConfigureAwait(false);
        _url = new Uri($"ws://127.0.0.1:{_kestrel.Port}{path}");
    }

    private protected abstract TConnection CreateConnection(ConnectionSeed seed);

    /// <summary>Serves one connection; when it returns, the close handshake is made.</summary>
    private protected abstract Task ServeAsync(TConnection connection, CancellationToken cancellationToken);

    /// <summary>Whether to go on with the upgrade; false when the request was answered.</summary>
    private protected virtual ValueTask<bool> BeforeUpgradeAsync(HttpContext context) => ValueTask.FromResult(true);

    /// <summary>Answers a request that is no upgrade; false when there is no answer.</summary>
    private protected virtual ValueTask<bool> AnswerHttpAsync(HttpContext context) => ValueTask.FromResult(false);

    private protected virtual WebSocketAcceptContext AcceptOptions => new();

    private async Task AnswerAsync(HttpContext context)
    {
        await _stall.PassAsync(context.RequestAborted).ConfigureAwait(false);
        Ending.ThrowIfCancellationRequested();
        if (!context.WebSockets.IsWebSocketRequest)
        {
            if (!await AnswerHttpAsync(context).ConfigureAwait(false))
                context.Response.StatusCode = StatusCodes.Status426UpgradeRequired;
            return;
        }

        if (Refused(context.Response) || !await BeforeUpgradeAsync(context).ConfigureAwait(false))
            return;
        var connection = await AcceptAsync(context).ConfigureAwait(false);
        try
        {
            await ServeAsync(connection, Ending).ConfigureAwait(false);
            await FinishAsync(connection).ConfigureAwait(false);
        }
        catch (Exception exception) when (ServerConnection.IsBroken(exception))
        {
            // The end of a connection is no error of the server; its cause is the client's or the test's command.
            connection.Drop();
        }
        finally
        {
            lock (_gate)
                _open.Remove(connection);
            connection.MarkClosed();
            Changed.Pulse();
        }
    }

    private async Task<TConnection> AcceptAsync(HttpContext context)
    {
        // A client may know that it is connected before the server does: who ends all connections waits for these.
        Interlocked.Increment(ref _upgrading);
        try
        {
            var upgrade = (TransportUpgrade)context.Features.GetRequiredFeature<IHttpUpgradeFeature>();
            upgrade.Wrap = stream => new TransportStream(stream, _stall, Changed, () => AnswerPings);
            var webSocket = await context.WebSockets.AcceptWebSocketAsync(AcceptOptions).ConfigureAwait(false);
            var transport = upgrade.Stream ?? throw new InvalidOperationException("The upgrade gave no stream.");
            return Register(number => CreateConnection(new ConnectionSeed(number, webSocket, transport, context, Clock, _ledgerCapacity)));
        }
        finally
        {
            Interlocked.Decrement(ref _upgrading);
            Changed.Pulse();
        }
    }

    private TConnection Register(Func<int, TConnection> create)
    {
        lock (_gate)
        {
            var connection = create(++_accepted);
            _open.Add(connection);
            _history.Enqueue(connection);
            if (_history.Count > HistoryCapacity)
                _history.Dequeue();
            return connection;
        }
    }

    private static async Task FinishAsync(TConnection connection)
    {
        using var deadline = new CancellationTokenSource(CloseTimeout);
        await connection.CloseAsync(connection.ClientCloseStatus ?? WebSocketCloseStatus.NormalClosure, null, deadline.Token).ConfigureAwait(false);
        var discarded = new byte[1024];
        while (connection.WebSocket.State == WebSocketState.CloseSent)
            await connection.WebSocket.ReceiveAsync(discarded.AsMemory(), deadline.Token).ConfigureAwait(false);
    }
}
