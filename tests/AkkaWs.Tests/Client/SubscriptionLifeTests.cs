using Akka.TestKit;
using AkkaWs.Client;
using AkkaWs.Connection;
using AkkaWs.Messages;
using AkkaWs.Options;
using AkkaWs.Tests.Support;

namespace AkkaWs.Tests.Client;

/// <summary>A connection that is opened again has several lives; a subscription has one.</summary>
public sealed class SubscriptionLifeTests : ConnectionTest
{
    [Fact]
    public async Task A_subscription_takes_all_its_parts_from_the_life_that_it_waited_for()
    {
        var (first, second) = (new ConnectionHandle("lives"), new ConnectionHandle("lives"));
        var client = new WebSocketClient(first, isDeclared: true);
        var subscribing = client.SubscribeAsync("a", Ct);
        var (one, other) = (CreateTestProbe(), CreateTestProbe());
        Open(second, other);
        first.ReplaceBy(second);
        Open(first, one);

        Assert.Equal("a", Assert.Single((await one.ExpectMsgAsync<SubscribeSink>(Deadline)).Topics));
        one.Reply(new Subscribed(["a"]));
        var subscription = await subscribing;
        var leaving = subscription.UnsubscribeAsync(Ct);
        await one.ExpectMsgAsync<UnsubscribeSink>(Deadline);
        one.Reply(new Unsubscribed(["a"]));
        await leaving.WaitAsync(Deadline);

        Assert.False(other.HasMessages);
    }

    [Fact]
    public async Task A_subscription_of_an_earlier_life_is_left_without_an_error()
    {
        await using var server = await LineServer.StartAsync();
        await using var client = await ConnectAsync(server.Options("left-late"));
        var subscription = await client.SubscribeAsync("a", Ct);
        await client.CloseAsync(Ct);
        await client.ReopenAsync(Ct);
        await client.WaitUntilReadyAsync(Ct);
        await using var another = await client.SubscribeAsync("a", Ct);

        await subscription.UnsubscribeAsync(Ct).WaitAsync(Deadline);

        Assert.DoesNotContain(server.Received, text => text.StartsWith("unsub|", StringComparison.Ordinal));
    }

    private void Open(ConnectionHandle life, TestProbe actor)
    {
        life.Options = new WebSocketClientOptions { Name = life.Name, Url = new Uri("wss://localhost") };
        life.Open(new OpenedConnection(Sys, actor, new LineProtocol(), Traces: false));
    }
}
