using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using System.Threading.Channels;
using AkkaWs.Client;
using AkkaWs.Errors;
using AkkaWs.Messages;
using AkkaWs.Primitives;

namespace AkkaWs.Testing;

/// <summary>
/// A client without a connection, to test code that takes an <see cref="IWebSocketClient"/>: no actor system, no socket, no server. The test publishes updates
/// and markers, answers requests, drops the connection and brings it back, and reads what the code under test has sent. States, events, markers and outcomes
/// come as <see cref="WebSocketClient"/> gives them, in its order.
/// </summary>
/// <remarks>
/// It is Ready from the start. Nothing happens by itself but the deadlines of requests and of what waits for Ready, by the clock that it was given. It has no rate gate,
/// no overflow policy and no protocol handler: what a stream does not read waits for it, up to 65,536 messages, beyond which publishing throws. Requests in flight and commands that
/// wait for Ready are bounded as by the default options, by their number alone: bytes, the size of messages and the number of topics are not looked at, nor is what is in
/// <see cref="SubscribeOptions"/>. What was sent is kept, the last 10,000 of each kind. Thread-safe.
/// </remarks>
/// <example><code>
/// await using var client = new FakeWebSocketClient { OnRequest = _ => FakeReply.Success("""{"orderId":"1"}""") };
/// var running = new Strategy(client).RunAsync(cancellationToken);
/// await client.WaitForSubscriptionAsync("tickers.BTCUSDT");
/// client.Publish("tickers.BTCUSDT", """{"last":"30000"}""");
/// var order = await client.WaitForRequestAsync();
/// client.Drop();       // Interrupted, SentOutcomeUnknownException, Reconnecting
/// client.Recover();    // Ready, Restored
/// </code></example>
public sealed partial class FakeWebSocketClient : IWebSocketClient
{
    private const int MostRecorded = 10_000;
    private const int EventCapacity = 1_024;

    private readonly Lock _lock = new();
    private readonly ChangeSignal _changed = new();
    private readonly TimeProvider _clock;
    private ImmutableArray<Channel<ConnectionEvent>> _watchers = [];
    private ConnectionState _state;
    private Epoch _epoch = new(1);
    private DateTimeOffset _since;
    private DateTimeOffset? _lostAt;
    private CloseReason? _lastReason;
    private long _reconnects;
    private long _rotations;

    /// <summary>Makes a client.</summary>
    /// <param name="name">The connection's name, in events and errors.</param>
    /// <param name="isReady">Whether it is Ready at once; if not it is Connecting until <see cref="Recover"/>.</param>
    /// <param name="clock">The clock of timestamps and deadlines; null: the system's.</param>
    public FakeWebSocketClient(string name = "fake", bool isReady = true, TimeProvider? clock = null)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        Name = name;
        _clock = clock ?? TimeProvider.System;
        _state = isReady ? ConnectionState.Ready : ConnectionState.Connecting;
        _since = _clock.GetUtcNow();
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public ConnectionState State
    {
        get
        {
            lock (_lock)
                return _state;
        }
    }

    /// <inheritdoc/>
    public Epoch Epoch
    {
        get
        {
            lock (_lock)
                return _epoch;
        }
    }

    /// <inheritdoc/>
    public bool IsConnected => State == ConnectionState.Ready;

    /// <summary>Changes what <see cref="GetStatusAsync"/> answers, such as <c>status => status with { StaleTopics = 1 }</c>. Default: nothing.</summary>
    public Func<ConnectionStatus, ConnectionStatus> ChangeStatus { get; set; } = status => status;

    private CloseReason? ReasonNow => _state == ConnectionState.Reconnecting || IsOver ? _lastReason : null;

    private bool IsOver => _state is ConnectionState.Closing or ConnectionState.Closed;

