using System.Collections.Immutable;
using Akka.Actor;
using AkkaWs.Connection;
using AkkaWs.Errors;
using AkkaWs.Messages;
using AkkaWs.Options;
using AkkaWs.Primitives;
using AkkaWs.Transport;

namespace AkkaWs.Management;

/// <summary>
/// Names to connections: <c>/user/akkaws</c>. A connection whose actor crashes is restarted, within a window; one that keeps crashing is closed
/// with the cause: by itself, or here where it cannot even do that. Of those that are closed the last <see cref="MaxClosed"/> stay, to answer
/// commands; older ones are let go, and their names with them, but for declared ones.
/// </summary>
internal sealed class WebSocketManager : ReceiveActor
{
    /// <summary>How many closed connections are kept.</summary>
    public const int MaxClosed = 256;

    private readonly Dictionary<string, Managed> _connections = new(StringComparer.Ordinal);
    private readonly Dictionary<IActorRef, ConnectionHandle> _elsewhere = [];
    private readonly Queue<IActorRef> _closed = new();
    private readonly AttemptGate _attempts;
    private bool _isClosing;

    public WebSocketManager(AttemptGate attempts)
    {
        _attempts = attempts;
        Receive<OpenConnection>(OnOpen);
        Receive<ReopenConnection>(OnReopen);
        Receive<ConnectionEnded>(_ => OnEnded());
        Receive<Terminated>(OnTerminated);
        Receive<CloseWithOthers>(OnOpenedElsewhere);
        Receive<CloseAll>(_ => OnCloseAll());
    }

    public static Props Props(AttemptGate attempts) => Akka.Actor.Props.Create<WebSocketManager>(attempts).WithDeploy(Deploy.Local);

    protected override SupervisorStrategy SupervisorStrategy() => ConnectionStart.Supervise(
        Context.System,
        child => Find(child)?.Open.Options.Reconnect,
        (child, crash) =>
        {
            if (Find(child) is { } crashed)
                crashed.Handle.Crash = crash;
        });

    private Managed? Find(IActorRef actor) =>
        _connections.GetValueOrDefault(actor.Path.Name) is { } managed && managed.Actor.Equals(actor) ? managed : null;

    private void OnOpen(OpenConnection open)
    {
        var name = open.Options.Name;
        if (ErrorsIn(open.Options) is { Count: > 0 } errors)
            Reject(new InvalidOptionsException(name, errors));
        else if (_isClosing)
            Reject(ShuttingDown(name));
        else if (HandlerUses.ServedBy(open.Handler) is { } served && served != _connections.GetValueOrDefault(name)?.Handle)
            Reject(new InvalidOptionsException(name, [HandlerUses.Error(open.Handler, served.Name)]));
        else if (!_connections.TryGetValue(name, out var existing))
            Open(open, Sender);
        else if (existing.IsGone)
            Open(open, Sender, existing);
        else if (existing.Handle.Current.State == ConnectionState.Closed && existing.Reopening is null)
            Replace(existing, open);
        else if (open.MayBeOpen)
            Share(existing, open);
        else
            Reject(new ConnectionNameInUseException(name));
    }

    // One that ends, or comes back, is looked at again when it has.
    private void Share(Managed existing, OpenConnection open)
    {
        if (existing.Reopening is not null)
            _connections[open.Options.Name] = existing with { Waiting = existing.Waiting.Add((open, Sender)) };
        else if (existing.Handle.IsLetGo || existing.Handle.Current.State == ConnectionState.Closing)
            existing.Handle.Closed.PipeTo(Self, Sender, success: () => open);
        else if (ConnectionDifferences.Find(existing.Handle.Options ?? existing.Open.Options, existing.Open, open) is { Count: > 0 } differences)
            Reject(new ConnectionDiffersException(open.Options.Name, differences));
        else
            Sender.Tell(new ConnectionOpened(existing.Actor, existing.Handle));
    }

    private void OnReopen(ReopenConnection reopen)
    {
        var (name, line) = (reopen.Closed.Name, reopen.Closed.Line);
        if (!_connections.TryGetValue(name, out var last))
            Reject(reopen.Closed.ClosedError());
        else if ((last.Reopening is { } next ? next.Open.Handle?.Line : last.Handle.Line) != line)
            Reject(new ConnectionNameInUseException(name));
        else if (last.Reopening is not null)
            _connections[name] = last with { Waiting = last.Waiting.Add((reopen, Sender)) };
        else if (last.Handle.Current.State == ConnectionState.Closed)
            OnOpen(last.Open with { Options = reopen.Options, Handle = new ConnectionHandle(name) { Line = line }, IsReopened = true, WasReady = last.WasReady });
        else if (last.Handle.IsLetGo || last.Handle.Current.State == ConnectionState.Closing)
            last.Handle.Closed.PipeTo(Self, Sender, success: () => reopen);
        else
            Sender.Tell(new ConnectionOpened(last.Actor, last.Handle)); // another client of the connection was quicker
    }

