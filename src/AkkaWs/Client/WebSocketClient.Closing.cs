using Akka.Actor;
using AkkaWs.Connection;
using AkkaWs.Errors;
using AkkaWs.Management;
using AkkaWs.Messages;
using AkkaWs.Options;

namespace AkkaWs.Client;

// The end of a connection's life, and its next one.
public sealed partial class WebSocketClient
{
    private readonly Lock _lock = new();
    private Task? _reopening;
    private OptionsWish? _wish;

    /// <summary>
    /// Opens the connection again after it was closed, under the same name and with the newest options, and goes on with it: without waiting for Ready, and never
    /// failing fast by default. What belonged to its earlier life stays ended: actor references and subscriptions. One that is closing is opened once it is
    /// closed; on an open connection it does nothing. Calls at the same time are one reopening, those of other clients of the connection too: the later one goes on
    /// with what the first has opened, and with its options.
    /// </summary>
    /// <param name="cancellationToken">Gives up the wait: a reopening that has begun goes on.</param>
    /// <exception cref="ConnectionNotOpenException">It was never open.</exception>
    /// <exception cref="ConnectionNameInUseException">Another connection has been opened under the name, and not by a reopening of this one.</exception>
    /// <exception cref="InvalidOptionsException">Options are out of range, or its handler serves another connection by now.</exception>
    /// <exception cref="ConnectionClosedException">The actor system shuts down, or more than 256 connections were closed since: then open a new one.</exception>
    public async Task ReopenAsync(CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var life = Handle;
        if (life.Opened is null)
            throw new ConnectionNotOpenException(Name);
        if (life.IsLetGo || life.Current.State == ConnectionState.Closing)
            await life.Closed.WaitAsync(cancellationToken).ConfigureAwait(false);
        if (Reopening() is { } reopening)
            await reopening.WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>As <c>ReopenAsync</c>, unless a client was told to close the connection, up to the last moment, or there is another life already.</summary>
    /// <param name="life">The life that closed.</param>
    /// <param name="cancellationToken">Gives up the wait.</param>
    /// <returns>Whether it was opened.</returns>
    internal async Task<bool> ReopenUnlessLetGoAsync(ConnectionHandle life, CancellationToken cancellationToken)
    {
        if (Reopening(unlessLetGo: life) is not { } reopening)
            return false;
        await reopening.WaitAsync(cancellationToken).ConfigureAwait(false);
        return true;
    }

    // One at a time: whoever asks meanwhile waits for the same. Null: there is nothing to open.
    private Task? Reopening(ConnectionHandle? unlessLetGo = null)
    {
        lock (_lock)
        {
            if (_reopening is { IsCompleted: false } underWay)
                return underWay;
            var closed = Handle;
            if (closed.Current.State != ConnectionState.Closed || (unlessLetGo is { } life && (life.IsLetGo || life != closed)))
                return null;
            return _reopening = OpenNextAsync(closed);
        }
    }

    private async Task OpenNextAsync(ConnectionHandle closed)
    {
        var wanted = _wish is { } wish && ReferenceEquals(wish.InForce, closed.Options) ? wish.Options with { Name = Name } : closed.Options!;
        _life = await OpenAsync(closed.Opened!.System, new ReopenConnection(closed, wanted), Name, CancellationToken.None).ConfigureAwait(false);
    }

    /// <summary>Keeps options for the next life of a closed connection.</summary>
    /// <returns>False if it is open: then they are for this life.</returns>
    /// <exception cref="InvalidOptionsException">It could not be opened with them.</exception>
    internal async Task<bool> KeepForReopeningAsync(WebSocketClientOptions options)
    {
        CheckDispatcher(Handle, options);
        while (true)
        {
            Task reopening;
            lock (_lock)
            {
                if (_reopening is not { IsCompleted: false } underWay)
                    return Keep(options);
                reopening = underWay;
            }

            await reopening.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private bool Keep(WebSocketClientOptions options)
    {
        var life = Handle;
        if (life.Current.State is not (ConnectionState.Closing or ConnectionState.Closed))
            return false;
        _wish = new OptionsWish(options, life.Options);
        return true;
    }

    private async Task<Reconfigured> ChangeAsync(WebSocketClientOptions options, CancellationToken cancellationToken)
    {
        var life = Handle;
        CheckDispatcher(life, options);
        var became = await AskAsync<Reconfigured>(new Reconfigure(options), cancellationToken).ConfigureAwait(false);
        lock (_lock)
            _wish = new OptionsWish(options, life.Options);
        return became;
    }

    // What an open connection does not need it must find when it is opened again.
    private void CheckDispatcher(ConnectionHandle life, WebSocketClientOptions options)
    {
        if (life.Opened is { } opened && ConnectionDispatcher.Check(opened.System, options) is { } error)
            throw new InvalidOptionsException(Name, [error]);
    }

    /// <summary>Closes the connection for good, in every state at once; completes when it is closed. Idempotent.</summary>
    public Task CloseAsync(CancellationToken cancellationToken = default)
    {
        ConnectionHandle life;
        Task? reopening;
        lock (_lock)
        {
            life = Handle;
            life.IsLetGo = true;
            reopening = _reopening;
        }

        return (reopening is { IsCompleted: false } ? CloseNextAsync(reopening) : CloseAsync(life)).WaitAsync(cancellationToken);
    }

    private async Task CloseNextAsync(Task reopening)
    {
        await reopening.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        var life = Handle;
        life.IsLetGo = true;
        await CloseAsync(life).ConfigureAwait(false);
    }

    private static Task CloseAsync(ConnectionHandle life)
    {
        if (life.Opened is { } opened)
            opened.Actor.Tell(Close.Instance, ActorRefs.NoSender);
        else
            life.Abandon(CloseReason.Requested);
        return life.Closed;
    }

    /// <summary>Closes the connection for good. Idempotent.</summary>
    public async ValueTask DisposeAsync() => await CloseAsync().ConfigureAwait(false);

    /// <summary>Name, state and epoch.</summary>
    public override string ToString() => $"{Name}: {State}, epoch {Epoch}";

    // What was wanted last, and what was in force then: where that is not in force any more, somebody has wanted something else since.
    private sealed record OptionsWish(WebSocketClientOptions Options, WebSocketClientOptions? InForce);
}
