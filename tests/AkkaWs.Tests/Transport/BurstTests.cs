using System.Globalization;
using System.Text;
using Akka.Actor;
using AkkaWs.Messages;
using AkkaWs.Options;
using AkkaWs.Primitives;
using AkkaWs.Tests.Support;
using AkkaWs.Wire.Tests.Support;

namespace AkkaWs.Tests.Transport;

/// <summary>More than one read brings at a time: batches are read ahead and delivered together.</summary>
public sealed class BurstTests : ConnectionTest
{
    private const int Topics = 20;
    private const int Updates = 10_000;
    private const int NumberLength = 150;

    // Well behind the first batch: the loop knows by then that much is coming in.
    private const int HeldUpdate = 1_000;

    // More than bring the held update's batch, which is the third, at two for each; no more than bring those that may wait behind it, at one for each.
    private const int ReadsToSee = 10;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(5)]
    [InlineData(16)]
    public async Task A_burst_reaches_its_subscribers_in_order_and_gives_back_every_credit(int credits)
    {
        await using var venue = new MemoryVenue(ConfirmAsync);
        using var meter = new MeterProbe($"burst-{credits}");
        var burst = await SubscribeAsync(venue, new LineProtocol(), $"burst-{credits}", credits);

        for (var i = 0; i < 3; i++)
        {
            await venue.Newest.SendFramesAsync(Burst(i * Updates));
            await burst.ArrivesAsync(Ct);
            await AwaitAssertAsync(() => Assert.Equal(1, meter.Now("akkaws.credits.used")), Deadline); // the read that waits for the next message
        }
    }

    [Fact]
    public async Task A_burst_over_many_topics_reaches_each_in_order_and_gives_back_every_credit()
    {
        const int Many = 2_500; // more than half of what eight batches bring: updates are handed over before the eighth
        await using var venue = new MemoryVenue(ConfirmAsync);
        using var meter = new MeterProbe("burst-wide");
        var burst = await SubscribeAsync(venue, new LineProtocol(), "burst-wide", credits: 16, Many);

        for (var i = 0; i < 3; i++)
        {
            await venue.Newest.SendFramesAsync(Burst(i * Updates, Many));
            await burst.ArrivesAsync(Ct);
            await AwaitAssertAsync(() => Assert.Equal(1, meter.Now("akkaws.credits.used")), Deadline);
        }
    }

    [Fact]
    public async Task Batches_that_were_read_ahead_are_delivered_together_and_give_back_every_credit()
    {
        var reads = 0;
        var wasHeld = false;
        var handler = new LineProtocol
        {
            // Holds the read loop at one update until batches behind it were read.
            Sequence = update =>
            {
                if (update.EndsWith(Number(HeldUpdate), StringComparison.Ordinal))
                    wasHeld = SpinWait.SpinUntil(() => Volatile.Read(ref reads) >= ReadsToSee, Deadline);
                return null;
            },
        };
        await using var venue = new MemoryVenue(ConfirmAsync);
        using var meter = new MeterProbe("burst-together");
        var burst = await SubscribeAsync(venue, handler, "burst-together", credits: 16);
        venue.Newest.Client.NextCut = () =>
        {
            Interlocked.Increment(ref reads);
            return int.MaxValue;
        };

        await venue.Newest.SendFramesAsync(Burst(0));
        await burst.ArrivesAsync(Ct);

        Assert.True(wasHeld);
        await AwaitAssertAsync(() => Assert.Equal(1, meter.Now("akkaws.credits.used")), Deadline);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(16)]
    [InlineData(17)]
    public async Task A_message_that_the_handler_fails_on_costs_itself_alone_wherever_in_a_read_it_stands(int each)
    {
        await using var venue = new MemoryVenue(ConfirmAsync);
        var options = new WebSocketClientOptions { Name = $"fails-{each}", Url = new Uri("ws://localhost") };
        var handler = new LineProtocol { Sequence = update => update.EndsWith("bad", StringComparison.Ordinal) ? throw new FormatException("wanted") : null };
        var (connection, _) = await MemoryConnections.OpenAsync(Sys, options, handler, venue.ConnectAsync);
        var probe = CreateTestProbe();
        await AskAsync<Subscribed>(connection, new Subscribe(["t"], probe));

        var before = await AskAsync<ConnectionStatus>(connection, GetStatus.Instance);

        string[] messages = [.. Enumerable.Range(0, 100).SelectMany(n => n % each == 0 ? [$"U|t|{n}", "!throw", "U|t|bad"] : new[] { $"U|t|{n}" })];
        await venue.Newest.SendFramesAsync(messages.SelectMany(text => Frames.Text(text)).ToArray());

        for (var n = 0; n < 100; n++)
            Assert.Equal($"U|t|{n}", Text(await probe.ExpectMsgAsync<TopicUpdate>(Deadline, cancellationToken: Ct)));
        var status = await AskAsync<ConnectionStatus>(connection, GetStatus.Instance);
        Assert.Equal(messages.Length - 100, status.UnknownMessages);
        Assert.Equal(messages.Sum(text => text.Length), status.BytesReceived - before.BytesReceived);
    }

    private static Task ConfirmAsync(MemoryPeer peer, string text)
    {
        var parts = text.Split('|');
        return parts[0] == "sub" ? peer.SendAsync($"A|{parts[1]}|ok") : Task.CompletedTask;
    }

    private static string Number(int n) => n.ToString(CultureInfo.InvariantCulture).PadLeft(NumberLength, '0');

    private static byte[] Burst(int first, int topics = Topics) => [.. Enumerable.Range(first, Updates).SelectMany(n => Frames.Text($"U|t{n % topics}|{Number(n)}"))];

    private async Task<Arrivals> SubscribeAsync(MemoryVenue venue, LineProtocol handler, string name, int credits, int topics = Topics)
    {
        var options = new WebSocketClientOptions { Name = name, Url = new Uri("ws://localhost"), Subscriptions = new SubscriptionOptions { BatchCredits = credits } };
        var (connection, _) = await MemoryConnections.OpenAsync(Sys, options, handler, venue.ConnectAsync);
        var probe = CreateTestProbe();
        for (var i = 0; i < topics; i++)
        {
            var reader = Sys.ActorOf(Props.Create<InOrder>(i, topics, probe.Ref).WithDeploy(Deploy.Local));
            await AskAsync<Subscribed>(connection, new Subscribe([new Topic($"t{i}")], reader));
        }

        return new Arrivals(probe, topics);
    }

    private sealed record Arrivals(Akka.TestKit.TestProbe Probe, int Topics)
    {
        public async Task ArrivesAsync(CancellationToken cancellationToken)
        {
            for (var i = 0; i < Topics; i++)
                await Probe.ExpectMsgAsync<long>(Deadline, cancellationToken: cancellationToken);
        }
    }

    // Tells of each burst's last update, and of the first that is out of order.
    private sealed class InOrder : ReceiveActor
    {
        private long _next;

        public InOrder(int first, int topics, IActorRef told)
        {
            _next = first;
            Receive<TopicUpdate>(update =>
            {
                var number = long.Parse(Encoding.UTF8.GetString(update.Payload.Span).AsSpan(^NumberLength), CultureInfo.InvariantCulture);
                if (number != _next)
                    told.Tell($"{update.Topic}: {number} instead of {_next}");
                _next = number + topics;
                if (_next % Updates < topics)
                    told.Tell(number);
            });
            ReceiveAny(_ => { });
        }
    }
}
