using System.Text.Json;
using AkkaWs.Errors;
using AkkaWs.Messages;
using AkkaWs.Options;

namespace AkkaWs.Interop.Tests;

/// <summary>A whole client over links that swallow, reset or lose packets, in a network namespace of its own.</summary>
public sealed class BadLinkTests(Link link) : VenueTest, IClassFixture<Link>
{
    [FilteredLinkFact]
    public async Task A_link_that_swallows_everything_is_noticed_by_the_missing_pong_and_every_topic_flows_once_it_passes_again()
    {
        await using var client = await ConnectAsync(Options(link.Url("venue")) with
        {
            ConnectTimeout = TimeSpan.FromSeconds(3),
            Heartbeat = new HeartbeatOptions { PingInterval = TimeSpan.FromMilliseconds(200), PongTimeout = TimeSpan.FromSeconds(2) },
        });
        await using var updates = await client.SubscribeAsync(Topics, Ct);
        await FlowingAsync(updates, 1);
        var flowing = FlowingAsync(updates, 2);
        var lost = NextAsync<ConnectionInterrupted>(client);
        var unreachable = NextAsync<Reconnecting>(client, e => e.Reason.Class == ErrorClass.ConnectTimeout);

        link.Swallow();
        try
        {
            Assert.Equal(ErrorClass.MissedPong, (await lost).Reason.Class);
            await unreachable;
        }
        finally
        {
            link.Pass();
        }

        await flowing;
    }

    [FilteredLinkFact]
    public async Task A_link_that_resets_is_a_reset_and_every_topic_flows_once_it_passes_again()
    {
        await using var client = await ConnectAsync(Options(link.Url("venue")) with
        {
            Heartbeat = new HeartbeatOptions { PingInterval = TimeSpan.FromMilliseconds(200), PongTimeout = TimeSpan.FromSeconds(20) },
        });
        await using var updates = await client.SubscribeAsync(Topics, Ct);
        await FlowingAsync(updates, 1);
        var flowing = FlowingAsync(updates, 2);
        var lost = NextAsync<ConnectionInterrupted>(client);
        var refused = NextAsync<Reconnecting>(client, e => e.Reason.Class == ErrorClass.Refused);

        link.Reset();
        try
        {
            Assert.Equal(ErrorClass.Reset, (await lost).Reason.Class);
            await refused;
        }
        finally
        {
            link.Pass();
        }

        await flowing;
    }

    [FilteredLinkFact]
    public async Task A_link_that_loses_one_packet_of_ten_loses_no_update_and_no_order()
    {
        await using var client = await ConnectAsync(Options(link.Url("venue")));
        await using var updates = await client.SubscribeAsync("trades", Ct);

        link.Lose();
        try
        {
            long last = 0;
            var count = 0;
            await foreach (var update in updates.WithCancellation(Ct))
            {
                var number = JsonElement.Parse(update.Payload.Span).GetProperty("n").GetInt64();
                Assert.True(last == 0 || number == last + 1, $"{number} after {last}");
                last = number;
                if (++count == 500)
                    break;
            }
        }
        finally
        {
            link.Pass();
        }

        Assert.Equal(1, client.Epoch.Value);
    }
}
