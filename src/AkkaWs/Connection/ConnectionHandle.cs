using System.Collections.Immutable;
using System.Threading.Channels;
using Akka.Actor;
using AkkaWs.Errors;
using AkkaWs.Messages;
using AkkaWs.Options;
using AkkaWs.Primitives;
using AkkaWs.Protocol;
using AkkaWs.Requests;
using AkkaWs.Routing;
using AkkaWs.Supervision;

namespace AkkaWs.Connection;

/// <summary>A connection's state and events as anyone may read them without asking: one immutable snapshot, swapped on each transition.</summary>
internal sealed class ConnectionHandle(string name)
{
    private const int EventCapacity = 1_024;
    private readonly TaskCompletionSource<OpenedConnection> _opening = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<ConnectionFailure?> _firstOutcome = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _closed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<ConnectionHandle> _replaced = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _gone = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Lock _lock = new();
    private ImmutableArray<Channel<ConnectionEvent>> _watchers = [];
    private volatile bool _isLetGo;
    private StateSnapshot _current = new(ConnectionState.Disconnected, Epoch.None, default, null);
    private WebSocketClientOptions? _options;

    public string Name { get; } = name;

    /// <summary>The same for all lives of a connection of which each was opened again from the one before.</summary>
    public object Line { get; init; } = new();

    /// <summary>What the connection was opened with, its actor first; null before it was.</summary>
    public OpenedConnection? Opened { get; private set; }

    /// <summary>Completes when the connection was opened; fails where it never will be.</summary>
    public Task<OpenedConnection> Opening => _opening.Task;

    /// <summary>The options in force; replaced by <see cref="Reconfigure"/>.</summary>
    public WebSocketClientOptions? Options
    {
        get => _options;
        set
        {
            _options = value;
            if (value is not null)
                Backlogs.MaxBytes = value.Subscriptions.MaxBufferedBytes;
        }
    }

    /// <summary>The crash of the connection's actor, until it is running again.</summary>
    public CrashReport? Crash { get; set; }

    /// <summary>Whether a client was told to close the connection.</summary>
    public bool IsLetGo
    {
        get => _isLetGo;
        set => _isLetGo = value;
    }

    /// <summary>What subscribers did not get.</summary>
    public SubscriberCounters Subscribers { get; } = new();

    /// <summary>What waits unread for them.</summary>
    public Backlogs Backlogs { get; } = new();

    /// <summary>Requests of callers outside actors.</summary>
    public OpenCalls Calls { get; } = new();

    public StateSnapshot Current => Volatile.Read(ref _current);

    /// <summary>Completes with null when the connection is Ready for the first time, or with why it closed before.</summary>
    public Task<ConnectionFailure?> FirstOutcome => _firstOutcome.Task;

    /// <summary>Why the last attempt failed or the connection was lost last; null: neither has happened.</summary>
    public ConnectionFailure? LastFailure { get; private set; }

    /// <summary>Completes when the connection is closed for good.</summary>
    public Task Closed => _closed.Task;

    /// <summary>Completes when the connection's actor has stopped: it answers no more.</summary>
    public Task Gone => _gone.Task;

    /// <summary>Completes with the next life of the connection: it was closed, and another one was opened under its name.</summary>
    public Task<ConnectionHandle> Replaced => _replaced.Task;

    /// <summary>The current life of the connection: this one, unless it was replaced.</summary>
    public ConnectionHandle Latest
    {
        get
        {
            var latest = this;
            while (latest._replaced.Task is { IsCompletedSuccessfully: true, Result: var next })
                latest = next;
            return latest;
        }
    }

    public void ReplaceBy(ConnectionHandle next) => _replaced.TrySetResult(next);

    /// <summary>The connection's actor is there.</summary>
    /// <returns>False if the connection was closed before: then it must not be.</returns>
    public bool Open(OpenedConnection opened)
    {
        Opened = opened;
        if (_opening.TrySetResult(opened))
            return true;
        Opened = null;
        return false;
    }

    /// <summary>The connection was never opened and never will be: it counts as closed.</summary>
    public void Abandon(CloseReason reason, Exception? error = null)
    {
        if (!_opening.TrySetException(ConnectionClosedException.Of(Name, reason, error)))
            return;
        _ = _opening.Task.Exception; // seen: nobody has to wait for it
        Publish(new StateSnapshot(ConnectionState.Closed, Epoch.None, default, reason) { Error = error });
        Announce(new ConnectionClosed(Name, Epoch.None, reason));
        MarkGone();
    }

    public void Publish(StateSnapshot snapshot)
    {
        if (snapshot.Reason is { IsGraceful: false } cause)
            LastFailure = new ConnectionFailure(cause, snapshot.Error);
        Volatile.Write(ref _current, snapshot);
        if (snapshot.State == ConnectionState.Ready)
            _firstOutcome.TrySetResult(null);
        else if (snapshot.State == ConnectionState.Closed)
            _firstOutcome.TrySetResult(new ConnectionFailure(snapshot.Reason ?? CloseReason.Requested, snapshot.Error));
        if (snapshot.State == ConnectionState.Closed)
            _closed.TrySetResult();
    }

    public void Announce(ConnectionEvent happened)
    {
        ImmutableArray<Channel<ConnectionEvent>> watchers;
        lock (_lock)
            watchers = _watchers;
        foreach (var watcher in watchers)
        {
            watcher.Writer.TryWrite(happened);
            if (happened is ConnectionClosed)
                watcher.Writer.TryComplete();
        }
    }

    public void MarkGone()
    {
        _gone.TrySetResult();
        Calls.End(call => ClosedError(call.Command));
    }

    /// <summary>What a caller gets whom the connection's actor cannot answer any more.</summary>
    public ConnectionClosedException ClosedError(object? command = null) =>
        ConnectionClosedException.Of(Name, Current.Reason ?? CloseReason.Requested, Current.Error, command);

    /// <summary>The events from now on, and the state now.</summary>
    public ChannelReader<ConnectionEvent> Watch(out StateSnapshot now)
    {
        var channel = Channel.CreateBounded<ConnectionEvent>(new BoundedChannelOptions(EventCapacity) { FullMode = BoundedChannelFullMode.DropOldest });
        lock (_lock)
            _watchers = _watchers.Add(channel);
        now = Current;
        if (now.State == ConnectionState.Closed)
            channel.Writer.TryComplete();
        return channel.Reader;
    }

    public void Unwatch(ChannelReader<ConnectionEvent> events)
    {
        lock (_lock)
            _watchers = _watchers.RemoveAll(channel => channel.Reader == events);
    }
}

/// <summary>What is there once a connection was opened.</summary>
internal sealed record OpenedConnection(ActorSystem System, IActorRef Actor, ProtocolHandler Handler, bool Traces);

/// <summary>The state of a connection at one moment.</summary>
internal sealed record StateSnapshot(ConnectionState State, Epoch Epoch, DateTimeOffset Since, CloseReason? Reason)
{
    /// <summary>What <see cref="Reason"/> comes from, where that is an exception.</summary>
    public Exception? Error { get; init; }
}

/// <summary>Why an attempt failed, with its source where there is one.</summary>
internal sealed record ConnectionFailure(CloseReason Reason, Exception? Error);
