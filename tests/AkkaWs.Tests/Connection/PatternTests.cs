using AkkaWs.Messages;
using AkkaWs.Protocol;
using AkkaWs.Tests.Support;

namespace AkkaWs.Tests.Connection;

public sealed class PatternTests : ConnectionTest
{
    [Fact]
    public async Task A_pattern_brings_the_updates_of_all_topics_that_match_beside_those_of_a_topic_itself()
    {
        await using var server = await LineServer.StartAsync();
        await using var client = await ConnectAsync(
            server.Options("pattern"), new GenericJsonHandler(new() { PatternSuffix = "*", ConfirmsSubscriptions = false }));
        var (trades, bitcoin) = (CreateTestProbe(), CreateTestProbe());
        await AskAsync<Subscribed>(client.Connection, new Subscribe(["trade.*"], trades));
        await AskAsync<Subscribed>(client.Connection, new Subscribe(["trade.BTC"], bitcoin));

        foreach (var topic in new[] { "trade.BTC", "book.BTC", "trade.ETH", "trade.BTC" })
            await server.Connection.SendTextAsync($$"""{"topic":"{{topic}}"}""", Ct);

        Assert.Equal(
            [("trade.BTC", 1L), ("trade.ETH", 2L), ("trade.BTC", 3L)],
            trades.ReceiveN(3, Deadline).Cast<TopicUpdate>().Select(u => (u.Topic.Value, u.Sequence)));
        Assert.Equal([1L, 2L], bitcoin.ReceiveN(2, Deadline).Cast<TopicUpdate>().Select(u => u.Sequence));
        Assert.Equal(1, (await client.GetStatusAsync(Ct)).UnroutedUpdates);
        await AskAsync<Unsubscribed>(client.Connection, new Unsubscribe(["trade.*"], trades));
        await AwaitAssertAsync(async () => Assert.Equal(1, (await client.GetStatusAsync(Ct)).DesiredTopics), Deadline);
        await server.Connection.SendTextAsync("""{"topic":"trade.ETH"}""", Ct);
        await AwaitAssertAsync(async () => Assert.Equal(2, (await client.GetStatusAsync(Ct)).UnroutedUpdates), Deadline);
        await AwaitAssertAsync(() => Assert.Contains("trade.*", server.Received[0], StringComparison.Ordinal), Deadline);
    }

    [Theory]
    [InlineData("""{"topic":"a","type":"snapshot"}""", UpdateKind.Snapshot)]
    [InlineData("""{"topic":"a","type":"delta"}""", UpdateKind.Delta)]
    [InlineData("""{"topic":"a"}""", UpdateKind.Unknown)]
    public void The_generic_handler_tells_snapshots_by_a_field(string update, UpdateKind kind) =>
        Assert.Equal(kind, new GenericJsonHandler(new() { KindField = "type" }).KindOf(System.Text.Encoding.UTF8.GetBytes(update)));
}
