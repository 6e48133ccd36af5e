using System.Collections.Immutable;
using Akka.Actor;
using AkkaWs.Errors;
using AkkaWs.Management;
using AkkaWs.Options;
using AkkaWs.Policies;
using AkkaWs.Protocol;
using AkkaWs.Wire;

namespace AkkaWs.Client;

/// <summary>
/// The last stage of a connection's builder: everything that has a default. Each call gives a new builder and leaves this one as it is. Nothing is
/// validated before the connection is opened; then everything that is wrong is told at once.
/// </summary>
/// <example><code>
/// await using var client = await WebSocketClient.Builder("bybit-linear")
///     .Url("wss://stream.bybit.com/v5/public/linear")
///     .Protocol(new GenericJsonHandler())
///     .Reconnect(reconnect => reconnect with { MaxDelay = TimeSpan.FromSeconds(10) })
///     .ConnectAsync(system, cancellationToken);
/// </code></example>
public sealed partial class WebSocketClientBuilder
{
    private readonly OptionsSource _source;
    private readonly Func<IServiceProvider, ProtocolHandler> _protocol;

    internal WebSocketClientBuilder(string name, OptionsSource source, Func<IServiceProvider, ProtocolHandler> protocol) =>
        (Name, _source, _protocol) = (name, source, protocol);

    private WebSocketClientBuilder(WebSocketClientBuilder other)
        : this(other.Name, other._source, other._protocol) =>
        (Changes, Endpoints, Logins, Policies, Hooks) = (other.Changes, other.Endpoints, other.Logins, other.Policies, other.Hooks);

    /// <summary>The connection's name.</summary>
    public string Name { get; }

    internal OptionsSource Source => _source;

    private ImmutableList<Func<WebSocketClientOptions, WebSocketClientOptions>> Changes { get; init; } = [];

    private ImmutableList<Func<IServiceProvider, IEndpointProvider>> Endpoints { get; init; } = [];

    private Func<IServiceProvider, ILoginProvider>? Logins { get; init; }

    private Func<IServiceProvider, IReconnectPolicy>? Policies { get; init; }

    private Func<IServiceProvider, TransportHooks>? Hooks { get; init; }

    /// <summary>Changes any of the options, after those before.</summary>
    public WebSocketClientBuilder With(Func<WebSocketClientOptions, WebSocketClientOptions> change)
    {
        ArgumentNullException.ThrowIfNull(change);
        return new(this) { Changes = Changes.Add(change) };
    }

    /// <summary>Asks a provider for URL and headers at each attempt, after the handler and the providers before.</summary>
    public WebSocketClientBuilder Endpoint(IEndpointProvider provider)
    {
        ArgumentNullException.ThrowIfNull(provider);
        return Endpoint(_ => provider);
    }

    /// <summary>As <see cref="Endpoint(IEndpointProvider)"/>, with a provider that is made when the connection is opened.</summary>
    /// <param name="create">Gets the host's services; one without any where there is no host.</param>
    public WebSocketClientBuilder Endpoint(Func<IServiceProvider, IEndpointProvider> create)
    {
        ArgumentNullException.ThrowIfNull(create);
        return new(this) { Endpoints = Endpoints.Add(create) };
    }

    /// <summary>Has a provider build the login message in the handler's place. The last one holds.</summary>
    public WebSocketClientBuilder Login(ILoginProvider provider)
    {
        ArgumentNullException.ThrowIfNull(provider);
        return Login(_ => provider);
    }

    /// <summary>As <see cref="Login(ILoginProvider)"/>, with a provider that is made when the connection is opened.</summary>
    /// <param name="create">Gets the host's services; one without any where there is no host.</param>
    public WebSocketClientBuilder Login(Func<IServiceProvider, ILoginProvider> create)
    {
        ArgumentNullException.ThrowIfNull(create);
        return new(this) { Logins = create };
    }

    /// <summary>Decides by a policy of one's own when to connect again. The last one holds.</summary>
    public WebSocketClientBuilder ReconnectPolicy(IReconnectPolicy policy)
    {
        ArgumentNullException.ThrowIfNull(policy);
        return ReconnectPolicy(_ => policy);
    }

