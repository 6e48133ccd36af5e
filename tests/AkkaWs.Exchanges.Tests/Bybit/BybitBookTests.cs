using AkkaWs.Messages;
using AkkaWs.Options;
using AkkaWs.Protocol;
using AkkaWs.Testing;
using AkkaWs.Testing.Tests;

namespace AkkaWs.Exchanges.Tests;

/// <summary>Books that begin anew, send themselves again or have no snapshots: none of that is a gap, and what is missing is.</summary>
public sealed class BybitBookTests : SimulatedTest
{
    protected override ExchangeVenue Venue => ExchangeVenue.Bybit;

    protected override WebSocketClientOptions CreateOptions(string name) => Bybit.CreateOptions(BybitStream.Spot, name);

    internal override ProtocolHandler CreateHandler(ICredentialsProvider? credentials) => new BybitHandler(BybitStream.Spot);

    public static TheoryData<string> Books => [Bybit.FullOrderBook("BTCUSDT").Value, Bybit.OrderBook(50, "BTCUSDT").Value, Bybit.RpiOrderBook("BTCUSDT").Value];

    [Theory]
    [MemberData(nameof(Books))]
    public async Task A_book_that_begins_anew_has_no_gap(string name)
    {
        await using var exchange = await StartAsync();
        await using var client = await ConnectAsync(exchange);
        await using var book = await client.SubscribeAsync(name, new SubscribeOptions { Gaps = GapRecovery.Resubscribe }, Ct);
        var read = await ReadAsync(book, 5);
        Assert.True(exchange.BeginAnew(name));

        while (!read.Exists(message => message is TopicUpdate { SourceSequence: 1 }))
            read.AddRange(await ReadAsync(book, 1));
        read.AddRange(await ReadAsync(book, 20));

        Assert.All(read, message => Assert.IsType<TopicUpdate>(message));
        var anew = Assert.Single(read.OfType<TopicUpdate>(), update => update.SourceSequence == 1);
        Assert.Equal(UpdateKind.Snapshot, anew.Kind);
    }

    [Fact]
    public async Task A_full_book_goes_on_after_a_gap_though_no_snapshot_comes()
    {
        var full = Bybit.FullOrderBook("BTCUSDT");
        await using var exchange = await StartAsync();
        await using var client = await ConnectAsync(exchange);
        await using var book = await client.SubscribeAsync(full, new SubscribeOptions { Gaps = GapRecovery.Snapshot }, Ct);
        Assert.All(await ReadAsync(book, 5), message => Assert.Equal(UpdateKind.Delta, Assert.IsType<TopicUpdate>(message).Kind));

        for (var round = 0; round < 2; round++)
        {
            Assert.True(exchange.LoseNextUpdate(full.Value));
            List<TopicMessage> read = [];
            while (!read.Exists(message => message is Restored))
                read.AddRange(await ReadAsync(book, 1));
            Assert.Single(read, message => message is Gap);
            Assert.All(await ReadAsync(book, 20), message => Assert.IsType<TopicUpdate>(message));
        }
    }

    [Fact]
    public async Task The_best_prices_that_come_again_are_no_gap_and_no_duplicate()
    {
        var clock = new HandClock();
        await using var exchange = await ExchangeSimulator.StartAsync(new ExchangeSimulatorOptions { UpdatesPerSecond = 0, TimeProvider = clock }, Ct);
        await using var client = await ConnectAsync(exchange);
        await using var book = await client.SubscribeAsync(Bybit.OrderBook(1, "BTCUSDT"), new SubscribeOptions { Gaps = GapRecovery.Resubscribe }, Ct);
        var read = await ReadAsync(book, 1);

        for (var again = 0; again < 3; again++)
        {
            clock.Advance(TimeSpan.FromSeconds(3));
            read.AddRange(await ReadAsync(book, 1));
        }

        var first = Assert.IsType<TopicUpdate>(read[0]);
        Assert.All(read, message => Assert.Equal((first.SourceSequence, UpdateKind.Snapshot), (Assert.IsType<TopicUpdate>(message).SourceSequence, ((TopicUpdate)message).Kind)));
        var status = await client.GetStatusAsync(Ct);
        Assert.Equal((0L, 0L), (status.DuplicateUpdates, status.Gaps));
    }

    private async Task<List<TopicMessage>> ReadAsync(AkkaWs.Client.TopicSubscription book, int count)
    {
        List<TopicMessage> read = [];
        await foreach (var message in book.ReadAllAsync(Ct))
        {
            read.Add(message);
            if (read.Count == count)
                break;
        }

        return read;
    }
}
