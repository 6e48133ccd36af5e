using Akka.Actor;
using Akka.TestKit;
using AkkaWs.Client;
using AkkaWs.Messages;
using AkkaWs.Options;
using AkkaWs.Protocol;
using AkkaWs.Tests.Support;

namespace AkkaWs.Tests.Connection;

/// <summary>Real sockets, virtual time: nothing that a timer does happens before <see cref="Scheduler"/> is advanced.</summary>
public abstract class VirtualTimeTest : ConnectionTest
{
    protected VirtualTimeTest(string config = "")
        : base($"akka.scheduler.implementation = \"{typeof(TestScheduler).AssemblyQualifiedName}\"\n{config}")
    {
    }

    protected TestScheduler Scheduler => (TestScheduler)Sys.Scheduler;

    // Ready is told before the timers of Ready are set, and time must not pass between.
    internal new async Task<WebSocketClient> ConnectAsync(WebSocketClientOptions options, ProtocolHandler? handler = null)
    {
        var client = await base.ConnectAsync(options, handler);
        await SettleAsync(client);
        return client;
    }

    /// <summary>Returns when the connection has worked off what it was sent before.</summary>
    protected async Task SettleAsync(WebSocketClient client)
    {
        ArgumentNullException.ThrowIfNull(client);
        await client.GetStatusAsync(Ct);
    }

    /// <summary>The events of a connection from now on, for a test that must miss none.</summary>
    protected async Task<TestProbe> WatchAsync(WebSocketClient client)
    {
        ArgumentNullException.ThrowIfNull(client);
        var watcher = CreateTestProbe();
        client.Connection.Tell(new WatchConnection(watcher), ActorRefs.NoSender);
        await watcher.ExpectMsgAsync<ConnectionStateChanged>(Deadline);
        return watcher;
    }

    protected static async Task<T> NextAsync<T>(TestProbe watcher, Predicate<T>? match = null)
    {
        ArgumentNullException.ThrowIfNull(watcher);
        return (T)await watcher.FishForMessageAsync(m => m is T wanted && (match is null || match(wanted)), Deadline);
    }
}
