using Akka.Actor;
using Akka.Configuration;
using AkkaWs.Benchmarks.Blaster;
using AkkaWs.Client;
using AkkaWs.Options;
using AkkaWs.Primitives;
using AkkaWs.Protocol;

namespace AkkaWs.Benchmarks.Receiving;

/// <summary>The product: a connection with one subscriber for each topic, in an actor system of its own.</summary>
internal abstract class ClientContender(BlasterProcess blaster, BlasterScript script) : ReceiveContender(blaster, script)
{
    protected sealed override async Task<IReceiving> StartAsync(Uri url, BlasterScript script, CancellationToken stop)
    {
        var system = ActorSystem.Create("bench", ConfigurationFactory.ParseString("akka.loglevel = WARNING"));
        var handler = new GenericJsonHandler(new GenericJsonOptions { ConfirmsSubscriptions = false });
        var options = Configure(new WebSocketClientOptions { Name = "bench", Url = url });
        var client = await WebSocketClient.ConnectAsync(system, options, handler, stop);
        var subscribers = new List<ISubscriber>();
        for (var i = 0; i < script.Topics; i++)
            subscribers.Add(await SubscribeAsync(system, client, PreparedFrames.TopicName(i), script.Size));
        return new Receiving(system, client, subscribers);
    }

    /// <summary>What is particular to the contender's connection.</summary>
    protected virtual WebSocketClientOptions Configure(WebSocketClientOptions options) => options;

    /// <summary>Starts what receives one topic.</summary>
    protected abstract Task<ISubscriber> SubscribeAsync(ActorSystem system, WebSocketClient client, Topic topic, int size);

    private sealed class Receiving(ActorSystem system, WebSocketClient client, List<ISubscriber> subscribers) : IReceiving
    {
        public long Count
        {
            get
            {
                long sum = 0;
                foreach (var subscriber in subscribers)
                    sum += subscriber.Count;
                return sum;
            }
        }

        public bool HasBegun => subscribers.TrueForAll(subscriber => subscriber.Count > 0);

        public void ThrowIfFailed()
        {
            if (!client.IsConnected)
                throw new InvalidOperationException($"The connection is {client.State}.");
            if (subscribers.Find(s => s.Failure is not null) is { } failed)
                throw new InvalidOperationException("A subscriber failed while it was measured.", failed.Failure);
        }

        public async ValueTask DisposeAsync()
        {
            await client.DisposeAsync();
            await system.Terminate();
        }
    }
}

/// <summary>Counts the updates of one topic.</summary>
internal interface ISubscriber
{
    long Count { get; }

    Exception? Failure { get; }
}

/// <summary>A counter that one thread at a time advances and any thread reads.</summary>
internal sealed class Counter(int size) : ISubscriber
{
    private long _count;
    private Exception? _failure;

    public long Count => Volatile.Read(ref _count);

    public Exception? Failure => Volatile.Read(ref _failure);

    public void Add(ReadOnlyMemory<byte> payload)
    {
        if (payload.Length != size)
            Fail(new InvalidOperationException($"An update of {payload.Length} bytes arrived instead of {size}."));
        Volatile.Write(ref _count, _count + 1);
    }

    public void Fail(Exception failure) => Volatile.Write(ref _failure, failure);
}
