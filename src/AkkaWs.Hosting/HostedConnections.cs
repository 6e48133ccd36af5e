using System.Runtime.CompilerServices;
using Akka.Actor;
using Akka.Hosting;
using AkkaWs.Errors;
using AkkaWs.Hosting.Configuration;
using AkkaWs.Management;
using AkkaWs.Primitives;
using AkkaWs.Protocol;
using AkkaWs.Telemetry;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Primitives;

namespace AkkaWs.Hosting;

/// <summary>The connections that one host declares. They open with its actor system and close in its coordinated shutdown.</summary>
internal sealed class HostedConnections
{
    private static readonly ConditionalWeakTable<AkkaConfigurationBuilder, HostedConnections> Known = [];
    private static readonly TimeSpan DrainLook = TimeSpan.FromMilliseconds(10);

    private readonly List<HostedConnection> _all = [];
    private readonly List<IConfiguration> _sections = [];
    private readonly List<IDisposable> _following = [];
    private IServiceProvider? _services;
    private AkkaWsHostingOptions? _options;

    private HostedConnections()
    {
    }

    public IReadOnlyList<HostedConnection> All => _all;

    private AkkaWsHostingOptions Options => _options ?? OptionsInCode;

    private AkkaWsHostingOptions OptionsInCode => _services?.GetService<AkkaWsHostingOptions>() ?? new AkkaWsHostingOptions();

    private TimeProvider Time => _services?.GetService<TimeProvider>() ?? TimeProvider.System;

    private ILogger Log => _services?.GetService<ILoggerFactory>()?.CreateLogger("AkkaWs.Hosting") ?? NullLogger.Instance;

    /// <summary>Those of an actor system that is being put together; they open where the first of them is declared.</summary>
    public static HostedConnections Of(AkkaConfigurationBuilder akka) => Known.GetValue(akka, declaring =>
    {
        var connections = new HostedConnections();
        declaring.StartActors(connections.StartAsync);
        return connections;
    });

    /// <summary>The host's services are there.</summary>
    public void Attach(IServiceProvider services) => _services = services;

    public void Declare(HostedConnection connection)
    {
        if (_all.Any(other => other.Name == connection.Name))
            throw new ArgumentException($"The connection {connection.Name} is declared already; names are unique per actor system.");
        _all.Add(connection);
    }

    /// <summary>What connections of the actor system log goes to the host's log from now on, unless it is not to.</summary>
    public void LogToHost(ActorSystem system)
    {
        if (!Options.LogThroughActorSystem)
            LogTarget.For(system).Host ??= HostLog.Of(system, _services);
    }

    public void Follow(IConfiguration section) => _sections.Add(section);

    /// <summary>By name, or by a typed key. Case matters only where names differ by it alone: an environment variable may write one in capitals.</summary>
    public HostedConnection Find(object key) =>
        _all.Find(connection => key is string name ? connection.Name == name : key is Type type && connection.Keys.Contains(type))
        ?? _all.Find(connection => connection.Name.Equals(key as string, StringComparison.OrdinalIgnoreCase))
        ?? throw new ArgumentException($"The host declares no connection {key}; there are: {string.Join(", ", _all.Select(connection => connection.Name))}.", nameof(key));

    /// <summary>What was never opened never will be, and nothing follows the configuration any more.</summary>
    public void Stop()
    {
        foreach (var following in _following)
            following.Dispose();
        _following.Clear();
        foreach (var connection in _all)
            connection.Handle.Abandon(new CloseReason(ErrorClass.None, "the host stopped before it was opened"));
    }

    private async Task StartAsync(ActorSystem system, IActorRegistry registry)
    {
        var stopping = _services?.GetService<IHostApplicationLifetime>()?.ApplicationStopping ?? default;
        try
        {
            Prepare(system);
            LogToHost(system);
            List<HostedConnection> opened = [];
            foreach (var connection in _all)
            {
                if (!await connection.TryOpenAsync(system, stopping).ConfigureAwait(false))
                    continue;
                connection.Register(registry);
                opened.Add(connection);
            }

            AkkaWsExtension.For(system).Draining = DrainAsync;
            await Task.WhenAll(opened.Select(connection => connection.UntilReadyAsync(stopping))).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            await CloseAsync(e).ConfigureAwait(false);
            throw;
        }

        Follow(system);
        foreach (var connection in _all)
            _ = connection.FollowLivesAsync(registry, Options.ReopenClosed, Time, Log, stopping);
    }

