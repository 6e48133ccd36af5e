using Akka.Actor;
using AkkaWs.Client;
using AkkaWs.Messages;
using AkkaWs.Options;
using AkkaWs.Primitives;
using AkkaWs.Protocol;
using AkkaWs.TestSupport;

namespace AkkaWs.Interop.Tests;

/// <summary>What tests share that drive a whole client against the exchange of <c>Servers/ws-server.js</c>.</summary>
public abstract class VenueTest : IAsyncLifetime
{
    private readonly ActorSystem _system = ActorSystem.Create("venue", TestHocon.Below("akka.loglevel = ERROR"));

    private protected static IReadOnlyList<Topic> Topics { get; } = ["trades", "book", "ticker"];

    // Its source needs no disposal: it ends with its time.
    private protected CancellationToken Ct { get; } = new CancellationTokenSource(TimeSpan.FromMinutes(3)).Token;

    public virtual Task InitializeAsync() => Task.CompletedTask;

    public virtual Task DisposeAsync() => _system.Terminate();

    private protected static WebSocketClientOptions Options(Uri url) => new()
    {
        Name = $"venue-{Guid.NewGuid():N}",
        Url = url,
        AllowInsecure = true,
        ConnectTimeout = Wait.Patience,
        AuthenticationTimeout = Wait.Patience,
        Reconnect = new ReconnectOptions { InitialDelay = TimeSpan.FromMilliseconds(20), MaxDelay = TimeSpan.FromMilliseconds(200) },
        Subscriptions = new SubscriptionOptions { ConfirmTimeout = Wait.Patience },
    };

    private protected Task<WebSocketClient> OpenAsync(WebSocketClientOptions options, bool login = false) =>
        WebSocketClient.OpenAsync(_system, options, Handler(login), Ct);

    private protected Task<WebSocketClient> ConnectAsync(WebSocketClientOptions options) => WebSocketClient.ConnectAsync(_system, options, Handler(login: false), Ct);

    private protected async Task<T> NextAsync<T>(WebSocketClient client, Func<T, bool>? match = null)
        where T : ConnectionEvent
    {
        await foreach (var happened in client.WatchAsync(Ct))
        {
            if (happened is T wanted && match?.Invoke(wanted) != false)
                return wanted;
        }

        throw new InvalidOperationException($"The connection was closed before {typeof(T).Name}.");
    }

    /// <summary>Reads until each topic flows by the connection with this number, or a later one; our own numbers have no hole.</summary>
    private protected async Task FlowingAsync(TopicSubscription updates, long epoch)
    {
        Dictionary<Topic, long> last = [];
        var silent = Topics.ToHashSet();
        await foreach (var update in updates.WithCancellation(Ct))
        {
            Assert.Equal(last.GetValueOrDefault(update.Topic, update.Sequence - 1) + 1, update.Sequence);
            last[update.Topic] = update.Sequence;
            if (update.Epoch.Value >= epoch && silent.Remove(update.Topic) && silent.Count == 0)
                return;
        }
    }

    private static GenericJsonHandler Handler(bool login) => new(new GenericJsonOptions
    {
        SequencePath = ["n"],
        Login = login ? _ => new(["key", "signature"]) : null,
    });
}
