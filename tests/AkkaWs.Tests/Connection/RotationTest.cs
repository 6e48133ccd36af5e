using System.Collections.Concurrent;
using System.Globalization;
using AkkaWs.Client;
using AkkaWs.Messages;
using AkkaWs.Options;
using AkkaWs.Testing;
using AkkaWs.Tests.Support;

namespace AkkaWs.Tests.Connection;

/// <summary>A connection with topic <c>a</c>, all of whose messages are kept, and a server whose updates are numbered.</summary>
public abstract class RotationTest : VirtualTimeTest
{
    private protected ConcurrentQueue<TopicMessage> Got { get; private set; } = new();

    private protected static WebSocketClientOptions Quiet(LineServer server, string name) => server.Options(name) with
    {
        Heartbeat = new HeartbeatOptions { PingInterval = TimeSpan.FromHours(20) },
    };

    private protected async Task<WebSocketClient> ConnectAsync(LineServer server, string name, LineProtocol? protocol = null, RotationOptions? rotation = null)
    {
        var client = await ConnectAsync(Quiet(server, name) with { Rotation = rotation ?? new RotationOptions() }, protocol ?? new LineProtocol { IsNumbered = true });
        (var subscriber, Got) = Collector.Start(Sys);
        await AskAsync<Subscribed>(client.Connection, new Subscribe(["a"], subscriber));
        return client;
    }

    private protected Task<ScriptedConnection> ConnectionAsync(LineServer server, int number) =>
        server.Server.WaitForConnectionAsync(number, Deadline, Ct);

    private protected async Task SendAsync(ScriptedConnection connection, params int[] numbers)
    {
        foreach (var number in numbers)
            await connection.SendTextAsync(string.Create(CultureInfo.InvariantCulture, $"U|a|{number}"), Ct);
    }

    /// <summary>Waits until the subscriber has got these updates and nothing else, each with its epoch, their own numbers without a hole.</summary>
    private protected Task GotAsync(params (int Number, long Epoch)[] expected) => AwaitAssertAsync(
        () =>
        {
            var updates = Got.Cast<TopicUpdate>().ToList();
            Assert.Equal(expected, updates.Select(u => (int.Parse(Text(u)[4..], CultureInfo.InvariantCulture), u.Epoch.Value)));
            Assert.Equal(Enumerable.Range(1, updates.Count).Select(i => (long)i), updates.Select(u => u.Sequence));
        },
        Deadline);

    private protected Task InEpochAsync(WebSocketClient client, long epoch) =>
        AwaitAssertAsync(() => Assert.Equal((epoch, ConnectionState.Ready), (client.Epoch.Value, client.State)), Deadline);

    private protected Task ReceivedAsync(WebSocketClient client, long messages) =>
        AwaitAssertAsync(async () => Assert.True((await client.GetStatusAsync(Ct)).MessagesReceived >= messages), Deadline);

    private protected Task SentAsync(ScriptedConnection connection, string prefix) => AwaitAssertAsync(
        () => Assert.Contains(connection.Received, m => m.Text.StartsWith(prefix, StringComparison.Ordinal)), Deadline);

    /// <summary>Confirms that the connection has left the topics of its last unsubscribe message.</summary>
    private protected async Task LeaveTopicsAsync(ScriptedConnection connection)
    {
        await SentAsync(connection, "unsub|");
        await connection.SendTextAsync($"A|{connection.Received.Last(m => m.Text.StartsWith("unsub|", StringComparison.Ordinal)).Text.Split('|')[1]}|ok", Ct);
    }

    private protected Task AliveAsync(LineServer server, int connections) =>
        AwaitAssertAsync(() => Assert.Equal(connections, server.Server.ConnectionCount), Deadline);
}
