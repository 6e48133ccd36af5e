using Akka.Actor;
using Akka.Actor.Setup;
using Akka.Configuration;
using Akka.Hosting.Logging;
using Akka.Util;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Akka.Hosting;

/// <summary>Collects what the host's actor system consists of; it is built once, when the system is first asked for.</summary>
public sealed class AkkaConfigurationBuilder
{
    private readonly string _actorSystemName;
    private readonly List<ActorStarter> _starters = [];
    private readonly List<StartupTask> _startups = [];
    private readonly List<Type> _extensions = [];
    private readonly Dictionary<Type, Setup> _setups = [];

    public AkkaConfigurationBuilder(IServiceCollection serviceCollection, string actorSystemName)
    {
        ArgumentNullException.ThrowIfNull(serviceCollection);
        _actorSystemName = actorSystemName;
    }

    public Option<Config> Configuration { get; private set; } = Option<Config>.None;

    public AkkaConfigurationBuilder AddStartup(Action<ActorSystem, IActorRegistry> startupTask) => AddStartup((system, registry) =>
    {
        startupTask(system, registry);
        return Task.CompletedTask;
    });

    public AkkaConfigurationBuilder AddStartup(StartupTask startupTask)
    {
        _startups.Add(startupTask);
        return this;
    }

    public AkkaConfigurationBuilder StartActors(Action<ActorSystem, IActorRegistry> starter) => StartActors((system, registry) =>
    {
        starter(system, registry);
        return Task.CompletedTask;
    });

    public AkkaConfigurationBuilder StartActors(ActorStarter starter)
    {
        _starters.Add(starter);
        return this;
    }

    public AkkaConfigurationBuilder WithExtension<T>()
        where T : IExtensionId => WithExtensions(typeof(T));

    /// <exception cref="ConfigurationException">A type is no extension id, is abstract, or lacks a public constructor without parameters.</exception>
    public AkkaConfigurationBuilder WithExtensions(params Type[] extensions)
    {
        foreach (var type in extensions)
        {
            if (!typeof(IExtensionId).IsAssignableFrom(type) || type.IsAbstract || type.GetConstructor(Type.EmptyTypes) is null)
                throw new ConfigurationException($"Type must be a class with a parameterless constructor that implements {nameof(IExtensionId)}: {type}");
            if (!_extensions.Contains(type))
                _extensions.Add(type);
        }

        return this;
    }

    internal AkkaConfigurationBuilder AddConfig(Config hocon, HoconAddMode mode)
    {
        var there = Configuration.HasValue ? Configuration.Value : null;
        Configuration = Option<Config>.Create(mode switch
        {
            HoconAddMode.Append => there.SafeWithFallback(hocon),
            HoconAddMode.Prepend => hocon.SafeWithFallback(there),
            HoconAddMode.Replace => hocon,
            _ => throw new ArgumentOutOfRangeException(nameof(mode), mode, "not a way to add HOCON"),
        });
        return this;
    }

    internal AkkaConfigurationBuilder With(Setup setup)
    {
        _setups[setup.GetType()] = setup;
        return this;
    }

    internal T FindSetup<T>()
        where T : Setup => _setups.TryGetValue(typeof(T), out var setup) ? (T)setup : null;

    internal ActorSystem Build(IServiceProvider services)
    {
        if (FindSetup<LoggerFactorySetup>() is null && services.GetService<ILoggerFactory>() is { } loggers)
            With(new LoggerFactorySetup(loggers));
        var bootstrap = FindSetup<BootstrapSetup>() ?? BootstrapSetup.Create();
        if (Configuration.HasValue)
            bootstrap = bootstrap.Config.HasValue ? bootstrap.WithConfigFallback(Configuration.Value) : bootstrap.WithConfig(Configuration.Value);
        With(bootstrap);
        var system = ActorSystem.Create(_actorSystemName, ActorSystemSetup.Create([.. _setups.Values]));
        foreach (var type in _extensions)
            system.RegisterExtension((IExtensionId)Activator.CreateInstance(type));
        return system;
    }

    internal async Task StartAsync(ActorSystem system)
    {
        var registry = ActorRegistry.For(system);
        foreach (var starter in _starters)
            await starter(system, registry).ConfigureAwait(false);
        foreach (var startup in _startups)
            await startup(system, registry).ConfigureAwait(false);
    }
}
