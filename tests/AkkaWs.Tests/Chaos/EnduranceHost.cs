using System.Collections.Concurrent;
using System.Diagnostics;
using Akka.Hosting;
using AkkaWs.Client;
using AkkaWs.Exchanges;
using AkkaWs.Hosting;
using AkkaWs.Options;
using AkkaWs.Testing;
using AkkaWs.TestSupport;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace AkkaWs.Tests.Chaos;

/// <summary>A hosted application with a feed of each venue, each behind a proxy of its own; it keeps what its log says at Information.</summary>
internal sealed class EnduranceHost : IAsyncDisposable
{
    private static readonly (string Name, ExchangeVenue Venue, Symbol Symbol)[] Feeds =
    [
        ("bybit-linear", ExchangeVenue.Bybit, new Symbol("BTC", "USDT")),
        ("okx-swap", ExchangeVenue.Okx, new Symbol("BTC", "USDT")),
        ("binance-spot", ExchangeVenue.Binance, new Symbol("BTC", "USDT")),
        ("deribit", ExchangeVenue.Deribit, new Symbol("BTC", "USD")),
    ];

    private readonly Stopwatch _watch = Stopwatch.StartNew();
    private readonly List<IAsyncDisposable> _owned = [];
    private readonly Dictionary<string, FaultProxy> _proxies = [];
    private readonly Dictionary<string, ExchangeFeed> _feeds = [];
    private IHost _host = null!;

    public static HeartbeatOptions Heartbeat { get; } = new() { PingInterval = TimeSpan.FromSeconds(1), PongTimeout = TimeSpan.FromSeconds(1) };

    public IReadOnlyList<string> Connections => [.. _feeds.Keys];

    public TimeSpan Now => _watch.Elapsed;

    public ConcurrentQueue<LogLine> Log { get; } = new();

    public static async Task<EnduranceHost> StartAsync(int seed, CancellationToken ct)
    {
        var endurance = new EnduranceHost();
        var builder = Host.CreateApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Logging.SetMinimumLevel(LogLevel.Information).AddProvider(new Kept(endurance));
        builder.Services.AddHealthChecks().AddAkkaWs();
        builder.Services.AddAkkaWs();
        foreach (var (name, venue, symbol) in Feeds)
        {
            var exchange = await ExchangeSimulator.StartAsync(new ExchangeSimulatorOptions { Venue = venue, Seed = seed, UpdatesPerSecond = 50 }, ct);
            var proxy = FaultProxy.Start(exchange.Url, new FaultProxyOptions { Seed = seed });
            endurance._owned.AddRange([proxy, exchange]);
            endurance._proxies.Add(name, proxy);
            endurance._feeds.Add(name, new ExchangeFactory().Create(name, [symbol], [Channel.Trades]));
        }

        builder.Services.AddAkka("endurance", akka =>
        {
            akka.AddHocon("akka { loglevel = INFO, stdout-loglevel = OFF, log-dead-letters = off }", HoconAddMode.Prepend);
            akka.ConfigureLoggers(loggers => loggers.ClearLoggers().AddLoggerFactory());
            foreach (var (name, feed) in endurance._feeds)
            {
                akka.WithWebSocket(name, ws => ws.Url(endurance._proxies[name].Url).Protocol(feed.Handler).Heartbeat(_ => Heartbeat)
                    .With(options => options with { ConnectTimeout = TimeSpan.FromSeconds(2) })
                    .Reconnect(_ => Reconnect));
            }

            akka.AddHocon(TestHocon.Below(), HoconAddMode.Append);
        });
        endurance._host = builder.Build();
        await endurance._host.StartAsync(ct);
        return endurance;
    }

    public FaultProxy ProxyOf(string connection) => _proxies[connection];

    public WebSocketClient ClientOf(string connection) => _host.Services.GetRequiredKeyedService<WebSocketClient>(connection);

    public int TopicsOf(string connection) => _feeds[connection].Topics.Count;

    public Task<TopicSubscription> SubscribeAsync(string connection, CancellationToken ct) => ClientOf(connection).SubscribeAsync(_feeds[connection].Topics, ct);

    /// <summary>What health says of each connection.</summary>
    public async Task<IReadOnlyDictionary<string, HealthStatus>> CheckAsync(CancellationToken ct)
    {
        var report = await _host.Services.GetRequiredService<HealthCheckService>().CheckHealthAsync(ct);
        return Connections.ToDictionary(name => name, name => report.Entries[$"akka-ws:{name}"].Status);
    }

    public async ValueTask DisposeAsync()
    {
        if (_host is not null)
        {
            await _host.StopAsync(CancellationToken.None);
            _host.Dispose();
        }

        foreach (var owned in _owned)
            await owned.DisposeAsync();
    }

    private static ReconnectOptions Reconnect { get; } = new()
    {
        MaxDelay = TimeSpan.FromMilliseconds(500),
        Slow = new SlowReconnectOptions { Initial = TimeSpan.FromMilliseconds(100), Max = TimeSpan.FromMilliseconds(500) },
    };

    private sealed class Kept(EnduranceHost endurance) : ILoggerProvider, ILogger
    {
        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Information;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            endurance.Log.Enqueue(new LogLine(endurance.Now, eventId.Id, formatter(state, exception)));

        public void Dispose()
        {
            // It owns nothing.
        }
    }
}
