using System.Runtime.CompilerServices;
using Akka.Actor;
using AkkaWs.Connection;
using AkkaWs.Errors;
using AkkaWs.Management;
using AkkaWs.Messages;
using AkkaWs.Options;
using AkkaWs.Policies;
using AkkaWs.Primitives;
using AkkaWs.Protocol;
using AkkaWs.Wire;

namespace AkkaWs.Client;

/// <summary>
/// A connection for callers outside actors: requests, streams, sends and state. A thin handle on the connection's actor
/// (<see cref="Connection"/>), cheap to share, thread-safe.
/// </summary>
/// <example><code>
/// await using var client = await WebSocketClient.ConnectAsync(system, options, protocol, cancellationToken);
/// await using var book = await client.SubscribeAsync("orderbook.1.BTCUSDT", cancellationToken);
/// await foreach (TopicUpdate update in book) { … }
/// </code></example>
public sealed partial class WebSocketClient : IWebSocketClient
{
    private readonly bool _isDeclared;
    private volatile ConnectionHandle _life;

    /// <summary>A client whose connection may be opened later: until then its calls wait.</summary>
    /// <param name="handle">The connection's first life.</param>
    /// <param name="isDeclared">Whether the client stands for whatever is open under the name, and not for this one life.</param>
    internal WebSocketClient(ConnectionHandle handle, bool isDeclared = false) => (_life, _isDeclared) = (handle, isDeclared);

    /// <summary>The connection's actor: takes the commands of <c>AkkaWs.Messages</c>.</summary>
    /// <exception cref="ConnectionNotOpenException">The connection is not open yet: a host opens it when it starts.</exception>
    public IActorRef Connection => Handle.Opened?.Actor ?? throw new ConnectionNotOpenException(Name);

    /// <summary>The connection's name.</summary>
    public string Name => Handle.Name;

    /// <summary>The state at this moment, without asking the actor.</summary>
    public ConnectionState State => Handle.Current.State;

    /// <summary>The number of the physical connection at this moment.</summary>
    public Epoch Epoch => Handle.Current.Epoch;

    /// <summary>Whether the connection is <see cref="ConnectionState.Ready"/>.</summary>
    public bool IsConnected => State == ConnectionState.Ready;

    internal ConnectionHandle Handle
    {
        get
        {
            var life = _life;
            if (_isDeclared && life.Latest is var latest && latest != life)
                _life = life = latest; // earlier ones are let go
            return life;
        }
    }

    /// <summary>Begins a connection in stages: its URL, its protocol, then everything that has a default.</summary>
    /// <param name="name">The connection's name: unique per actor system.</param>
    /// <example><code>
    /// await using var client = await WebSocketClient.Builder("feed").Url("wss://example.com/feed").Protocol(new GenericJsonHandler()).ConnectAsync(system);
    /// </code></example>
    public static ClientUrlStage Builder(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return new ClientUrlStage(name);
    }

    /// <summary>
    /// Opens a connection and waits until it is Ready. From then on it heals itself. What looks passing (refused, DNS, reset, timeout, 5xx) is retried
    /// meanwhile, without end unless the options limit it: use the token to bound the wait.
    /// </summary>
    /// <param name="system">The actor system it lives in.</param>
    /// <param name="options">The options; validated.</param>
    /// <param name="handler">The venue's protocol; one instance a connection.</param>
    /// <param name="cancellationToken">Gives up; the connection is closed then, and the <see cref="OperationCanceledException"/> tells the last cause.</param>
    /// <exception cref="InvalidOptionsException">Options are out of range; the exception names all of them.</exception>
    /// <exception cref="ConnectionNameInUseException">A connection of this name is open.</exception>
    /// <exception cref="ConnectionFailedException">An attempt failed for what looks permanent (4xx, certificate, policy, URL: see <see cref="ReconnectOptions.FailFast"/>), or a limit was reached; the connection is closed.</exception>
    /// <exception cref="AuthenticationFailedException">The server rejected the login; the connection is closed.</exception>
    public static Task<WebSocketClient> ConnectAsync(
        ActorSystem system, WebSocketClientOptions options, ProtocolHandler handler, CancellationToken cancellationToken = default) =>
        ConnectAsync(system, options, handler, ReconnectPolicy.Default, cancellationToken);