    private void Prepare(ActorSystem system)
    {
        var services = _services ?? MissingServices.Instance;
        var errors = _all.Select(connection => connection.Prepare(system, services, HooksOf(connection.Name))).OfType<InvalidOptionsException>().ToList();
        errors.AddRange(
            from section in _sections
            let unknown = ConnectionSection.UnknownKeysIn(section)
            where unknown.Count > 0
            select new InvalidOptionsException((section as IConfigurationSection)?.Path ?? "", unknown));
        errors.AddRange(
            from connection in _all
            group connection by connection.Prepared?.Handler into sharing
            where sharing.Key is not null && sharing.Count() > 1
            from connection in sharing.Skip(1)
            select new InvalidOptionsException(connection.Name, [HandlerUses.Error(sharing.Key, sharing.First().Name)]));
        var hosting = new List<OptionError>();
        _options = HostingSection.Read(system.Settings.Config, _sections, OptionsInCode, hosting);
        if (hosting.Count > 0)
            errors.Add(new InvalidOptionsException("akka-ws", hosting));
        if (errors.Count > 0)
            throw new InvalidConnectionsException(errors);
    }

    /// <summary>What the services add to the transport of a connection: under its name, or for all.</summary>
    public TransportHooks? HooksOf(string name) => _services?.GetKeyedService<TransportHooks>(name) ?? _services?.GetService<TransportHooks>();

    private async Task CloseAsync(Exception error)
    {
        foreach (var connection in _all)
            connection.Handle.Abandon(new CloseReason(ErrorClass.Internal, $"the host's start failed: {OutsideText.Of(error)}"), error);
        await Task.WhenAll(_all.Select(connection => connection.Client.CloseAsync())).ConfigureAwait(false);
    }

    private void Follow(ActorSystem system)
    {
        _following.AddRange(_all.Select(connection => connection.Follow(system, Log)).OfType<IDisposable>());
        foreach (var section in _sections)
        {
            var before = ConnectionSection.NamesIn(section).ToHashSet(StringComparer.OrdinalIgnoreCase);
            if (before.Count == 0)
                HostingLog.NoConnections(Log);
            _following.Add(ChangeToken.OnChange(section.GetReloadToken, () =>
            {
                var now = ConnectionSection.NamesIn(section).ToHashSet(StringComparer.OrdinalIgnoreCase);
                if (!now.SetEquals(before))
                    HostingLog.OtherConnections(Log, string.Join(", ", now.Except(before).Concat(before.Except(now)).Order(StringComparer.Ordinal)));
                before = now;
            }));
        }
    }

    // Looks until nothing is in flight any more: nobody is told of that, and a stop is rare.
    private async Task DrainAsync()
    {
        var time = Time;
        var timeout = Options.DrainTimeout;
        if (timeout <= TimeSpan.Zero)
            return;
        using var deadline = new CancellationTokenSource(timeout, time);
        try
        {
            foreach (var client in _all.Select(connection => connection.Client))
            {
                while (client.IsConnected && await client.GetStatusAsync(deadline.Token).ConfigureAwait(false) is { PendingRequests: > 0 } or { ThrottledMessages: > 0 })
                    await Task.Delay(DrainLook, time, deadline.Token).ConfigureAwait(false);
            }
        }
        catch (Exception e) when (e is OperationCanceledException or WebSocketClientException)
        {
            // What is in flight after the time gets its typed outcome from the close.
        }
    }

    private sealed class MissingServices : IServiceProvider
    {
        public static MissingServices Instance { get; } = new();

        public object GetService(Type serviceType) =>
            throw new InvalidOperationException($"{serviceType.Name} is to come from the host's services, which are not known here: call services.AddAkkaWs().");
    }
}
