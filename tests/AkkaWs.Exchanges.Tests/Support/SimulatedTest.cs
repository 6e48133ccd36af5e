using Akka.TestKit.Xunit2;
using AkkaWs.Client;
using AkkaWs.Messages;
using AkkaWs.Options;
using AkkaWs.Primitives;
using AkkaWs.Protocol;
using AkkaWs.Testing;
using AkkaWs.TestSupport;

namespace AkkaWs.Exchanges.Tests;

/// <summary>What tests share that run a handler through the real client against the simulator of its exchange.</summary>
public abstract class SimulatedTest : TestKit
{
    protected static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

    private readonly CancellationTokenSource _deadline = new(TimeSpan.FromSeconds(120));

    protected SimulatedTest()
        : base(TestHocon.Below("akka.loglevel = WARNING\nakka.test.single-expect-default = 30s"))
    {
    }

    protected CancellationToken Ct => _deadline.Token;

    protected abstract ExchangeVenue Venue { get; }

    /// <summary>The exchange's own options for the socket under test; address and pace of reconnecting are changed by the test.</summary>
    protected abstract WebSocketClientOptions CreateOptions(string name);

    internal abstract ProtocolHandler CreateHandler(ICredentialsProvider? credentials);

    protected static ApiCredentials RightKey { get; } = new("simulator-key", "simulator-secret", "simulator-passphrase");

    protected static Request Request(string payload) => new(payload.Utf8());

    protected Task<ExchangeSimulator> StartAsync(double updatesPerSecond = 500) =>
        ExchangeSimulator.StartAsync(new ExchangeSimulatorOptions { Venue = Venue, Seed = 7, UpdatesPerSecond = updatesPerSecond }, Ct);

    protected WebSocketClientOptions OptionsFor(ExchangeSimulator exchange, string name)
    {
        ArgumentNullException.ThrowIfNull(exchange);
        var options = CreateOptions($"{Venue}-{name}");
        return options with
        {
            Url = exchange.Url,
            Reconnect = new ReconnectOptions { InitialDelay = TimeSpan.FromMilliseconds(20), MaxDelay = TimeSpan.FromMilliseconds(200), MaxRejections = 0 },
            Rates = new RateLimitOptions(),
            ConnectTimeout = Deadline,
            AuthenticationTimeout = Deadline,
            Subscriptions = options.Subscriptions with { ConfirmTimeout = Deadline, MaxStall = Deadline },
        };
    }

    internal Task<WebSocketClient> ConnectAsync(ExchangeSimulator exchange, Func<WebSocketClientOptions, WebSocketClientOptions>? change = null, ICredentialsProvider? credentials = null)
    {
        var options = OptionsFor(exchange, "client");
        return WebSocketClient.ConnectAsync(Sys, change?.Invoke(options) ?? options, CreateHandler(credentials ?? CredentialsProvider.Fixed(RightKey)), Ct);
    }

    protected async Task ReadInOrderAsync(TopicSubscription updates, int count)
    {
        ArgumentNullException.ThrowIfNull(updates);
        Dictionary<Topic, long> last = [];
        await foreach (var update in updates.WithCancellation(Ct))
        {
            Assert.Equal(last.GetValueOrDefault(update.Topic, update.Sequence - 1) + 1, update.Sequence);
            last[update.Topic] = update.Sequence;
            if (--count == 0)
                return;
        }
    }

    /// <summary>Reads until each topic of the subscription came by the connection with this number.</summary>
    protected async Task ReadUntilAsync(TopicSubscription updates, long epoch)
    {
        ArgumentNullException.ThrowIfNull(updates);
        Dictionary<Topic, long> last = [];
        var open = updates.Topics.ToHashSet();
        await foreach (var update in updates.WithCancellation(Ct))
        {
            Assert.Equal(last.GetValueOrDefault(update.Topic, update.Sequence - 1) + 1, update.Sequence);
            last[update.Topic] = update.Sequence;
            if (update.Epoch.Value >= epoch && open.Remove(update.Topic) && open.Count == 0)
                return;
        }
    }

    /// <summary>Awaits something while updates flow and are read in order.</summary>
    protected async Task<T> WhileReadingAsync<T>(TopicSubscription updates, Task<T> task)
    {
        ArgumentNullException.ThrowIfNull(task);
        while (!task.IsCompleted)
            await ReadInOrderAsync(updates, 1);
        return await task;
    }

    protected static async Task<T> NextAsync<T>(WebSocketClient client, Func<T, bool>? match = null)
        where T : ConnectionEvent
    {
        ArgumentNullException.ThrowIfNull(client);
        using var deadline = new CancellationTokenSource(Deadline);
        await foreach (var happened in client.WatchAsync(deadline.Token))
        {
            if (happened is T wanted && (match is null || match(wanted)))
                return wanted;
        }

        throw new InvalidOperationException($"The connection was closed before {typeof(T).Name}.");
    }

    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);
        if (disposing)
            _deadline.Dispose();
    }
}
