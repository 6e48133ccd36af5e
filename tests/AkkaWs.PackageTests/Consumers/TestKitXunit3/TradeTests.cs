using Akka.Actor;
using Akka.TestKit.Xunit;
using AkkaWs.Client;
using AkkaWs.Messages;
using AkkaWs.Options;
using AkkaWs.Protocol;
using AkkaWs.Testing;
using Xunit;

public sealed class TradeTests : TestKit
{
    [Fact]
    public async Task An_actor_gets_trades_of_the_simulated_exchange()
    {
        await using var exchange = await ExchangeSimulator.StartAsync(cancellationToken: TestContext.Current.CancellationToken);
        var options = new WebSocketClientOptions { Name = "simulated", Url = exchange.Url };
        await using var client = await WebSocketClient.ConnectAsync(Sys, options, new GenericJsonHandler(), TestContext.Current.CancellationToken);

        client.Connection.Tell(new Subscribe(["publicTrade.BTCUSDT"], TestActor));

        await FishForMessageAsync(message => message is TopicUpdate, TimeSpan.FromSeconds(30), cancellationToken: TestContext.Current.CancellationToken);
    }
}
