using Akka.Actor;
using Akka.Configuration;
using Akka.Event;
using Akka.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace AkkaWs.Engine.Tests;

/// <summary>An actor system in a host: started and stopped with it, its actors found by key.</summary>
public sealed class HostingTests : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    private readonly CancellationTokenSource _deadline = new(TimeSpan.FromSeconds(60));

    private CancellationToken Ct => _deadline.Token;

    public void Dispose() => _deadline.Dispose();

    [Fact]
    public async Task A_started_host_has_the_system_and_its_actors_by_key()
    {
        using var host = Build(akka => akka.WithActors((system, registry) => registry.Register<Echo>(system.ActorOf(Props.Create(() => new Echo()), "echo"))));
        await host.StartAsync(Ct);

        var echo = host.Services.GetRequiredService<IRequiredActor<Echo>>();

        Assert.Equal("hello", await echo.ActorRef.Ask<string>("hello", Limit, Ct));
        Assert.Same(echo.ActorRef, await echo.GetAsync(Ct));
        Assert.Equal("hosted", host.Services.GetRequiredService<ActorSystem>().Name);
        await host.StopAsync(Ct);
    }

    [Fact]
    public async Task Stopping_the_host_ends_the_system_through_the_coordinated_shutdown()
    {
        var ran = false;
        using var host = Build(akka => akka.AddStartup((system, _) =>
            CoordinatedShutdown.Get(system).AddTask(CoordinatedShutdown.PhaseBeforeServiceUnbind, "mark", () =>
            {
                ran = true;
                return Task.FromResult(Akka.Done.Instance);
            })));
        await host.StartAsync(Ct);
        var system = host.Services.GetRequiredService<ActorSystem>();

        await host.StopAsync(Ct);

        Assert.True(ran);
        await system.WhenTerminated.WaitAsync(Limit);
    }

    [Fact]
    public async Task A_system_that_ends_by_itself_stops_the_host()
    {
        using var host = Build(_ => { });
        await host.StartAsync(Ct);
        var stopping = new TaskCompletionSource();
        host.Services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping.Register(() => stopping.TrySetResult());

        await host.Services.GetRequiredService<ActorSystem>().Terminate();

        await stopping.Task.WaitAsync(Limit);
    }

    [Fact]
    public async Task A_start_that_fails_fails_the_host()
    {
        using var host = Build(akka => akka.AddStartup((ActorSystem _, IActorRegistry _) => throw new InvalidOperationException("on purpose")));

        var error = await Assert.ThrowsAsync<InvalidOperationException>(() => host.StartAsync(Ct));

        Assert.Equal("on purpose", error.Message);
    }

    [Fact]
    public async Task Hocon_is_appended_behind_prepended_before_or_put_in_the_place_of_what_is_there()
    {
        using var host = Build(akka => akka
            .AddHocon(ConfigurationFactory.ParseString("a = gone"), HoconAddMode.Append)
            .AddHocon(ConfigurationFactory.ParseString("a = replaced, b = replaced"), HoconAddMode.Replace)
            .AddHocon(ConfigurationFactory.ParseString("b = appended, c = appended"), HoconAddMode.Append)
            .AddHocon(ConfigurationFactory.ParseString("c = prepended"), HoconAddMode.Prepend));
        await host.StartAsync(Ct);

        var config = host.Services.GetRequiredService<ActorSystem>().Settings.Config;

        Assert.Equal(("replaced", "replaced", "prepended"), (config.GetString("a"), config.GetString("b"), config.GetString("c")));
        await host.StopAsync(Ct);
    }

    [Fact]
    public async Task The_hosts_configuration_becomes_hocon_with_normalized_keys_and_lists()
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["akka:Actor:ask_timeout"] = "7s",
            ["names:0"] = "one",
            ["names:1"] = "two",
        }).Build();
        using var host = Build(akka => akka.AddHocon(configuration, HoconAddMode.Prepend));
        await host.StartAsync(Ct);

        var config = host.Services.GetRequiredService<ActorSystem>().Settings.Config;

        Assert.Equal(TimeSpan.FromSeconds(7), config.GetTimeSpan("akka.actor.ask-timeout"));
        Assert.Equal(["one", "two"], config.GetStringList("names"));
        await host.StopAsync(Ct);
    }

    [Fact]
    public async Task Log_events_reach_the_hosts_logger_factory()
    {
        var sink = new Sink();
        using var host = Build(
            akka => akka.ConfigureLoggers(loggers =>
            {
                loggers.ClearLoggers();
                loggers.AddLoggerFactory();
            }),
            services => services.AddLogging(logging => logging.AddProvider(sink)));
        await host.StartAsync(Ct);

        host.Services.GetRequiredService<ActorSystem>().Log.Warning("the answer is {0}", 42);

        var (level, text) = await sink.FirstAsync(t => t.Contains("the answer is 42", StringComparison.Ordinal)).WaitAsync(Limit);
        Assert.Equal(Microsoft.Extensions.Logging.LogLevel.Warning, level);
        Assert.NotEmpty(text);
        await host.StopAsync(Ct);
    }

    [Fact]
    public async Task Whoever_asks_the_registry_early_gets_the_actor_once_it_is_there()
    {
        var registry = new ActorRegistry();
        using var cancel = new CancellationTokenSource();
        var waiting = registry.GetAsync<Echo>(Ct);
        var cancelled = registry.GetAsync<Echo>(cancel.Token);
        await cancel.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => cancelled.WaitAsync(Limit));
        Assert.False(registry.TryGet<Echo>(out _));
        Assert.Throws<MissingActorRegistryEntryException>(registry.Get<Echo>);
        registry.Register<Echo>(ActorRefs.Nobody);

        Assert.Same(ActorRefs.Nobody, await waiting.WaitAsync(Limit));
        Assert.Throws<DuplicateActorRegistryException>(() => registry.Register<Echo>(ActorRefs.NoSender ?? ActorRefs.Nobody));
        Assert.False(registry.TryRegister<Echo>(ActorRefs.Nobody));
        Assert.True(registry.TryRegister<Echo>(ActorRefs.Nobody, overwrite: true));
        Assert.Single(registry);
    }

    [Fact]
    public void An_extension_that_is_none_is_refused()
    {
        var builder = new AkkaConfigurationBuilder(new ServiceCollection(), "hosted");

        Assert.Throws<ConfigurationException>(() => builder.WithExtensions(typeof(Echo)));
    }

    private static IHost Build(Action<AkkaConfigurationBuilder> akka, Action<IServiceCollection>? more = null)
    {
        var builder = Host.CreateApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Services.AddAkka("hosted", akka);
        more?.Invoke(builder.Services);
        return builder.Build();
    }

    private sealed class Echo : ReceiveActor
    {
        public Echo() => Receive<string>(text => Sender.Tell(text));
    }

    private sealed class Sink : ILoggerProvider
    {
        private readonly System.Threading.Channels.Channel<(Microsoft.Extensions.Logging.LogLevel Level, string Text)> _lines =
            System.Threading.Channels.Channel.CreateUnbounded<(Microsoft.Extensions.Logging.LogLevel, string)>();

        public async Task<(Microsoft.Extensions.Logging.LogLevel Level, string Text)> FirstAsync(Func<string, bool> match)
        {
            await foreach (var line in _lines.Reader.ReadAllAsync())
            {
                if (match(line.Text))
                    return line;
            }

            throw new InvalidOperationException("No such line.");
        }

        public ILogger CreateLogger(string categoryName) => new Logger(this);

        public void Dispose() => _lines.Writer.TryComplete();

        private sealed class Logger(Sink sink) : ILogger
        {
            public IDisposable? BeginScope<TState>(TState state)
                where TState : notnull => null;

            public bool IsEnabled(Microsoft.Extensions.Logging.LogLevel logLevel) => true;

            public void Log<TState>(
                Microsoft.Extensions.Logging.LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
                sink._lines.Writer.TryWrite((logLevel, formatter(state, exception)));
        }
    }
}
