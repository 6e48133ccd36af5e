using Akka.Actor;
using AkkaWs.Client;
using AkkaWs.Errors;
using AkkaWs.Management;
using AkkaWs.Messages;
using AkkaWs.Options;
using AkkaWs.Tests.Support;

namespace AkkaWs.Tests.Management;

public sealed class WebSocketManagerTests : ConnectionTest
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    [Fact]
    public async Task Names_without_end_keep_a_bounded_number_of_closed_connections()
    {
        const int More = 10;
        var clients = new List<WebSocketClient>();
        for (var i = 0; i < WebSocketManager.MaxClosed + More; i++)
        {
            var client = await OpenAsync(Patient($"name-{i}"));
            clients.Add(client);
            await client.CloseAsync(Ct);
        }

        await AwaitAssertAsync(async () => Assert.Equal(WebSocketManager.MaxClosed, await KeptAsync(clients)), Patience);

        // A handle of one that is gone stays readable, and its commands get their typed error.
        Assert.Equal(ConnectionState.Closed, clients[0].State);
        await Assert.ThrowsAsync<ConnectionClosedException>(() => clients[0].SubscribeAsync("a", Ct));
        await Assert.ThrowsAsync<ConnectionClosedException>(() => clients[0].RequestRawAsync(Request("x"), Ct));
        await Assert.ThrowsAsync<ConnectionClosedException>(() => clients[0].WaitUntilReadyAsync(Ct));
        await clients[0].CloseAsync(Ct);

        // One that is kept answers as an actor too.
        var failure = Assert.IsType<Status.Failure>(await clients[^1].Connection.AskOutcomeAsync(Request("x"), Patience));
        Assert.IsType<ConnectionClosedException>(failure.Cause);
    }

    [Fact]
    public async Task The_name_of_a_closed_connection_is_free_whether_it_is_kept_or_not()
    {
        for (var i = 0; i < 3; i++)
        {
            var client = await OpenAsync(Patient("again"));
            await client.CloseAsync(Ct);
        }

        await using var last = await OpenAsync(Patient("again"));
        Assert.NotEqual(ConnectionState.Closed, last.State);
    }

    [Fact]
    public async Task While_the_actor_system_shuts_down_no_connection_is_opened()
    {
        await using var client = await OpenAsync(Patient("before"));
        await AkkaWsExtension.For(Sys).Manager.Ask<AllClosed>(CloseAll.Instance, Patience);

        Assert.Equal(ConnectionState.Closed, client.State);
        await Assert.ThrowsAsync<ConnectionClosedException>(() => OpenAsync(Patient("after")));
    }

    private static WebSocketClientOptions Patient(string name) => new()
    {
        Name = name,
        Url = new Uri("ws://127.0.0.1:1/"),
        Reconnect = new ReconnectOptions { InitialDelay = TimeSpan.FromHours(1), MaxDelay = TimeSpan.FromHours(1) },
    };

    private async Task<int> KeptAsync(IReadOnlyList<WebSocketClient> clients)
    {
        var found = await Task.WhenAll(clients.Select(c => Sys.ActorSelection(c.Connection.Path).Ask<ActorIdentity>(new Identify(c.Name), Patience)));
        return found.Count(identity => identity.Subject is not null);
    }
}
