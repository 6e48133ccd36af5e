using Akka.Hosting;
using AkkaWs.Client;
using AkkaWs.Messages;
using AkkaWs.Tests.Support;
using AkkaWs.TestSupport;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace AkkaWs.Hosting.Tests.Support;

/// <summary>What tests through a real host share: a server, a log, a deadline for every wait.</summary>
public abstract class HostTest : IAsyncLifetime
{
    private readonly List<IHost> _hosts = [];

    private protected LineServer Server { get; private set; } = null!;

    private protected LogSink Log { get; } = new();

    protected CancellationToken Ct { get; } = new CancellationTokenSource(TimeSpan.FromSeconds(90)).Token;

    public async Task InitializeAsync() => Server = await LineServer.StartAsync();

    public async Task DisposeAsync()
    {
        foreach (var host in _hosts)
            host.Dispose();
        await Server.DisposeAsync();
    }

    /// <summary>A host with AkkaWs, an actor system and no other defaults.</summary>
    protected IHost Build(Action<AkkaConfigurationBuilder> akka, Action<HostApplicationBuilder>? more = null)
    {
        var builder = Host.CreateApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Logging.AddProvider(Log);
        more?.Invoke(builder);
        builder.Services.AddAkkaWs();
        AddAkka(builder.Services, akka);
        var host = builder.Build();
        _hosts.Add(host);
        return host;
    }

    protected static void AddAkka(IServiceCollection services, Action<AkkaConfigurationBuilder> configure) => services.AddAkka("hosted", akka =>
    {
        configure(akka);
        akka.AddHocon(TestHocon.Below(), HoconAddMode.Append);
    });

    protected async Task<IHost> StartAsync(Action<AkkaConfigurationBuilder> akka, Action<HostApplicationBuilder>? more = null)
    {
        var host = Build(akka, more);
        await host.StartAsync(Ct);
        return host;
    }

    private protected WebSocketClientBuilder Feed(ClientUrlStage ws) => ws.Url(Server.Url).Protocol(_ => new LineProtocol());

    protected static WebSocketClient ClientOf(IHost host, string name) =>
        (host ?? throw new ArgumentNullException(nameof(host))).Services.GetRequiredKeyedService<WebSocketClient>(name);

    protected async Task UntilAsync(WebSocketClient client, ConnectionState state)
    {
        ArgumentNullException.ThrowIfNull(client);
        await foreach (var happened in client.WatchAsync(Ct))
        {
            if (happened is ConnectionStateChanged { To: var to } && to == state)
                return;
        }

        throw new InvalidOperationException($"The connection was closed before it was {state}.");
    }

    /// <summary>Waits until it is Ready in a later epoch, from now on or already.</summary>
    protected async Task UntilReadyAgainAsync(WebSocketClient client, long after)
    {
        ArgumentNullException.ThrowIfNull(client);
        await foreach (var happened in client.WatchAsync(Ct))
        {
            if (happened is ConnectionStateChanged { To: ConnectionState.Ready, Epoch.Value: var epoch } && epoch > after)
                return;
        }

        throw new InvalidOperationException("The connection was closed before it was Ready again.");
    }
}
