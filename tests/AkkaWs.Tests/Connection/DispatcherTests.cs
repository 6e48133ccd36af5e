using Akka.Actor;
using AkkaWs.Client;
using AkkaWs.Errors;
using AkkaWs.Messages;
using AkkaWs.Tests.Support;

namespace AkkaWs.Tests.Connection;

/// <summary>Which threads run a connection's actors, and what a user's actors that block can do to them.</summary>
public sealed class DispatcherTests
{
    private const int Blocking = 32;

    private const string Dispatchers = """
        feed { type = ForkJoinDispatcher, dedicated-thread-pool.thread-count = 2 }
        orders { type = ForkJoinDispatcher, dedicated-thread-pool.thread-count = 2 }
        blocking { type = PinnedDispatcher }
        """;

    [Theory]
    [InlineData("", "", "akka.actor.default-dispatcher")]
    [InlineData("feed", "", "feed")]
    [InlineData("", "orders", "orders")]
    [InlineData("feed", "orders", "orders")]
    public async Task Every_actor_of_a_connection_runs_on_its_own_dispatcher_or_else_on_that_of_all_connections(string all, string own, string expected)
    {
        using var system = new Lab($"akka-ws.dispatcher = \"{all}\"\n{Dispatchers}");
        await using var server = await LineServer.StartAsync();
        await using var client = await system.OpenAsync(server, own);
        await using var updates = await client.SubscribeAsync("a");
        await client.RequestRawAsync(Lab.Request("yes"));

        var actors = new[] { client.Connection }.Concat(((ActorRefWithCell)client.Connection).Children).Cast<ActorRefWithCell>().ToList();

        Assert.Equal(["request", "switched", "topic", "transport"], actors.Select(actor => actor.Path.Name.Split('-')[0]).Order());
        Assert.All(actors, actor => Assert.Equal(expected, ((ActorCell)actor.Underlying).Dispatcher.Id));
    }

    [Theory]
    [InlineData("", "nowhere", "dispatcher")]
    [InlineData("nowhere", "", "akka-ws.dispatcher")]
    public async Task An_unknown_dispatcher_is_refused_at_the_opening_with_its_key_and_name(string all, string own, string key)
    {
        using var system = new Lab($"akka-ws.dispatcher = \"{all}\"");
        await using var server = await LineServer.StartAsync();

        var error = Assert.Single((await Assert.ThrowsAsync<InvalidOptionsException>(() => system.OpenAsync(server, own))).Errors);

        Assert.Equal((key, "\"nowhere\""), (error.Key, error.Value));
    }

    [Fact]
    public async Task A_connection_whose_actor_cannot_be_created_fails_its_opening_with_the_cause()
    {
        using var system = new Lab("akka.actor.deployment { /akkaws/switched { dispatcher = nowhere } }");
        await using var server = await LineServer.StartAsync();

        var error = await Assert.ThrowsAsync<ConnectionFailedException>(() => system.OpenAsync(server, ""));

        Assert.Equal(ErrorClass.Internal, error.Reason.Class);
        Assert.Contains("nowhere", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Actors_that_block_a_dispatcher_of_their_own_do_not_delay_a_connection()
    {
        using var system = new Lab(Dispatchers);
        using var blocked = new CountdownEvent(Blocking);
        using var free = new ManualResetEventSlim();
        for (var i = 0; i < Blocking; i++)
            system.Block(blocked, free);

        try
        {
            Assert.True(blocked.Wait(Lab.Patience));
            await using var server = await LineServer.StartAsync();
            await using var client = await system.OpenAsync(server, "");
            await using var updates = await client.SubscribeAsync("a");

            for (var i = 0; i < 1_000; i++)
                await client.RequestRawAsync(Lab.Request("yes"));

            Assert.True(client.IsConnected);
        }
        finally
        {
            free.Set();
        }
    }

    private sealed class Lab(string hocon) : ConnectionTest(hocon)
    {
        public static TimeSpan Patience => Deadline;

        public static new Request Request(string payload) => ConnectionTest.Request(payload);

        public Task<WebSocketClient> OpenAsync(LineServer server, string dispatcher) => ConnectAsync(server.Options("switched") with { Dispatcher = dispatcher });

        public void Block(CountdownEvent entered, ManualResetEventSlim free) =>
            Sys.ActorOf(Props.Create(() => new Blocker(entered, free)).WithDeploy(Deploy.Local).WithDispatcher("blocking"));
    }

    /// <summary>Holds its thread from the start.</summary>
    private sealed class Blocker : ReceiveActor
    {
        public Blocker(CountdownEvent entered, ManualResetEventSlim free)
        {
            entered.Signal();
            free.Wait();
        }
    }
}