    /// <summary>Opens a connection with a reconnect policy of one's own, and waits until it is Ready.</summary>
    /// <inheritdoc cref="ConnectAsync(ActorSystem, WebSocketClientOptions, ProtocolHandler, CancellationToken)"/>
    /// <param name="system">The actor system it lives in.</param>
    /// <param name="options">The options; validated.</param>
    /// <param name="handler">The venue's protocol; one instance a connection.</param>
    /// <param name="reconnectPolicy">Decides whether and when to connect again.</param>
    /// <param name="cancellationToken">Gives up; the connection is closed then.</param>
    public static async Task<WebSocketClient> ConnectAsync(
        ActorSystem system, WebSocketClientOptions options, ProtocolHandler handler, IReconnectPolicy reconnectPolicy, CancellationToken cancellationToken = default)
    {
        _ = WireConnection.WarmUpAsync(); // the earlier, the more of it is done by the time that it is needed
        var client = await OpenAsync(system, options, handler, reconnectPolicy, cancellationToken).ConfigureAwait(false);
        return await client.UntilFirstReadyAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Waits for the first Ready; a failure closes the connection.</summary>
    internal async Task<WebSocketClient> UntilFirstReadyAsync(CancellationToken cancellationToken)
    {
        var life = Handle;
        try
        {
            var failure = await life.FirstOutcome.WaitAsync(cancellationToken).ConfigureAwait(false);
            if (failure is not null)
                throw Explain(Name, failure);
            return this;
        }
        catch (OperationCanceledException cancelled)
        {
            var error = Cancelled(life, cancelled, cancellationToken);
            await CloseAsync(CancellationToken.None).ConfigureAwait(false);
            throw error;
        }
        catch
        {
            await CloseAsync(CancellationToken.None).ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Connects, logs in and subscribes in one call: Ready, and every topic confirmed; or the error tells which part failed.</summary>
    /// <inheritdoc cref="ConnectAsync(ActorSystem, WebSocketClientOptions, ProtocolHandler, CancellationToken)"/>
    /// <param name="system">The actor system it lives in.</param>
    /// <param name="options">The options; validated.</param>
    /// <param name="handler">The venue's protocol; one instance a connection.</param>
    /// <param name="topics">The topics of the one stream that is returned, at least one.</param>
    /// <param name="cancellationToken">Gives up; the connection is closed then.</param>
    /// <exception cref="SubscriptionFailedException">The server refused topics, which are named; the connection is closed.</exception>
    public static async Task<(WebSocketClient Client, TopicSubscription Updates)> ConnectAsync(
        ActorSystem system, WebSocketClientOptions options, ProtocolHandler handler, IReadOnlyList<Topic> topics, CancellationToken cancellationToken = default)
    {
        var client = await ConnectAsync(system, options, handler, cancellationToken).ConfigureAwait(false);
        try
        {
            return (client, await client.SubscribeAsync(topics, cancellationToken).ConfigureAwait(false));
        }
        catch
        {
            await client.CloseAsync(CancellationToken.None).ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Opens a connection without waiting for it: it goes on trying as its options say. Subscriptions may be made at once.</summary>
    /// <inheritdoc cref="ConnectAsync(ActorSystem, WebSocketClientOptions, ProtocolHandler, CancellationToken)" path="/param"/>
    /// <exception cref="InvalidOptionsException">Options are out of range; the exception names all of them.</exception>
    /// <exception cref="ConnectionNameInUseException">A connection of this name is open.</exception>
    public static Task<WebSocketClient> OpenAsync(
        ActorSystem system, WebSocketClientOptions options, ProtocolHandler handler, CancellationToken cancellationToken = default) =>
        OpenAsync(system, options, handler, ReconnectPolicy.Default, cancellationToken);

    /// <summary>Opens a connection with a reconnect policy of one's own, without waiting for it.</summary>
    /// <inheritdoc cref="OpenAsync(ActorSystem, WebSocketClientOptions, ProtocolHandler, CancellationToken)"/>
    /// <param name="system">The actor system it lives in.</param>
    /// <param name="options">The options; validated.</param>
    /// <param name="handler">The venue's protocol; one instance a connection.</param>
    /// <param name="reconnectPolicy">Decides whether and when to connect again.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public static Task<WebSocketClient> OpenAsync(
        ActorSystem system, WebSocketClientOptions options, ProtocolHandler handler, IReconnectPolicy reconnectPolicy, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(handler);
        ArgumentNullException.ThrowIfNull(reconnectPolicy);
        var open = new OpenConnection(options, handler, WireConnection.ConnectAsync, AkkaWsExtension.NewRandom()) { Policy = reconnectPolicy };
        return OpenAsync(system, open, cancellationToken);
    }

    /// <summary>
    /// The connection of this name: the open one, if its options are these and its handler is as good as this one, or a new one, which is not waited for. All clients obtained
    /// this way share one connection: closing or disposing any of them closes it for all.
    /// </summary>
    /// <param name="system">The actor system it lives in.</param>
    /// <param name="options">The options; validated. Compared with those in force, by value.</param>
    /// <param name="handler">
    /// The venue's protocol, for a new connection. It may be the one of the open connection, or one that is interchangeable with it
    /// (<see cref="ProtocolHandler.IsInterchangeableWith"/>): the venues' are where they log in with equal credentials, a <see cref="GenericJsonHandler"/> is where its options are equal.
    /// </param>
    /// <param name="cancellationToken">Gives up the wait; what is opened all the same stays, and the next call has it.</param>
    /// <exception cref="ConnectionDiffersException">
    /// One of this name is open with other options, with a handler that may log in otherwise, or with another login, endpoint provider, transport hooks or reconnect policy;
    /// the exception names what differs.
    /// </exception>
    /// <exception cref="InvalidOptionsException">Options are out of range; the exception names all of them.</exception>
    /// <example><code>
    /// var client = await WebSocketClient.GetOrOpenAsync(system, options, new GenericJsonHandler(), cancellationToken);   // wherever it is needed
    /// </code></example>
    public static Task<WebSocketClient> GetOrOpenAsync(
        ActorSystem system, WebSocketClientOptions options, ProtocolHandler handler, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(system);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(handler);
        return OpenAsync(system, new OpenConnection(options, handler, WireConnection.ConnectAsync, AkkaWsExtension.NewRandom()) { MayBeOpen = true }, cancellationToken);
    }

    internal static async Task<WebSocketClient> OpenAsync(ActorSystem system, OpenConnection open, CancellationToken cancellationToken) =>
        new(await OpenAsync(system, open, open.Options.Name, cancellationToken).ConfigureAwait(false));

    private static async Task<ConnectionHandle> OpenAsync(ActorSystem system, object command, string name, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var opened = AkkaWsExtension.For(system).Manager.Ask<ConnectionOpened>(command, Timeout.InfiniteTimeSpan, CancellationToken.None);
        try
        {
            if (await Task.WhenAny(opened, system.WhenTerminated).WaitAsync(cancellationToken).ConfigureAwait(false) != opened && !opened.IsCompleted)
                throw new ConnectionClosedException(name, new CloseReason(ErrorClass.Internal, "the actor system has terminated"));
        }
        catch (OperationCanceledException) when (command is OpenConnection { MayBeOpen: true })
        {
            throw; // it may be others', and is had by its name
        }
        catch (OperationCanceledException)
        {
            // Nobody is left who could close what the manager opens all the same.
            _ = opened.ContinueWith(
                late => late.Result.Connection.Tell(Close.Instance, ActorRefs.NoSender), CancellationToken.None, TaskContinuationOptions.OnlyOnRanToCompletion, TaskScheduler.Default);
            throw;
        }

        return (await opened.ConfigureAwait(false)).Handle;
    }

    /// <summary>Waits until the connection is Ready.</summary>
    /// <param name="cancellationToken">Gives up the wait.</param>
    /// <exception cref="ConnectionClosedException">It closed for good.</exception>
    /// <exception cref="MaxReconnectAttemptsException">It closed because its attempts were used up.</exception>
    /// <exception cref="OperationCanceledException">The wait was cancelled: the message names the state and the last cause, the inner exception is that of the transport.</exception>
    public async Task WaitUntilReadyAsync(CancellationToken cancellationToken = default)
    {
        try
        {
            await foreach (var happened in WatchAsync(cancellationToken).ConfigureAwait(false))
            {
                if (happened is ConnectionStateChanged { To: ConnectionState.Ready })
                    return;
            }
        }
        catch (OperationCanceledException cancelled) when (cancellationToken.IsCancellationRequested)
        {
            throw Cancelled(Handle, cancelled, cancellationToken);
        }

        throw ClosedError();
    }

    /// <summary>
    /// What happens to the connection from now on, starting with its current state; ends when it is closed. A reader that falls more than 1,024
    /// events behind loses the oldest.
    /// </summary>
    public async IAsyncEnumerable<ConnectionEvent> WatchAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var life = Handle;
        var events = life.Watch(out var now);
        try
        {
            yield return new ConnectionStateChanged(Name, now.Epoch, now.State, now.State, now.Reason);
            await foreach (var happened in events.ReadAllAsync(cancellationToken).ConfigureAwait(false))
                yield return happened;
        }
        finally
        {
            life.Unwatch(events);
        }
    }

    /// <summary>The connection's figures. Also answered when it is closed.</summary>
    public Task<ConnectionStatus> GetStatusAsync(CancellationToken cancellationToken = default) =>
        AskAsync<ConnectionStatus>(GetStatus.Instance, cancellationToken);

    /// <summary>The connection's figures over its life: uptime, rates, latencies, errors. Also answered when it is closed.</summary>
    public Task<ConnectionMetrics> GetMetricsAsync(CancellationToken cancellationToken = default) =>
        AskAsync<ConnectionMetrics>(GetMetrics.Instance, cancellationToken);

    /// <summary>The connection's topics, each with its state and how many subscribers it has. Also answered when it is closed: then there are none.</summary>
    public Task<ConnectionTopics> GetTopicsAsync(CancellationToken cancellationToken = default) =>
        AskAsync<ConnectionTopics>(GetTopics.Instance, cancellationToken);

    /// <summary>
    /// Replaces the physical connection now: another one comes up beside it, logs in and subscribes, then the old one is closed once its requests are
    /// answered. No update is lost and no subscriber interrupted, unless the venue allows one session only. Completes when the old one is closed.
    /// </summary>
    /// <exception cref="RotationFailedException">The new one could not be made ready, or the connection is not Ready; the old one stays in use.</exception>
    /// <exception cref="ConnectionClosedException">The connection is closed.</exception>
    public Task<Rotated> RotateAsync(CancellationToken cancellationToken = default) => AskAsync<Rotated>(Rotate.Instance, cancellationToken);

    /// <summary>Gives the open connection other options, and tells which of them hold already, which later, and which do not before <see cref="ReopenAsync"/>.</summary>
    /// <param name="options">All of them, those that stay as they are included; the name must be the connection's.</param>
    /// <param name="cancellationToken">Gives up the wait.</param>
    /// <exception cref="InvalidOptionsException">Options are out of range: nothing has changed.</exception>
    /// <exception cref="ConnectionClosedException">The connection is closed.</exception>
    public Task<Reconfigured> ReconfigureAsync(WebSocketClientOptions options, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        return ChangeAsync(options, cancellationToken);
    }

    // A connection that is not open yet will be, or is known never to be.
    private static Task<OpenedConnection> OpenedAsync(ConnectionHandle life, CancellationToken cancellationToken) =>
        life.Opening.IsCompletedSuccessfully ? life.Opening : life.Opening.WaitAsync(cancellationToken);

    private Task<T> AskAsync<T>(object command, CancellationToken cancellationToken) => AskAsync<T>(Handle, command, cancellationToken);

    private static async Task<T> AskAsync<T>(ConnectionHandle life, object command, CancellationToken cancellationToken)
    {
        var opened = await OpenedAsync(life, cancellationToken).ConfigureAwait(false);
        using var cancellation = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        return await AnswerAsync(opened.Actor.Ask<T>(command, Timeout.InfiniteTimeSpan, cancellation.Token), life, cancellation).ConfigureAwait(false);
    }

    // The actor answers every command, also when it stops; what reaches it later is answered here.
    private static async Task<T> AnswerAsync<T>(Task<T> reply, ConnectionHandle life, CancellationTokenSource cancellation)
    {
        if (await Task.WhenAny(reply, life.Gone).ConfigureAwait(false) != reply && !reply.IsCompleted)
        {
            await cancellation.CancelAsync().ConfigureAwait(false);
            throw life.ClosedError();
        }

        return await reply.ConfigureAwait(false);
    }

    private ConnectionClosedException ClosedError() => Handle.ClosedError();

    // Whoever gives up a wait learns what it waited for in vain.
    private static OperationCanceledException Cancelled(ConnectionHandle life, OperationCanceledException cancelled, CancellationToken cancellationToken)
    {
        var why = life.LastFailure is { } failure ? $"the last cause was {failure.Reason}" : "no attempt has failed so far";
        return new OperationCanceledException(
            $"Connection '{life.Name}': the wait for Ready was cancelled; it is {life.Current.State}, and {why}", life.LastFailure?.Error ?? cancelled, cancellationToken);
    }

    private static WebSocketClientException Explain(string name, ConnectionFailure failure) =>
        failure.Reason.Class is ErrorClass.AuthenticationRejected or ErrorClass.AuthenticationFailed
            ? new AuthenticationFailedException(name, failure.Reason, failure.Error)
            : failure.Reason.IsGraceful
                ? new ConnectionClosedException(name, failure.Reason)
                : new ConnectionFailedException(name, failure.Reason, failure.Error);
}
