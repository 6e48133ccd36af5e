using AkkaWs.Client;
using AkkaWs.Errors;
using AkkaWs.Messages;

namespace AkkaWs.Testing.Tests;

/// <summary>A strategy over a fake, and the life of the fake itself.</summary>
public sealed class FakeWebSocketClientTests
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task A_strategy_is_tested_without_an_actor_system_and_without_a_socket()
    {
        await using var client = new FakeWebSocketClient();
        client.ReplyNext(FakeReply.Json("placed"));
        using var stopped = new CancellationTokenSource(Deadline);
        var strategy = new BuyTheDip(client);
        var running = strategy.RunAsync(stopped.Token);
        await client.WaitForSubscriptionAsync("price");

        client.Publish("price", "101");
        client.Publish("price", "99");
        Assert.Equal("\"buy at 99\"", (await client.WaitForRequestAsync()).Text);

        client.Publish("price", "98");
        await client.WaitForRequestAsync(request => request.Text == "\"buy at 98\"");
        client.Drop();
        client.Recover();
        await client.CloseAsync();

        await running.WaitAsync(Deadline);
        Assert.Equal(["placed", "unknown", "Interrupted", "Restored"], strategy.Log);
    }

    [Fact]
    public async Task One_that_is_not_Ready_yet_becomes_so_when_the_test_wants()
    {
        await using var client = new FakeWebSocketClient("venue", isReady: false);
        var ready = client.WaitUntilReadyAsync();
        Assert.Equal((ConnectionState.Connecting, false, false), (client.State, client.IsConnected, ready.IsCompleted));

        client.Recover();

        await ready.WaitAsync(Deadline);
        Assert.Equal((1, 0), (client.Epoch.Value, (await client.GetStatusAsync()).Reconnects));
        Assert.Throws<InvalidOperationException>(client.Recover);
        client.Drop();
        Assert.Throws<InvalidOperationException>(() => client.Drop());
    }

    [Fact]
    public async Task Status_and_events_are_what_the_test_makes_of_them()
    {
        await using var client = new FakeWebSocketClient { ChangeStatus = status => status with { StaleTopics = 2 } };
        await using var events = client.WatchAsync().GetAsyncEnumerator();
        Assert.True(await events.MoveNextAsync());

        client.Announce(new ReadingStalled("fake", client.Epoch) { Topic = "book" });

        Assert.True(await events.MoveNextAsync());
        Assert.Equal("book", Assert.IsType<ReadingStalled>(events.Current).Topic?.Value);
        Assert.Equal((ConnectionHealth.Degraded, 2), ((await client.GetStatusAsync()).Health, (await client.GetStatusAsync()).StaleTopics));
    }

    [Fact]
    public async Task One_that_was_given_up_says_so_until_it_is_opened_again()
    {
        var client = new FakeWebSocketClient("venue");
        Assert.Throws<InvalidOperationException>(client.Reopen);
        client.Fail(new CloseReason(ErrorClass.Refused, "refused") { GaveUpAfter = 3 });
        Assert.Equal(3, (await Assert.ThrowsAsync<MaxReconnectAttemptsException>(() => client.WaitUntilReadyAsync())).Attempts);
        await Assert.ThrowsAsync<MaxReconnectAttemptsException>(() => client.SubscribeAsync("a"));

        client.Reopen();

        Assert.Equal("venue: Ready, epoch 1", client.ToString());
        await client.SendAsync("again");
        await client.DisposeAsync();
        await client.DisposeAsync();
    }

    private sealed class BuyTheDip(IWebSocketClient client)
    {
        public List<string> Log { get; } = [];

        public async Task RunAsync(CancellationToken cancellationToken)
        {
            await using var prices = await client.SubscribeAsync("price", cancellationToken);
            await foreach (var message in prices.ReadAllAsync(cancellationToken))
                await OnMessageAsync(message, cancellationToken);
        }

        private async Task OnMessageAsync(TopicMessage message, CancellationToken cancellationToken)
        {
            if (message is not TopicUpdate update)
            {
                Log.Add(message.GetType().Name);
                return;
            }

            var price = int.Parse(update.Payload.Span, System.Globalization.CultureInfo.InvariantCulture);
            if (price >= 100)
                return;
            try
            {
                Log.Add(await client.RequestAsync<string, string>($"buy at {price}", cancellationToken: cancellationToken));
            }
            catch (SentOutcomeUnknownException)
            {
                Log.Add("unknown");
            }
        }
    }
}
