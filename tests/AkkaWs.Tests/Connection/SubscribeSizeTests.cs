using AkkaWs.Messages;
using AkkaWs.Options;
using AkkaWs.Primitives;
using AkkaWs.Tests.Support;

namespace AkkaWs.Tests.Connection;

/// <summary>How large the messages are that subscribe.</summary>
public sealed class SubscribeSizeTests : ConnectionTest
{
    [Fact]
    public async Task No_message_is_larger_than_the_handler_says_and_the_options_may_ask_for_less()
    {
        await using var server = await LineServer.StartAsync();
        var options = server.Options("bytes");
        IReadOnlyList<Topic> topics = [.. Enumerable.Range(0, 100).Select(i => new Topic($"topic-{i}"))];
        await using (var client = await ConnectAsync(options, new LineProtocol { MostBytes = 100 }))
        {
            await AskAsync<Subscribed>(client.Connection, new Subscribe(topics, CreateTestProbe()));
            Assert.InRange(server.Received.Max(text => text.Length), 90, 100);
        }

        await using var frugal = await ConnectAsync(
            options with { Name = "fewer-bytes", Subscriptions = new SubscriptionOptions { MaxSubscribeBytes = 50 } }, new LineProtocol { MostBytes = 100 });
        await AskAsync<Subscribed>(frugal.Connection, new Subscribe(topics, CreateTestProbe()));
        Assert.InRange(server.Connection.Received.Max(message => message.Text.Length), 40, 50);
    }
}
