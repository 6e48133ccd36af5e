using AkkaWs.Client;
using AkkaWs.Messages;
using AkkaWs.Options;
using AkkaWs.Wire.Tests.Support;

namespace AkkaWs.Tests.Chaos;

/// <summary>
/// Every way of failing at every moment, on real sockets: once the server behaves, the connection is Ready again within its backoff, its topic flows, and it was never closed. Normally each pair of failure, moment, scheme and kind of
/// connection once; with <c>AKKAWS_NIGHTLY=1</c> all of them.
/// </summary>
public sealed class RecoveryTests : ChaosTest
{
    private const string AfterHealing = "behaves again";

    // One was under way when the venue was healed, one was broken by that, and one more may have begun between.
    private const int RetriesAfterHealing = 3;

    private static readonly IReadOnlyList<ChaosCase> Cases = Nightly.IsOn ? ChaosCase.Product() : ChaosCase.Cover();

    [Theory]
    [MemberData(nameof(Failures))]
    public Task A_connection_is_ready_again_once_the_server_behaves_whenever_it_failed(Failure failure) =>
        AllAsync(Cases.Where(chaos => chaos.Failure == failure), (chaos, ct) => RecoverAsync(chaos, Quick, TimeSpan.FromSeconds(chaos.Failure == Failure.Trickle ? 5 : 30), ct));

    [NightlyFact]
    public Task A_connection_with_default_options_is_ready_again_too() =>
        AllAsync(ChaosCase.Cover(), (chaos, ct) => RecoverAsync(chaos, Default, TimeSpan.FromSeconds(90), ct));

    [Fact]
    public void Every_reason_for_leaving_a_case_out_leaves_one_out()
    {
        var every = from failure in Enum.GetValues<Failure>()
                    from moment in Enum.GetValues<Moment>()
                    from tls in (bool[])[false, true]
                    select new ChaosCase(failure, moment, tls, false, 0);

        Assert.All(ChaosCase.Impossible, impossible => Assert.True(every.Any(impossible.Is), impossible.Why));
    }

    private static WebSocketClientOptions Default(Uri url) => new() { Name = $"chaos-{Guid.NewGuid():N}", Url = url, Subscriptions = ThroughTrouble };

    private async Task RecoverAsync(ChaosCase chaos, Func<Uri, WebSocketClientOptions> optionsFor, TimeSpan longestTrouble, CancellationToken ct)
    {
        await using var venue = new ChaosVenue(chaos.Tls);
        var options = optionsFor(venue.Url);
        // A declared connection suffers from its first attempt on; of an awaited one only what comes after its first Ready is promised. A rotation needs a Ready.
        var suffersFirst = chaos is { Declared: true, Moment: not Moment.Rotation };
        if (suffersFirst)
            await venue.SufferAsync(chaos);
        await using var client = await OpenAsync(venue, options, chaos.Declared, ct);
        await using var log = new ConnectionLog(client);
        if (!suffersFirst)
            await client.WaitUntilReadyAsync(ct);
        var subscribing = client.SubscribeAsync(ChaosConversation.Topic, ct);
        if (!suffersFirst)
        {
            await subscribing;
            await venue.SufferAsync(chaos);
        }

        await StrikeAsync(chaos, venue, client, log, suffersFirst, longestTrouble);
        Assert.True(venue.HasStruck, "The trouble never came.");

        var before = log.Retries.Count;
        await venue.BehaveAsync();
        await using var updates = await subscribing;
        await FlowsAsync(venue, updates, ct);
        await client.WaitUntilReadyAsync(ct);
        Assert.DoesNotContain(log.Events, happened => happened is ConnectionClosed or ConnectionStateChanged { To: ConnectionState.Closed });
        Assert.InRange(log.Retries.Count - before, 0, RetriesAfterHealing);
        Assert.All(log.Retries, retry => Assert.True(retry.Delay <= Longest(options.Reconnect.MaxDelay, options.Reconnect.Slow.Max), $"waited {retry.Delay}"));
    }

    /// <summary>Lets the trouble strike twice, or last for a while where it costs no connection.</summary>
    private static async Task StrikeAsync(ChaosCase chaos, ChaosVenue venue, WebSocketClient client, ConnectionLog log, bool suffersFirst, TimeSpan longest)
    {
        if (chaos.Moment == Moment.Rotation)
        {
            var rotating = client.RotateAsync();
            await ConnectionLog.UntilAsync(() => rotating.IsCompleted, longest);
            _ = rotating.ContinueWith(rotation => rotation.Exception, TaskScheduler.Default);
            return;
        }

        if (!suffersFirst)
            venue.Proxy.Apply(Testing.Fault.Reset());
        var struck = await ConnectionLog.UntilAsync(() => log.Retries.Count >= 2, longest);
        // What trickles may be enough for a login or a pong.
        Assert.True(struck || chaos.Failure == Failure.Trickle, "The trouble cost no connection.");
    }

    private static async Task FlowsAsync(ChaosVenue venue, TopicSubscription updates, CancellationToken ct)
    {
        var arrived = Task.Run(
            async () =>
            {
                await foreach (var update in updates.WithCancellation(ct))
                {
                    if (Text(update).EndsWith(AfterHealing, StringComparison.Ordinal))
                        return;
                }

                Assert.Fail("The subscription ended.");
            },
            ct);
        while (await Task.WhenAny(arrived, Task.Delay(50, ct)) != arrived)
            await venue.PublishAsync(AfterHealing);
        await arrived;
    }

    private static TimeSpan Longest(TimeSpan one, TimeSpan other) => one > other ? one : other;
}
