using System.Globalization;
using System.Text;
using Akka.Actor;
using AkkaWs.Connection;
using AkkaWs.Messages;
using AkkaWs.Options;
using AkkaWs.Tests.Support;

namespace AkkaWs.Tests.Requests;

/// <summary>What a burst of requests costs on the wire and in actors.</summary>
public sealed class RequestBurstTests : ConnectionTest
{
    private const int Burst = 256;

    [Fact]
    public async Task Requests_that_are_told_in_a_burst_leave_in_a_few_writes_and_in_their_order()
    {
        await using var venue = new MemoryVenue((_, _) => Task.CompletedTask);
        var (connection, handle) = await OpenAsync("burst", venue);
        await handle.FirstOutcome.WaitAsync(Deadline);
        var writes = 0;
        venue.Newest.Client.OnWrite = _ =>
        {
            Interlocked.Increment(ref writes);
            return Task.CompletedTask;
        };

        Sys.ActorOf(Props.Create(() => new Burster(connection)).WithDeploy(Deploy.Local));

        await AwaitAssertAsync(() => Assert.Equal(Burst, venue.Newest.Received.Count), Deadline);
        Assert.Equal(Enumerable.Range(0, Burst), venue.Newest.Received.Select(text => int.Parse(text.Split('|')[1], CultureInfo.InvariantCulture)));
        Assert.InRange(Volatile.Read(ref writes), 1, Burst / 4);
    }

    [Fact]
    public async Task A_request_in_flight_is_an_actor_of_the_connection_and_its_actor_serves_the_next()
    {
        await using var venue = new MemoryVenue((peer, text) => text.EndsWith("held", StringComparison.Ordinal) ? Task.CompletedTask : peer.SendAsync($"R|{text.Split('|')[1]}|ok|x"));
        var (connection, handle) = await OpenAsync("seats", venue);
        await handle.FirstOutcome.WaitAsync(Deadline);
        var probe = CreateTestProbe();

        for (var i = 0; i < 100; i++)
        {
            connection.Tell(new Request("now"u8.ToArray()), probe);
            await probe.ExpectMsgAsync<Response>(Deadline);
        }

        Assert.Equal(1, await ActorsAsync(connection));
        for (var i = 0; i < 10; i++)
            connection.Tell(new Request("held"u8.ToArray()), probe);
        await AskAsync<ConnectionStatus>(connection, GetStatus.Instance);
        Assert.Equal(10, await ActorsAsync(connection));
    }

    private Task<(IActorRef Actor, ConnectionHandle Handle)> OpenAsync(string name, MemoryVenue venue) => MemoryConnections.OpenAsync(
        Sys,
        new WebSocketClientOptions { Name = name, Url = new Uri("ws://127.0.0.1:1"), Heartbeat = new HeartbeatOptions { PingInterval = TimeSpan.Zero } },
        new LineProtocol(),
        venue.ConnectAsync);

    private async Task<int> ActorsAsync(IActorRef connection)
    {
        var found = await Task.WhenAll(Enumerable.Range(1, 20).Select(i => Sys.ActorSelection(connection.Path / $"request-{i}").Ask<ActorIdentity>(new Identify(i), Deadline)));
        return found.Count(identity => identity.Subject is not null);
    }

    /// <summary>Tells all from one message, so that they come as fast as can be.</summary>
    private sealed class Burster : ReceiveActor
    {
        public Burster(IActorRef connection)
        {
            for (var i = 0; i < Burst; i++)
                connection.Tell(new Request(Encoding.UTF8.GetBytes($"{i}")) { Id = $"{i}" });
        }
    }
}
