using System.Net;
using System.Net.Sockets;
using System.Runtime.ExceptionServices;

namespace AkkaWs.Testing;

/// <summary>
/// A TCP proxy in front of any server, on a free port of 127.0.0.1, that fails as told: it delays, throttles, cuts at any byte, goes half-open, resets, ends, adds garbage, refuses. It passes on bytes and knows nothing of what they
/// mean, so <c>ws</c> and <c>wss</c> go through it alike.
/// </summary>
/// <example><code>
/// await using var proxy = FaultProxy.Start(exchange.Url);
/// proxy.Plan = number => number == 1 ? [Fault.Reset() with { After = TimeSpan.FromSeconds(2) }] : [];   // the first connection breaks
/// // … connect to proxy.Url …
/// proxy.Apply(Fault.Swallow());          // every open connection goes dead, silently
/// await proxy.RefuseAsync();             // and nobody gets a new one,
/// await proxy.HealAsync();               // until now
/// </code></example>
public sealed class FaultProxy : IAsyncDisposable
{
    private readonly Lock _gate = new();
    private readonly List<ProxiedConnection> _open = [];
    private readonly SemaphoreSlim _switching = new(1, 1);
    private readonly CancellationTokenSource _ending = new();
    private readonly FaultProxyOptions _options;
    private readonly Uri _server;
    private Func<int, IReadOnlyList<Fault>> _plan = _ => [];
    private Socket _socket;
    private Task _accepting = Task.CompletedTask;
    private ExceptionDispatchInfo? _failure;
    private int _accepted;

    private FaultProxy(Uri server, FaultProxyOptions options)
    {
        _server = server;
        _options = options;
        _socket = Bind(0);
        // A name that the server's certificate carries stays in the URL.
        Url = new UriBuilder(server) { Host = server.Host == "localhost" ? server.Host : "127.0.0.1", Port = ((IPEndPoint)_socket.LocalEndPoint!).Port }.Uri;
        Listen();
    }

    /// <summary>Where clients connect: the server's URL with the proxy's port. The host stays where it is <c>localhost</c>, else it is 127.0.0.1.</summary>
    public Uri Url { get; }

    /// <summary>The faults of each connection accepted from now on, by its number, from 1. Called once per connection; one that throws resets it, and its exception comes out of <see cref="DisposeAsync"/>. Default: none.</summary>
    public Func<int, IReadOnlyList<Fault>> Plan
    {
        get => Volatile.Read(ref _plan);
        set
        {
            ArgumentNullException.ThrowIfNull(value);
            Volatile.Write(ref _plan, value);
        }
    }

    /// <summary>The connections that are open now, in the order in which they were accepted.</summary>
    public IReadOnlyList<ProxiedConnection> Connections
    {
        get
        {
            lock (_gate)
                return [.. _open];
        }
    }

    /// <summary>How many connections were accepted since the start.</summary>
    public int ConnectionsAccepted => Volatile.Read(ref _accepted);

    /// <summary>Starts a proxy.</summary>
    /// <param name="server">The server's URL; its scheme says the port where it names none.</param>
    /// <param name="options">Default: a new <see cref="FaultProxyOptions"/>.</param>
    public static FaultProxy Start(Uri server, FaultProxyOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(server);
        options ??= new FaultProxyOptions();
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(options.MaxConnections, nameof(options));
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(options.ConnectTimeout, TimeSpan.Zero, nameof(options));
        return new FaultProxy(server, options);
    }

    /// <summary>Adds faults to every open connection; their times and byte counts start from now. <see cref="Plan"/> says what strikes later ones.</summary>
    public void Apply(params IReadOnlyList<Fault> faults)
    {
        foreach (var connection in Connections)
            connection.Apply(faults);
    }

    /// <summary>New connections are refused by the system from now on. Open ones stay.</summary>
    public Task RefuseAsync() => SwitchAsync(async () =>
    {
        if (_accepting.IsCompleted)
            return;
        // Bound before the other one ends and not listening: the port stays ours, and every connection to it is refused.
        var closed = Bind(((IPEndPoint)_socket.LocalEndPoint!).Port);
        _socket.Dispose();
        _socket = closed;
        await _accepting.ConfigureAwait(false);
    });

    /// <summary>Ends <see cref="RefuseAsync"/>; the port stays the same.</summary>
    public Task AcceptAsync() => SwitchAsync(() =>
    {
        if (_accepting.IsCompleted)
            Listen();
        return Task.CompletedTask;
    });

    /// <summary>Ends every fault: <see cref="Plan"/> is empty again, open connections are healed, which resets those that have lost bytes, and new ones are accepted.</summary>
    public Task HealAsync()
    {
        Plan = _ => [];
        foreach (var connection in Connections)
            connection.Heal();
        return AcceptAsync();
    }

    /// <summary>Resets every connection, stops listening and frees the port; completes when nothing of the proxy runs any more.</summary>
    public async ValueTask DisposeAsync()
    {
        await _switching.WaitAsync().ConfigureAwait(false);
        try
        {
            if (_ending.IsCancellationRequested)
                return;
            await _ending.CancelAsync().ConfigureAwait(false);
            _socket.Dispose();
            await _accepting.ConfigureAwait(false);
            await Task.WhenAll(Connections.Select(connection => connection.Closed)).ConfigureAwait(false);
            _ending.Dispose();
        }
        finally
        {
            _switching.Release();
        }

        _failure?.Throw();
    }

    private static Socket Bind(int port)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, port));
        return socket;
    }

    private void Listen()
    {
        _socket.Listen();
        _accepting = AcceptAsync(_socket, _ending.Token);
    }

    private async Task SwitchAsync(Func<Task> change)
    {
        await _switching.WaitAsync().ConfigureAwait(false);
        try
        {
            ObjectDisposedException.ThrowIf(_ending.IsCancellationRequested, this);
            await change().ConfigureAwait(false);
        }
        finally
        {
            _switching.Release();
        }
    }

    private async Task AcceptAsync(Socket listener, CancellationToken ending)
    {
        while (true)
        {
            Socket client;
            try
            {
                client = await listener.AcceptAsync(ending).ConfigureAwait(false);
            }
            catch (SocketException exception) when (exception.SocketErrorCode is SocketError.ConnectionAborted or SocketError.ConnectionReset)
            {
                // A client that left before it was accepted.
                continue;
            }
            catch (Exception exception) when (ProxiedConnection.IsBroken(exception))
            {
                return;
            }

            var connection = new ProxiedConnection(Interlocked.Increment(ref _accepted), client, new Socket(SocketType.Stream, ProtocolType.Tcp), _options);
            _ = ServeAsync(connection, ending);
        }
    }

    private async Task ServeAsync(ProxiedConnection connection, CancellationToken ending)
    {
        lock (_gate)
        {
            if (_open.Count == _options.MaxConnections)
            {
                connection.Abandon();
                return;
            }

            _open.Add(connection);
        }

        try
        {
            connection.Apply(Plan(connection.Number));
            await connection.ServeAsync(_server.IdnHost, _server.Port, _options.ConnectTimeout, ending).ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            Interlocked.CompareExchange(ref _failure, ExceptionDispatchInfo.Capture(exception), null);
            connection.Abandon();
        }

        lock (_gate)
            _open.Remove(connection);
    }
}
