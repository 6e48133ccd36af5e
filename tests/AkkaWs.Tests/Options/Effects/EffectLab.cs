using Akka.Actor;
using Akka.TestKit;
using AkkaWs.Client;
using AkkaWs.Connection;
using AkkaWs.Messages;
using AkkaWs.Options;
using AkkaWs.Tests.Connection;
using AkkaWs.Tests.Support;
using AkkaWs.Transport;

namespace AkkaWs.Tests.Options.Effects;

/// <summary>An actor system of its own with one connection to a venue in memory, in virtual time: what an option does there, and nothing else.</summary>
internal sealed class EffectLab : VirtualTimeTest, IAsyncDisposable
{
    private IActorRef? _connection;
    private ConnectionHandle? _handle;

    public EffectLab(string config = "")
        : base(config) => Venue = new MemoryVenue(AnswerAsync);

    public new static TimeSpan Deadline => VirtualTimeTest.Deadline;

    public new TestScheduler Scheduler => base.Scheduler;

    public MemoryVenue Venue { get; }

    /// <summary>What the venue leaves unanswered, by the first word of the message.</summary>
    public HashSet<string> Ignored { get; } = [];

    /// <summary>Opened by <see cref="OpenAsync"/>.</summary>
    public IActorRef Connection => _connection ?? throw new InvalidOperationException("It is not open.");

    /// <summary>The same for callers outside actors.</summary>
    public WebSocketClient Client => new(_handle ?? throw new InvalidOperationException("It is not open."));

    public static async Task<string> RunAsync(Func<EffectLab, Task<string>> observe, string config = "")
    {
        await using var lab = new EffectLab(config);
        return await observe(lab);
    }

    public async Task OpenAsync(WebSocketClientOptions options, LineProtocol? protocol = null, WireConnector? connect = null) =>
        (_connection, _handle) = await MemoryConnections.OpenAsync(Sys, options, protocol ?? new LineProtocol(), connect ?? Venue.ConnectAsync);

    public async Task ReadyAsync(WebSocketClientOptions options, LineProtocol? protocol = null, WireConnector? connect = null)
    {
        await OpenAsync(options, protocol, connect);
        await StatusAsync(status => status.State == ConnectionState.Ready);
        await StatusAsync();
    }

    /// <summary>The connection's status, when it has worked off what it was told before.</summary>
    public Task<ConnectionStatus> StatusAsync() => AskAsync<ConnectionStatus>(GetStatus.Instance);

    public Task StatusAsync(Predicate<ConnectionStatus> isReached) => UntilAsync(async () => isReached(await StatusAsync()));

    public Task UntilAsync(Func<Task<bool>> isReached) =>
        AwaitAssertAsync(async () => Assert.True(await isReached()), Deadline, TimeSpan.FromMilliseconds(5));

    public Task<T> AskAsync<T>(object command) => AskAsync<T>(Connection, command);

    /// <summary>Lets a time pass by halves; in the first, what it is for must not happen.</summary>
    public async Task PassAsync(TimeSpan time, Predicate<ConnectionStatus> waits)
    {
        Assert.True(waits(await StatusAsync()), "It does not wait.");
        Scheduler.Advance(time / 2);
        await StatusAsync();
        Assert.True(waits(await StatusAsync()), "It came before its time.");
        Scheduler.Advance(time / 2);
    }

    /// <summary>Returns when the venue has got this text over its newest connection, with all that it got there until then.</summary>
    public async Task<string> ReceivedAsync(string last)
    {
        await UntilAsync(() => Task.FromResult(Venue.Newest.Received.LastOrDefault() == last));
        return string.Join(", ", Venue.Newest.Received);
    }

    public void Tell(object command, IActorRef? sender = null) => Connection.Tell(command, sender ?? ActorRefs.NoSender);

    public new ActorSystem Sys => base.Sys;

    public async ValueTask DisposeAsync()
    {
        Dispose();
        await Venue.DisposeAsync();
    }

    private Task AnswerAsync(MemoryPeer peer, string text)
    {
        var fields = text.Split('|');
        return Ignored.Contains(fields[0]) ? Task.CompletedTask : fields[0] switch
        {
            "auth" => peer.SendAsync("S|auth|ok"),
            "ping" => peer.SendAsync("S|pong"),
            "sub" or "unsub" => peer.SendAsync($"A|{fields[1]}|ok"),
            "req" => peer.SendAsync($"R|{fields[1]}|ok|{fields[2]}"),
            _ => Task.CompletedTask,
        };
    }
}
