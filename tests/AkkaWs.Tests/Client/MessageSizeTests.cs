using AkkaWs.Errors;
using AkkaWs.Messages;
using AkkaWs.Tests.Support;

namespace AkkaWs.Tests.Client;

/// <summary>A message that is larger than the connection's bound is refused before it is written, since a server that takes no more ends the connection for one.</summary>
public sealed class MessageSizeTests : ConnectionTest
{
    private const int Limit = 64;

    private static readonly string Large = new('x', Limit + 1);

    [Fact]
    public async Task What_is_larger_than_the_bound_is_refused_and_nothing_of_it_is_written()
    {
        await using var server = await LineServer.StartAsync();
        await using var client = await ConnectAsync(server.Options("large") with { MaxMessageSize = Limit });

        Assert.Equal(Limit, (await Assert.ThrowsAsync<MessageTooLargeException>(() => client.SendAsync(Large, Ct))).Limit);
        await Assert.ThrowsAsync<MessageTooLargeException>(() => client.RequestRawAsync(Request(Large), Ct));
        var topics = await Assert.ThrowsAsync<SubscriptionFailedException>(() => client.SubscribeAsync(["a", Large, "b"], Ct));

        Assert.Equal([Large], topics.Failures.Select(failure => failure.Topic.Value));
        await client.RequestRawAsync(Request("fits"), Ct);
        Assert.DoesNotContain(server.Received, text => text.Contains(Large, StringComparison.Ordinal));
        Assert.Equal(1, client.Epoch.Value);
    }

    [Fact]
    public async Task What_would_wait_for_Ready_is_refused_at_once()
    {
        await using var server = await LineServer.StartAsync();
        server.AnswersLogin = false;
        await using var client = await OpenAsync(server.Options("large-waiting") with { MaxMessageSize = Limit }, new LineProtocol { Authenticates = true });

        var send = new Send(System.Text.Encoding.UTF8.GetBytes(Large)) { WhenNotReady = WhenNotReady.Queue() };

        await Assert.ThrowsAsync<MessageTooLargeException>(() => client.SendAsync(send, Ct));
    }

    [Fact]
    public async Task Topics_that_fit_alone_go_out_in_several_messages()
    {
        await using var server = await LineServer.StartAsync();
        await using var client = await ConnectAsync(server.Options("many") with { MaxMessageSize = Limit });

        await using var updates = await client.SubscribeAsync([.. Enumerable.Range(0, 20).Select(i => new AkkaWs.Primitives.Topic($"topic-{i}"))], Ct);

        Assert.All(server.Received, text => Assert.True(text.Length <= Limit));
        Assert.Equal(20, (await client.GetStatusAsync(Ct)).ConfirmedTopics);
    }
}
