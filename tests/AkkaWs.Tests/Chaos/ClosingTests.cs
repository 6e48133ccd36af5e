using System.Diagnostics;
using AkkaWs.Messages;

namespace AkkaWs.Tests.Chaos;

/// <summary>Every way of failing while a connection closes.</summary>
public sealed class ClosingTests : ChaosTest
{
    // What a busy machine may add to a deadline; a close that hangs takes for ever.
    private static readonly TimeSpan Slack = TimeSpan.FromSeconds(10);

    [Theory]
    [MemberData(nameof(Failures))]
    public Task A_connection_that_is_cut_while_it_closes_is_closed_within_the_close_timeout(Failure failure) => AllAsync(
        from tls in (bool[])[false, true]
        from declared in (bool[])[false, true]
        from variant in Enumerable.Range(0, WireFailures.VariantsOf(failure))
        select new ChaosCase(failure, Moment.Closing, tls, declared, variant),
        CloseAsync);

    private async Task CloseAsync(ChaosCase chaos, CancellationToken ct)
    {
        await using var venue = new ChaosVenue(chaos.Tls);
        var options = Quick(venue.Url);
        await using var client = await OpenAsync(venue, options, chaos.Declared, ct);
        await client.WaitUntilReadyAsync(ct);
        await using var updates = await client.SubscribeAsync(ChaosConversation.Topic, ct);
        await venue.SufferAsync(chaos);

        var watch = Stopwatch.StartNew();
        await client.CloseAsync(ct);

        Assert.Equal(ConnectionState.Closed, client.State);
        var closed = watch.Elapsed;
        Assert.True(await ConnectionLog.UntilAsync(() => venue.HasStruck, Slack), "The trouble never came.");
        // Who hears nothing waits for as long as it may; a timer's clock is a few milliseconds coarse.
        var least = chaos.Failure == Failure.Silence ? options.CloseTimeout - TimeSpan.FromMilliseconds(50) : TimeSpan.Zero;
        Assert.InRange(closed, least, options.CloseTimeout + Slack);
        await foreach (var _ in updates.WithCancellation(ct))
        {
        }
    }
}
