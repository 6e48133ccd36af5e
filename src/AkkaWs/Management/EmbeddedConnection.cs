using Akka.Actor;
using AkkaWs.Connection;
using AkkaWs.Errors;

namespace AkkaWs.Management;

/// <summary>
/// A connection below a user's actor: does for the connection's actor, its only child, what the manager does for those under it, and passes on to it
/// whatever it is told. What the connection sends goes past it.
/// </summary>
internal sealed class EmbeddedConnection : ReceiveActor
{
    private readonly Func<ActorSystem, OpenConnection> _open;
    private ConnectionHandle? _handle;
    private IActorRef _connection = ActorRefs.Nobody;

    public EmbeddedConnection(Func<ActorSystem, OpenConnection> open)
    {
        _open = open;
        Receive<ConnectionEnded>(_ => { }); // it stays, to answer commands
        Receive<Terminated>(_ => OnStopped(), message => message.ActorRef.Equals(_connection));
        ReceiveAny(message => _connection.Forward(message));
    }

    public static Props Props(Func<ActorSystem, OpenConnection> open) => Akka.Actor.Props.Create<EmbeddedConnection>(open).WithDeploy(Deploy.Local);

    protected override void PreStart()
    {
        var (system, extension) = (Context.System, AkkaWsExtension.For(Context.System));
        var open = _open(system) with { IsDeclared = true, IsEmbedded = true };
        _handle = new ConnectionHandle(open.Options.Name);
        if ((ConnectionDispatcher.Check(system, open.Options) ?? HandlerUses.Claim(open.Handler, _handle)) is { } error)
            throw new InvalidOptionsException(open.Options.Name, [error]);
        _connection = Context.Watch(Create(ConnectionStart.CoreOf(open, _handle, system, extension.Attempts)));
        ConnectionStart.TryOpen(open, _handle, system, _connection); // nobody had the handle before, to close it
        extension.Manager.Tell(new CloseWithOthers(Self, _handle), ActorRefs.NoSender);
    }

    protected override SupervisorStrategy SupervisorStrategy() => ConnectionStart.Supervise(
        Context.System,
        _ => _handle?.Options?.Reconnect,
        (_, crash) =>
        {
            if (_handle is { } crashed)
                crashed.Crash = crash;
        });

    private static IActorRef Create(ConnectionCore core)
    {
        try
        {
            return Context.ActorOf(ConnectionActor.Props(core), "connection");
        }
        catch
        {
            HandlerUses.Release(core.Handler, core.Handle);
            throw;
        }
    }

    private void OnStopped()
    {
        if (_handle is { } handle)
            ConnectionStart.ReportCrash(handle, Context);
        Context.Stop(Self);
    }
}
