using Akka.Actor;
using Akka.TestKit;
using AkkaWs.Messages;
using AkkaWs.Tests.Support;

namespace AkkaWs.Tests.Connection;

/// <summary>Subscribers that subscribe again as soon as they are told that their subscription has ended.</summary>
public sealed class ComingBackTests : ConnectionTest
{
    [Fact]
    public async Task A_subscriber_that_comes_back_from_within_its_own_TopicClosed_is_a_subscriber()
    {
        await using var server = await LineServer.StartAsync();
        await using var client = await ConnectAsync(server.Options("comes-back"));
        var seen = CreateTestProbe();
        var connection = client.Connection;
        Sys.ActorOf(Props.Create(() => new Returning(connection, seen)).WithDeploy(Deploy.Local).WithDispatcher(CallingThreadDispatcher.Id));
        await seen.ExpectMsgAsync<Subscribed>(Deadline);

        foreach (var i in Enumerable.Range(1, 4))
            await server.Connection.SendTextAsync($"U|a|{i}", Ct);
        await seen.FishForMessageAsync(m => m is TopicClosed, Deadline);
        await seen.FishForMessageAsync(m => m is Subscribed, Deadline);
        await server.Connection.SendTextAsync("U|a|back", Ct);

        await seen.FishForMessageAsync(m => m is TopicUpdate update && Text(update) == "U|a|back", Deadline);
    }

    /// <summary>Acknowledges nothing, and subscribes again where it is told that its subscription has ended, before anything else happens there.</summary>
    private sealed class Returning : ReceiveActor
    {
        private readonly IActorRef _connection;

        public Returning(IActorRef connection, IActorRef seen)
        {
            _connection = connection;
            Receive<TopicClosed>(closed =>
            {
                var returning = _connection.Ask<Subscribed>(Subscription(), Deadline);
                seen.Tell(closed);
                returning.PipeTo(seen);
                returning.Wait(TimeSpan.FromSeconds(1)); // where the topic's own actor says so, the answer can come behind this alone
            });
            ReceiveAny(message => seen.Tell(message));
        }

        protected override void PreStart() => _connection.Tell(Subscription());

        private Subscribe Subscription() => new(["a"], Self)
        {
            Options = new SubscribeOptions { Window = 1, Overflow = OverflowPolicy.Fail, Capacity = 2 },
        };
    }
}
