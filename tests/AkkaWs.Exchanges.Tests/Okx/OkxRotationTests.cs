using System.Text.Json.Nodes;
using AkkaWs.Client;
using AkkaWs.Messages;
using AkkaWs.Options;
using AkkaWs.Protocol;
using AkkaWs.Testing;

namespace AkkaWs.Exchanges.Tests;

/// <summary>What two connections of a rotation bring of the same trades.</summary>
public sealed class OkxRotationTests : SimulatedTest
{
    protected override ExchangeVenue Venue => ExchangeVenue.Okx;

    protected override WebSocketClientOptions CreateOptions(string name) => Okx.CreateOptions(OkxStream.Public, name);

    internal override ProtocolHandler CreateHandler(ICredentialsProvider? credentials) => new OkxHandler(OkxStream.Public);

    // The second message is of the recording's age: its trade has no seqId.
    [Theory]
    [InlineData("""{"arg":{"channel":"trades","instId":"BTC-USDT"},"data":[{"instId":"BTC-USDT","tradeId":"242720720","px":"1","sz":"1","side":"sell","ts":"1","count":"2","source":"0","seqId":1234}]}""", 242_720_720L)]
    [InlineData("""{"arg": {"channel": "trades", "instId": "BTC-USDT"}, "data": [{"tradeId": "130639474"}]}""", 130_639_474L)]
    [InlineData("""{"arg":{"instId":"BTC-USDT","channel":"trades-all"},"data":[{"tradeId":"1"},{"tradeId":"2"}]}""", 2L)]
    [InlineData("""{"arg":{"channel":"option-trades","instFamily":"BTC-USD"},"data":[{"tradeId":"7"}]}""", null)]
    public void Trades_are_numbered_by_their_own_id_because_several_may_have_one_sequence_id(string message, long? number) =>
        Assert.Equal(number, CreateHandler(null).SequenceOf(message.Utf8().Span));

    [Theory]
    [InlineData("""{"arg":{"channel":"trades","instId":"BTC-USDT"},"data":[{"instId":"BTC-USDT","tradeId":"242720720","px":"1","sz":"1","side":"sell","ts":"1","count":"2","source":"0","seqId":1234}]}""", 242_720_718L)]
    [InlineData("""{"arg": {"channel": "trades", "instId": "BTC-USDT"}, "data": [{"tradeId": "130639474"}]}""", 130_639_473L)]
    [InlineData("""{"arg":{"instId":"BTC-USDT","channel":"trades-all"},"data":[{"tradeId":"7"},{"tradeId":"8"}]}""", 6L)]
    [InlineData("""{"arg":{"channel":"trades","instId":"BTC-USDT"},"data":[]}""", null)]
    public void Trades_are_no_snapshot_and_follow_the_one_before_the_first_of_those_that_are_put_together(string message, long? previous)
    {
        Assert.Equal(UpdateKind.Unknown, CreateHandler(null).KindOf(message.Utf8().Span));
        Assert.Equal(previous, CreateHandler(null).PreviousSequenceOf(message.Utf8().Span));
    }

    [Fact]
    public async Task A_missing_trade_is_a_gap_and_trades_that_are_put_together_are_none()
    {
        await using var server = await ScriptedServer.StartAsync((connection, ct) => ServeAsync(connection, Task.CompletedTask, ct), Ct);
        await using var client = await WebSocketClient.ConnectAsync(Sys, CreateOptions("gaps") with { Url = server.Url, Rates = new RateLimitOptions() }, CreateHandler(null), Ct);
        await using var trades = await client.SubscribeAsync(Okx.Trades("BTC-USDT"), new SubscribeOptions { Gaps = GapRecovery.None }, Ct);
        var connection = await server.WaitForConnectionAsync(1, Deadline, Ct);

        foreach (var trade in new[] { Trade(7), Trade(10, count: 3), Trade(11), Trade(14, count: 2) })
            await connection.SendTextAsync(trade, Ct);

        List<string> told = [];
        await foreach (var message in trades.ReadAllAsync(Ct))
        {
            told.Add(message is Gap gap ? $"{gap.Expected} is missing before {gap.Received}" : $"{((TopicUpdate)message).SourceSequence}");
            if (told.Count == 5)
                break;
        }

        Assert.Equal(["7", "10", "11", "12 is missing before 14", "14"], told);
    }

    [Fact]
    public async Task The_second_of_two_trades_with_one_sequence_id_is_no_duplicate_where_the_old_connection_brought_the_first()
    {
        var mayLeave = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var server = await ScriptedServer.StartAsync((connection, ct) => ServeAsync(connection, mayLeave.Task, ct), Ct);
        await using var client = await WebSocketClient.ConnectAsync(
            Sys,
            CreateOptions("rotation") with { Url = server.Url, Rates = new RateLimitOptions(), Rotation = new RotationOptions { Overlap = Deadline } },
            CreateHandler(null),
            Ct);
        await using var trades = await client.SubscribeAsync(Okx.Trades("BTC-USDT"), Ct);
        await using var told = trades.ReadAllAsync(Ct).GetAsyncEnumerator(Ct);

        var rotating = client.RotateAsync(Ct);
        var old = await server.WaitForConnectionAsync(1, Deadline, Ct);
        var next = await server.WaitForConnectionAsync(2, Deadline, Ct);
        await AwaitAssertAsync(() => Assert.Equal(2, client.Epoch.Value), Deadline);
        await old.SendTextAsync(Trade(7), Ct);
        Assert.Equal(("7", 1), await ReadAsync());
        await next.SendTextAsync(Trade(7), Ct);
        await next.SendTextAsync(Trade(8), Ct);
        mayLeave.SetResult();

        Assert.Equal(("8", 2), await ReadAsync());
        await rotating.WaitAsync(Deadline, Ct);
        Assert.Equal(1, (await client.GetStatusAsync(Ct)).DuplicateUpdates);

        async Task<(string Trade, long Epoch)> ReadAsync()
        {
            Assert.True(await told.MoveNextAsync());
            var update = Assert.IsType<TopicUpdate>(told.Current);
            return (JsonNode.Parse(update.Payload.Span)!["data"]![0]!["tradeId"]!.GetValue<string>(), update.Epoch.Value);
        }
    }

    private static string Trade(int id, int count = 1) =>
        $$$"""{"arg":{"channel":"trades","instId":"BTC-USDT"},"data":[{"instId":"BTC-USDT","tradeId":"{{{id}}}","px":"1","sz":"1","side":"buy","ts":"1","count":"{{{count}}}","source":"0","seqId":500}]}""";

    // Confirms what it is asked; that topics were left, only when it may.
    private static async Task ServeAsync(ScriptedConnection connection, Task mayLeave, CancellationToken cancellationToken)
    {
        while (await connection.ReceiveTextAsync(cancellationToken) is { } text)
        {
            if (text == "ping")
            {
                await connection.SendTextAsync("pong", cancellationToken);
                continue;
            }

            var request = JsonNode.Parse(text)!;
            if ((string)request["op"]! == "unsubscribe")
                await mayLeave.WaitAsync(cancellationToken);
            await connection.SendTextAsync($$"""{"event":{{request["op"]!.ToJsonString()}},"arg":{{request["args"]![0]!.ToJsonString()}},"connId":"a4d3ae55"}""", cancellationToken);
        }
    }
}