    /// <inheritdoc/>
    public async Task WaitUntilReadyAsync(CancellationToken cancellationToken = default)
    {
        await foreach (var happened in WatchAsync(cancellationToken).ConfigureAwait(false))
        {
            if (happened is ConnectionStateChanged { To: ConnectionState.Ready })
                return;
        }

        throw ClosedError();
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<ConnectionEvent> WatchAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var events = Channel.CreateBounded<ConnectionEvent>(new BoundedChannelOptions(EventCapacity) { FullMode = BoundedChannelFullMode.DropOldest });
        lock (_lock)
        {
            events.Writer.TryWrite(new ConnectionStateChanged(Name, _epoch, _state, _state, ReasonNow));
            if (_state == ConnectionState.Closed)
                events.Writer.TryComplete();
            else
                _watchers = _watchers.Add(events);
        }

        try
        {
            await foreach (var happened in events.Reader.ReadAllAsync(cancellationToken).ConfigureAwait(false))
                yield return happened;
        }
        finally
        {
            lock (_lock)
                _watchers = _watchers.Remove(events);
        }
    }

    /// <inheritdoc/>
    public Task<ConnectionStatus> GetStatusAsync(CancellationToken cancellationToken = default)
    {
        ConnectionStatus status;
        lock (_lock)
        {
            var topics = OpenTopics().Count(topic => !topic.IsEverything);
            status = new ConnectionStatus(Name, _state, _epoch, _since)
            {
                Attempt = _lostAt is null ? 0 : 1,
                LastReason = _lastReason,
                Reconnects = _reconnects,
                Rotations = _rotations,
                MessagesReceived = _published,
                PendingRequests = _pending.Count,
                QueuedCommands = _pending.Count(request => request.Waits) + _waitingSends.Count,
                DesiredTopics = topics,
                ConfirmedTopics = _state == ConnectionState.Ready ? topics : 0,
            };
        }

        return Task.FromResult(ChangeStatus(status));
    }

    /// <inheritdoc/>
    public Task CloseAsync(CancellationToken cancellationToken = default)
    {
        End(CloseReason.Requested);
        return Task.CompletedTask;
    }

    /// <summary>Closes it, as <see cref="CloseAsync"/> does. Idempotent.</summary>
    public async ValueTask DisposeAsync() => await CloseAsync().ConfigureAwait(false);

    /// <summary>Name, state and epoch.</summary>
    public override string ToString() => $"{Name}: {State}, epoch {Epoch}";

    private void End(CloseReason reason)
    {
        lock (_lock)
        {
            if (IsOver)
                return;
            _lastReason = reason;
            Leave(reason);
            foreach (var request in _pending.ToArray())
                request.End(reason);
            foreach (var waiting in _waitingSends)
                waiting.Done.TrySetException(ClosedError(waiting.Command));
            _waitingSends.Clear();
            EndSubscriptions(reason);
            MoveTo(ConnectionState.Closed, reason);
            Tell(new ConnectionClosed(Name, _epoch, reason));
            foreach (var watcher in _watchers)
                watcher.Writer.TryComplete();
        }
    }

    // All of these within the lock.
    private void Leave(CloseReason reason)
    {
        if (_state != ConnectionState.Ready)
        {
            if (!reason.IsGraceful)
                Tell(new ConnectionError(Name, _epoch, reason));
        }
        else if (reason.IsGraceful)
        {
            MoveTo(ConnectionState.Closing, reason);
            Tell(new Disconnected(Name, _epoch, reason));
        }
        else
        {
            LoseSocket(reason);
        }
    }

    private void MoveTo(ConnectionState to, CloseReason? reason = null)
    {
        var from = _state;
        (_state, _since) = (to, _clock.GetUtcNow());
        Tell(new ConnectionStateChanged(Name, _epoch, from, to, reason));
    }

    private void Tell(ConnectionEvent happened)
    {
        foreach (var watcher in _watchers)
            watcher.Writer.TryWrite(happened);
        _changed.Pulse();
    }

    private void ThrowIfOver(object? command = null)
    {
        if (IsOver)
            throw ClosedError(command);
    }

    private ConnectionClosedException ClosedError(object? command = null) =>
        ConnectionClosedException.Of(Name, _lastReason ?? CloseReason.Requested, inner: null, command);

    private static void Record<T>(Queue<T> records, T record)
    {
        records.Enqueue(record);
        if (records.Count > MostRecorded)
            records.Dequeue();
    }
}
