using System.Collections.Concurrent;
using System.Globalization;
using Akka.Actor;
using Akka.Configuration;
using AkkaWs.Benchmarks.Blaster;
using AkkaWs.Client;
using AkkaWs.Messages;
using AkkaWs.Options;
using AkkaWs.Primitives;
using AkkaWs.Protocol;

namespace AkkaWs.Benchmarks.Sessions;

/// <summary>Connections of the product in an actor system of their own, to the quiet server.</summary>
internal sealed class Fleet(IReadOnlyList<Uri> urls) : IAsyncDisposable
{
    private const int Hands = 32;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly ConcurrentBag<WebSocketClient> _clients = [];
    private int _opened;

    public ActorSystem System { get; } = NewSystem();

    public IReadOnlyCollection<WebSocketClient> Clients => _clients;

    /// <summary>How long a connection lasts before its next loss is the first again.</summary>
    public TimeSpan StableAfter { get; init; } = new ReconnectOptions().StableAfter;

    public TimeSpan PingInterval { get; init; } = new HeartbeatOptions().PingInterval;

    public static ActorSystem NewSystem() => ActorSystem.Create("bench", ConfigurationFactory.ParseString("akka.loglevel = WARNING"));

    public async Task<WebSocketClient> OpenAsync(CancellationToken cancellationToken)
    {
        var number = Interlocked.Increment(ref _opened);
        var options = new WebSocketClientOptions
        {
            Name = string.Create(CultureInfo.InvariantCulture, $"bench-{number}"),
            Url = urls[number % urls.Count],
            Reconnect = new ReconnectOptions { StableAfter = StableAfter },
            Heartbeat = new HeartbeatOptions { PingInterval = PingInterval },
        };
        var client = await WebSocketClient.ConnectAsync(System, options, new GenericJsonHandler(new GenericJsonOptions()), cancellationToken);
        _clients.Add(client);
        return client;
    }

    /// <summary>Opens connections, each with a subscriber of its own when it has topics; returns once every topic is confirmed.</summary>
    public Task OpenAsync(int count, int topics, CancellationToken cancellationToken) =>
        InParallelAsync(
            Enumerable.Range(0, count),
            async _ =>
            {
                var client = await OpenAsync(cancellationToken);
                if (topics > 0)
                    await SubscribeAsync(client, System.ActorOf(Props.Create(() => new Listener())), topics);
            },
            cancellationToken);

    /// <summary>Subscribes and checks that the server has confirmed every topic.</summary>
    public static async Task SubscribeAsync(WebSocketClient client, IActorRef subscriber, int topics)
    {
        var wanted = Enumerable.Range(0, topics).Select(i => new Topic(PreparedFrames.TopicName(i))).ToArray();
        await client.Connection.Ask<Subscribed>(new Subscribe(wanted, subscriber, false), Patience);
        await RequireTopicsAsync(client, topics);
    }

    public static async Task RequireTopicsAsync(WebSocketClient client, int topics)
    {
        var status = await client.GetStatusAsync().WaitAsync(Patience);
        if (status.State != ConnectionState.Ready || status.ConfirmedTopics != topics)
            throw new InvalidOperationException($"{client.Name} is {status.State} with {status.ConfirmedTopics} topics confirmed of {topics}.");
    }

    public async ValueTask DisposeAsync()
    {
        await InParallelAsync(_clients, async client => await client.DisposeAsync(), CancellationToken.None);
        await System.Terminate();
    }

    private static Task InParallelAsync<T>(IEnumerable<T> items, Func<T, Task> body, CancellationToken cancellationToken) =>
        Parallel.ForEachAsync(
            items,
            new ParallelOptions { MaxDegreeOfParallelism = Hands, CancellationToken = cancellationToken },
            (item, _) => new ValueTask(body(item)));

    private sealed class Listener : ReceiveActor
    {
        public Listener() => ReceiveAny(_ => { });
    }
}