    private static IReadOnlyList<OptionError> ErrorsIn(WebSocketClientOptions options)
    {
        var errors = OptionsValidator.Validate(options);
        return errors.Count == 0 && ConnectionDispatcher.Check(Context.System, options) is { } error ? [error] : errors;
    }

    private void Reject(WebSocketClientException error) => Sender.Tell(new Status.Failure(error));

    private static ConnectionClosedException ShuttingDown(string name) => new(name, new CloseReason(ErrorClass.Internal, "the actor system shuts down"));

    // The name is free for a successor once the closed actor is gone.
    private void Replace(Managed closed, OpenConnection open)
    {
        _connections[open.Options.Name] = closed with { Reopening = (open, Sender) };
        Context.Stop(closed.Actor);
    }

    private void Open(OpenConnection open, IActorRef asker, Managed? before = null)
    {
        var handle = open.Handle ?? new ConnectionHandle(open.Options.Name);
        if (HandlerUses.Claim(open.Handler, handle) is { } error)
        {
            asker.Tell(new Status.Failure(new InvalidOptionsException(open.Options.Name, [error])));
            return;
        }

        if (TryCreate(ConnectionStart.CoreOf(open, handle, Context.System, _attempts), asker) is not { } actor)
            return;
        _connections[open.Options.Name] = new Managed(actor, handle, open, null) { IsDeclared = open.IsDeclared || before is { IsDeclared: true } };
        if (!ConnectionStart.TryOpen(open, handle, Context.System, actor))
        {
            Context.Stop(actor);
            asker.Tell(new Status.Failure(handle.ClosedError()));
            return;
        }

        before?.Handle.ReplaceBy(handle);
        asker.Tell(new ConnectionOpened(actor, handle));
    }

    // What fails here is not the connection's options, but what the actor system's configuration says of its path: a deployment, a mailbox.
    private static IActorRef? TryCreate(ConnectionCore core, IActorRef asker)
    {
        try
        {
            return Context.Watch(Context.ActorOf(ConnectionActor.Props(core), core.Options.Name));
        }
        catch (Exception e)
        {
            HandlerUses.Release(core.Handler, core.Handle);
            var reason = new CloseReason(ErrorClass.Internal, $"its actor could not be created: {OutsideText.Of(e)}");
            asker.Tell(new Status.Failure(new ConnectionFailedException(core.Options.Name, reason, e)));
            return null;
        }
    }

    private void OnEnded()
    {
        if (Find(Sender) is { IsDeclared: true })
            return; // there are as many as were declared, and each may be opened again
        _closed.Enqueue(Sender);
        if (_closed.Count > MaxClosed)
            Context.Stop(_closed.Dequeue());
    }

    private void OnTerminated(Terminated message)
    {
        if (_elsewhere.Remove(message.ActorRef) || !_connections.Remove(message.ActorRef.Path.Name, out var gone))
            return;
        if (gone.IsDeclared)
            _connections[gone.Handle.Name] = gone with { Reopening = null, Waiting = [], IsGone = true }; // what is declared can be opened again, however it ended
        if (gone.Reopening is { } reopening)
        {
            if (_isClosing)
                reopening.Asker.Tell(new Status.Failure(ShuttingDown(gone.Handle.Name)));
            else
                Open(reopening.Open, reopening.Asker, gone);
            foreach (var (command, asker) in gone.Waiting)
                Self.Tell(command, asker);
            return;
        }

        ConnectionStart.ReportCrash(gone.Handle, Context);
    }

    private void OnOpenedElsewhere(CloseWithOthers opened)
    {
        _elsewhere[Context.Watch(opened.Connection)] = opened.Handle;
        if (_isClosing)
            opened.Connection.Tell(Close.Instance, ActorRefs.NoSender);
    }

    private void OnCloseAll()
    {
        _isClosing = true;
        foreach (var connection in _connections.Values.Where(connection => !connection.IsGone).Select(connection => connection.Actor).Concat(_elsewhere.Keys))
            connection.Tell(Close.Instance, ActorRefs.NoSender);
        Task.WhenAll(_connections.Values.Select(connection => connection.Handle).Concat(_elsewhere.Values).Select(handle => handle.Closed))
            .PipeTo(Sender, Self, success: () => AllClosed.Instance);
    }

    private sealed record Managed(IActorRef Actor, ConnectionHandle Handle, OpenConnection Open, (OpenConnection Open, IActorRef Asker)? Reopening)
    {
        /// <summary>Who wants the connection that is opened in its place, or one of its own if that is not to be.</summary>
        public ImmutableList<(object Command, IActorRef Asker)> Waiting { get; init; } = [];

        /// <summary>Whether its name is declared, whoever opened this life of it: then it stays when it is closed.</summary>
        public bool IsDeclared { get; init; }

        /// <summary>Whether its actor has stopped, so that its name is free at once.</summary>
        public bool IsGone { get; init; }

        public bool WasReady => Open.WasReady || Handle.FirstOutcome is { IsCompletedSuccessfully: true, Result: null };
    }
}
