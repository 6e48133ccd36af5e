using System.Threading.Channels;
using Akka.Actor;

namespace AkkaWs.Engine.Tests;

/// <summary>An actor whose messages the test takes one by one.</summary>
internal sealed class Inbox
{
    private readonly Channel<(object Message, IActorRef Sender)> _received = Channel.CreateUnbounded<(object, IActorRef)>();

    public Inbox(ActorSystem system)
    {
        var writer = _received.Writer;
        Ref = system.ActorOf(Props.Create(() => new Collector(writer)));
    }

    public IActorRef Ref { get; }

    public async Task<(object Message, IActorRef Sender)> Next() => await _received.Reader.ReadAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(20));

    public async Task<T> Next<T>() => Assert.IsAssignableFrom<T>((await Next()).Message);

    public async Task Expect(params object[] messages)
    {
        foreach (var message in messages)
            Assert.Equal(message, (await Next()).Message);
    }

    /// <summary>Nothing has arrived beyond what was taken: shown by a marker that comes next. The caller makes sure that nothing is under way.</summary>
    public async Task ExpectNothingMore()
    {
        var marker = new object();
        Ref.Tell(marker);
        Assert.Same(marker, (await Next()).Message);
    }

    private sealed class Collector(ChannelWriter<(object Message, IActorRef Sender)> writer) : UntypedActor
    {
        protected override void OnReceive(object message) => writer.TryWrite((message, Sender));
    }
}
