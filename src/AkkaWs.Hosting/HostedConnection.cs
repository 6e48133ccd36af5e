using Akka.Actor;
using Akka.Hosting;
using AkkaWs.Client;
using AkkaWs.Connection;
using AkkaWs.Errors;
using AkkaWs.Management;
using AkkaWs.Options;
using AkkaWs.Primitives;
using AkkaWs.Protocol;
using Microsoft.Extensions.Logging;

namespace AkkaWs.Hosting;

/// <summary>One connection that a host declares: its client is there at once, the connection itself when the host starts.</summary>
internal sealed class HostedConnection
{
    private readonly WebSocketClientBuilder _builder;
    private readonly Func<ActorSystem, WebSocketStartOptions> _start;
    private OpenConnection? _open;
    private WebSocketStartOptions? _startOptions;

    public HostedConnection(WebSocketClientBuilder builder, Func<ActorSystem, WebSocketStartOptions> start)
    {
        ArgumentNullException.ThrowIfNull(builder);
        (_builder, _start) = (builder, start);
        Client = new WebSocketClient(new ConnectionHandle(builder.Name), isDeclared: true);
    }

    public string Name => _builder.Name;

    /// <summary>The connection's current life.</summary>
    public ConnectionHandle Handle => Client.Handle;

    public WebSocketClient Client { get; }

    /// <summary>Under which its actor is registered.</summary>
    public HashSet<Type> Keys { get; } = [];

    /// <summary>What was made ready to be opened; null before.</summary>
    public OpenConnection? Prepared => _open;

    /// <summary>Reads everything that it is opened with.</summary>
    /// <param name="system">The actor system.</param>
    /// <param name="services">The host's services.</param>
    /// <param name="hooks">What the services hold for its transport, where its builder says nothing.</param>
    /// <returns>All that is wrong with it; null if nothing is.</returns>
    public InvalidOptionsException? Prepare(ActorSystem system, IServiceProvider services, TransportHooks? hooks)
    {
        var errors = new List<OptionError>();
        var options = Try(() => _builder.ReadOptions(system), errors);
        _startOptions = Try(() => _start(system), errors);
        if (_startOptions is { ReadyTimeout: var timeout } && (timeout <= TimeSpan.Zero || timeout > TimeSpan.FromDays(1)))
            errors.Add(new OptionError("ready-timeout", OptionChecks.Text(timeout), "more than 0, at most 1 day"));
        var made = Try(() => _builder.Build(options ?? new WebSocketClientOptions { Name = Name, Url = new Uri("wss://unset") }, services), errors);
        _open = made is null ? null : made with { Hooks = made.Hooks ?? hooks, IsDeclared = true };
        return errors.Count == 0 ? null : new InvalidOptionsException(Name, errors);
    }

    /// <summary>Opens it.</summary>
    /// <returns>False if its client was told to close it before.</returns>
    public async Task<bool> TryOpenAsync(ActorSystem system, CancellationToken cancellationToken)
    {
        if (Handle.IsLetGo)
            return false;
        try
        {
            await WebSocketClient.OpenAsync(system, _open! with { Handle = Handle }, cancellationToken).ConfigureAwait(false);
            return true;
        }
        catch (ConnectionClosedException) when (Handle.IsLetGo)
        {
            return false;
        }
    }

    /// <exception cref="DuplicateActorRegistryException">Another actor has one of its keys.</exception>
    public void Register(IActorRegistry registry)
    {
        if (Keys.FirstOrDefault(key => !registry.TryRegister(key, Client.Connection)) is { } taken)
            throw new DuplicateActorRegistryException($"Connection {Name} cannot be registered under the key {taken}: another actor is.");
    }

    /// <summary>
    /// Stays with the connection over its lives: its keys lead to the actor of the current one, and one that closed by itself is opened again where that is wanted.
    /// </summary>
    /// <param name="registry">Holds the actor under the connection's keys.</param>
    /// <param name="reopenAfter">How long after it closed by itself; null: never.</param>
    /// <param name="time">The clock.</param>
    /// <param name="log">Is told of each reopening.</param>
    /// <param name="stopped">Ends it.</param>
    public async Task FollowLivesAsync(IActorRegistry registry, TimeSpan? reopenAfter, TimeProvider time, ILogger log, CancellationToken stopped)
    {
        try
        {
            var reopening = reopenAfter is { } delay ? new ConnectionReopening(Client, delay, time, log) : null;
            for (var life = Handle; ; life = Handle)
            {
                var following = reopening?.FollowAsync(life, stopped) ?? Task.CompletedTask;
                await life.Replaced.WaitAsync(stopped).ConfigureAwait(false);
                foreach (var key in Keys)
                    registry.TryRegister(key, Client.Connection, overwrite: true);
                await following.ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException)
        {
            // The host stops.
        }
    }

    /// <summary>Waits for Ready, if that is wanted.</summary>
    public async Task UntilReadyAsync(CancellationToken cancellationToken)
    {
        if (_startOptions is not { WaitForReady: true, ReadyTimeout: var timeout })
            return;
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(timeout);
        try
        {
            await Client.WaitUntilReadyAsync(deadline.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            var failure = Handle.LastFailure ?? new ConnectionFailure(new CloseReason(ErrorClass.ConnectTimeout, $"it is {Client.State}"), null);
            var why = $"not Ready within {Readable.Duration(timeout)} of the host's start; {failure.Reason.Description}";
            throw new ConnectionFailedException(Name, failure.Reason with { Description = why }, failure.Error);
        }
    }

    /// <summary>Follows the changes of its options from now on.</summary>
    public IDisposable? Follow(ActorSystem system, ILogger log) =>
        _builder.Source.Watch is { } watch ? new ConnectionReload(this, watch, () => _builder.ReadOptions(system), log) : null;

    private static T? Try<T>(Func<T> read, List<OptionError> errors)
        where T : class
    {
        try
        {
            return read();
        }
        catch (InvalidOptionsException e)
        {
            errors.AddRange(e.Errors);
            return null;
        }
    }
}
