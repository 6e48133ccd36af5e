using Akka.Actor;
using Akka.Event;
using AkkaWs.Connection;
using AkkaWs.Errors;
using AkkaWs.Messages;
using AkkaWs.Options;

namespace AkkaWs.Management;

/// <summary>
/// Names to connections: <c>/user/akkaws</c>. A connection whose actor crashes is restarted, within a window; one that keeps crashing is closed
/// with the cause: by itself, or here where it cannot even do that.
/// </summary>
internal sealed class WebSocketManager : ReceiveActor
{
    private const int MaxCrashes = 30;
    private static readonly TimeSpan CrashWindow = TimeSpan.FromMinutes(1);
    private readonly Dictionary<string, Managed> _connections = new(StringComparer.Ordinal);
    private readonly ILoggingAdapter _log = Context.GetLogger();

    public WebSocketManager()
    {
        Receive<OpenConnection>(OnOpen);
        Receive<Terminated>(OnTerminated);
        Receive<CloseAll>(_ => OnCloseAll());
    }

    public static Props Props() => Akka.Actor.Props.Create(() => new WebSocketManager());

    protected override SupervisorStrategy SupervisorStrategy() => new OneForOneStrategy(
        MaxCrashes,
        CrashWindow,
        error =>
        {
            var failed = Sender;
            if (_connections.GetValueOrDefault(failed.Path.Name) is { } managed && managed.Actor.Equals(failed))
                managed.Handle.Crash = error;
            return Directive.Restart;
        });

    private void OnOpen(OpenConnection open)
    {
        var errors = OptionsValidator.Validate(open.Options);
        if (errors.Count > 0)
        {
            Sender.Tell(new Status.Failure(new InvalidOptionsException(open.Options.Name, errors)));
            return;
        }

        var name = open.Options.Name;
        if (_connections.TryGetValue(name, out var existing))
        {
            if (existing.Handle.Current.State != ConnectionState.Closed || existing.Reopening is not null)
            {
                Sender.Tell(new Status.Failure(new ConnectionNameInUseException(name)));
                return;
            }

            // The name is free for a successor once the closed actor is gone.
            _connections[name] = existing with { Reopening = (open, Sender) };
            Context.Stop(existing.Actor);
            return;
        }

        Open(open, Sender);
    }

    private void Open(OpenConnection open, IActorRef asker)
    {
        var handle = new ConnectionHandle(open.Options.Name);
        var core = new ConnectionCore(open.Options, open.Handler, handle, open.Connect, open.Random);
        var actor = Context.Watch(Context.ActorOf(ConnectionActor.Props(core), open.Options.Name));
        _connections[open.Options.Name] = new Managed(actor, handle, null);
        asker.Tell(new ConnectionOpened(actor, handle));
    }

    private void OnTerminated(Terminated message)
    {
        if (!_connections.Remove(message.ActorRef.Path.Name, out var gone))
            return;
        if (gone.Reopening is { } reopening)
        {
            Open(reopening.Open, reopening.Asker);
            return;
        }

        if (gone.Handle.Crash is { } crash)
            _log.Error(crash, "Connection {0} is closed: its actor crashed more than {1} times within {2}", gone.Handle.Name, MaxCrashes, CrashWindow);
    }

    private void OnCloseAll()
    {
        var closing = _connections.Values
            .Where(c => c.Handle.Current.State != ConnectionState.Closed)
            .Select(c => c.Actor.Ask<ConnectionClosed>(Close.Instance));
        Task.WhenAll(closing).PipeTo(Sender, Self, success: _ => AllClosed.Instance);
    }

    private sealed record Managed(IActorRef Actor, ConnectionHandle Handle, (OpenConnection Open, IActorRef Asker)? Reopening);
}