    /// <summary>As <see cref="ReconnectPolicy(IReconnectPolicy)"/>, with a policy that is made when the connection is opened.</summary>
    /// <param name="create">Gets the host's services; one without any where there is no host.</param>
    public WebSocketClientBuilder ReconnectPolicy(Func<IServiceProvider, IReconnectPolicy> create)
    {
        ArgumentNullException.ThrowIfNull(create);
        return new(this) { Policies = create };
    }

    /// <summary>Takes certificates and code for the transport: client certificates, certificate validation, the way to the byte stream. The last ones hold.</summary>
    public WebSocketClientBuilder Transport(TransportHooks hooks)
    {
        ArgumentNullException.ThrowIfNull(hooks);
        return Transport(_ => hooks);
    }

    /// <summary>As <see cref="Transport(TransportHooks)"/>, with what is made when the connection is opened.</summary>
    /// <param name="create">Gets the host's services; one without any where there is no host.</param>
    public WebSocketClientBuilder Transport(Func<IServiceProvider, TransportHooks> create)
    {
        ArgumentNullException.ThrowIfNull(create);
        return new(this) { Hooks = create };
    }

    /// <summary>Opens the connection without waiting for it.</summary>
    /// <inheritdoc cref="WebSocketClient.OpenAsync(ActorSystem, WebSocketClientOptions, ProtocolHandler, CancellationToken)"/>
    public Task<WebSocketClient> OpenAsync(ActorSystem system, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(system);
        return WebSocketClient.OpenAsync(system, Build(system, NoServices.Instance), cancellationToken);
    }

    /// <summary>
    /// The connection of this name: the open one, if it is the same, or a new one, which is not waited for. It is the same where its login, endpoint providers and reconnect
    /// policy are the very objects of this builder, too: give those as objects, not as functions that make them.
    /// </summary>
    /// <inheritdoc cref="WebSocketClient.GetOrOpenAsync(ActorSystem, WebSocketClientOptions, ProtocolHandler, CancellationToken)"/>
    public Task<WebSocketClient> GetOrOpenAsync(ActorSystem system, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(system);
        return WebSocketClient.OpenAsync(system, Build(system, NoServices.Instance) with { MayBeOpen = true }, cancellationToken);
    }

    /// <summary>Opens the connection and waits until it is Ready. From then on it heals itself.</summary>
    /// <inheritdoc cref="WebSocketClient.ConnectAsync(ActorSystem, WebSocketClientOptions, ProtocolHandler, CancellationToken)"/>
    public async Task<WebSocketClient> ConnectAsync(ActorSystem system, CancellationToken cancellationToken = default)
    {
        var client = await OpenAsync(system, cancellationToken).ConfigureAwait(false);
        return await client.UntilFirstReadyAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The connection to be the child of an actor of one's own.</summary>
    /// <inheritdoc cref="WebSocketClient.Props(WebSocketClientOptions, Func{ProtocolHandler})"/>
    /// <param name="system">The actor system, whose configuration the options may come from.</param>
    public Props Props(ActorSystem system)
    {
        ArgumentNullException.ThrowIfNull(system);
        var options = ReadOptions(system);
        return EmbeddedConnection.Props(_ => Build(options, NoServices.Instance));
    }

    /// <summary>The options as they are at this moment.</summary>
    /// <exception cref="InvalidOptionsException">They cannot be read, or are out of range.</exception>
    internal WebSocketClientOptions ReadOptions(ActorSystem system)
    {
        var options = Changes.Aggregate(_source.Read(system) with { Name = Name }, (changed, change) => change(changed));
        return OptionsValidator.Validate(options) is { Count: > 0 } errors ? throw new InvalidOptionsException(Name, errors) : options;
    }

    internal OpenConnection Build(ActorSystem system, IServiceProvider services) => Build(ReadOptions(system), services);

    internal OpenConnection Build(WebSocketClientOptions options, IServiceProvider services)
    {
        var handler = _protocol(services) ?? throw new InvalidOperationException($"The protocol of connection {Name} is null.");
        return new OpenConnection(options, handler, WireConnection.ConnectAsync, AkkaWsExtension.NewRandom())
        {
            Endpoints = [.. Endpoints.Select(create => create(services))],
            Login = Logins?.Invoke(services),
            Hooks = Hooks?.Invoke(services),
            Policy = Policies?.Invoke(services) ?? AkkaWs.Policies.ReconnectPolicy.Default,
        };
    }

    private sealed class NoServices : IServiceProvider
    {
        public static NoServices Instance { get; } = new();

        public object? GetService(Type serviceType) => null;
    }
}
