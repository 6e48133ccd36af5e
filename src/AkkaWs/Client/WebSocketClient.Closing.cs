using Akka.Actor;
using AkkaWs.Errors;
using AkkaWs.Management;
using AkkaWs.Messages;

namespace AkkaWs.Client;

// The end of a connection's life, and its next one.
public sealed partial class WebSocketClient
{
    /// <summary>
    /// Opens the connection again after it was closed, under the same name and with the options in force, and goes on with it: without waiting for Ready, and never
    /// failing fast by default. What belonged to its earlier life stays ended: actor references and subscriptions. On an open connection it does nothing.
    /// </summary>
    /// <param name="cancellationToken">Gives up the wait.</param>
    /// <exception cref="ConnectionNotOpenException">It was never open.</exception>
    /// <exception cref="ConnectionNameInUseException">Another connection has been opened under the name.</exception>
    /// <exception cref="ConnectionClosedException">The actor system shuts down, or more than 256 connections were closed since: then open a new one.</exception>
    public async Task ReopenAsync(CancellationToken cancellationToken = default)
    {
        var closed = Handle;
        var opened = closed.Opened ?? throw new ConnectionNotOpenException(Name);
        if (closed.Current.State != ConnectionState.Closed)
            return;
        _life = await OpenAsync(opened.System, new ReopenConnection(closed), Name, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Closes the connection for good, in every state at once; completes when it is closed. Idempotent.</summary>
    public async Task CloseAsync(CancellationToken cancellationToken = default)
    {
        var life = Handle;
        life.IsLetGo = true;
        if (life.Opened is { } opened)
            opened.Actor.Tell(Close.Instance, ActorRefs.NoSender);
        else
            life.Abandon(CloseReason.Requested);
        await life.Closed.WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Closes the connection for good. Idempotent.</summary>
    public async ValueTask DisposeAsync() => await CloseAsync().ConfigureAwait(false);
}
