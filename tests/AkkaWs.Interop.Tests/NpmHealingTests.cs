using AkkaWs.Errors;
using AkkaWs.Messages;
using AkkaWs.Options;

namespace AkkaWs.Interop.Tests;

/// <summary>The worst days, with a server that others wrote: after each the connection is Ready, and every topic flows.</summary>
public sealed class NpmHealingTests : VenueTest
{
    private NpmVenue _venue = null!;

    public override async Task InitializeAsync()
    {
        if (NpmPackage.Ws.Missing is null)
            _venue = await NpmVenue.StartAsync();
    }

    public override async Task DisposeAsync()
    {
        await base.DisposeAsync();
        if (_venue is not null)
            await _venue.DisposeAsync();
    }

    [NpmWsFact]
    public async Task A_server_that_is_killed_and_started_again_finds_its_client_and_its_topics()
    {
        await using var client = await ConnectAsync(Options(_venue.Url));
        await using var updates = await client.SubscribeAsync(Topics, Ct);
        await FlowingAsync(updates, 1);
        var flowing = FlowingAsync(updates, 2);
        var refused = NextAsync<Reconnecting>(client, e => e.Reason.Class == ErrorClass.Refused);

        await _venue.KillAsync();
        await refused;
        await _venue.RiseAsync();

        await flowing;
    }

    [NpmWsFact]
    public async Task A_hundred_drops_in_a_row_lose_no_topic()
    {
        var options = Options(_venue.Url);
        await using var client = await ConnectAsync(options with { Reconnect = options.Reconnect with { StableAfter = TimeSpan.Zero } });
        await using var updates = await client.SubscribeAsync(Topics, Ct);

        for (var epoch = 1; epoch <= 100; epoch++)
        {
            await FlowingAsync(updates, epoch);
            await _venue.DoAsync("drop");
        }

        await FlowingAsync(updates, 101);
        Assert.Equal(100, (await client.GetStatusAsync(Ct)).Reconnects);
    }

    [NpmWsFact]
    public async Task A_server_that_accepts_and_closes_again_and_again_is_not_hammered()
    {
        await _venue.DoAsync("flapping");
        await using var client = await OpenAsync(Options(_venue.Url) with
        {
            Reconnect = new ReconnectOptions { InitialDelay = TimeSpan.FromMilliseconds(20), MaxDelay = TimeSpan.FromSeconds(30), Jitter = 0 },
        });
        List<Reconnecting> attempts = [];
        await foreach (var happened in client.WatchAsync(Ct))
        {
            if (happened is Reconnecting planned)
                attempts.Add(planned);
            if (attempts.Count == 5)
                break;
        }

        // Each accepts, so each attempt succeeds; it is no success until it has lasted.
        for (var i = 1; i < attempts.Count; i++)
        {
            Assert.Equal(attempts[i - 1].Attempt + 1, attempts[i].Attempt);
            Assert.Equal(attempts[i - 1].Delay * 2, attempts[i].Delay);
        }

        Assert.InRange(await _venue.DoAsync("good"), attempts[^1].Attempt, attempts[^1].Attempt + 3);
        await client.WaitUntilReadyAsync(Ct);
        await using var updates = await client.SubscribeAsync(Topics, Ct);
        await FlowingAsync(updates, 1);
    }

    [NpmWsFact]
    public async Task A_handshake_that_stalls_ends_at_its_deadline_and_is_tried_again()
    {
        await _venue.DoAsync("mute-upgrade");
        await using var client = await OpenAsync(Options(_venue.Url) with { ConnectTimeout = TimeSpan.FromSeconds(1) });
        await NextAsync<Reconnecting>(client, e => e.Reason.Class == ErrorClass.ConnectTimeout);

        await _venue.DoAsync("good");

        await using var updates = await client.SubscribeAsync(Topics, Ct);
        await FlowingAsync(updates, 2);
    }

    [NpmWsFact]
    public async Task A_login_that_stalls_ends_at_its_deadline_and_is_tried_again()
    {
        await _venue.DoAsync("mute-auth");
        await using var client = await OpenAsync(Options(_venue.Url) with { AuthenticationTimeout = TimeSpan.FromSeconds(1) }, login: true);
        await NextAsync<Reconnecting>(client, e => e.Reason.Class == ErrorClass.AuthenticationFailed);

        await _venue.DoAsync("good");

        await using var updates = await client.SubscribeAsync(Topics, Ct);
        await FlowingAsync(updates, 2);
    }

    [NpmWsFact]
    public async Task A_server_that_stops_answering_is_noticed_and_replaced()
    {
        await using var client = await ConnectAsync(Options(_venue.Url) with
        {
            Heartbeat = new HeartbeatOptions { PingInterval = TimeSpan.FromMilliseconds(200), PongTimeout = TimeSpan.FromSeconds(3) },
        });
        await using var updates = await client.SubscribeAsync(Topics, Ct);
        await FlowingAsync(updates, 1);
        var flowing = FlowingAsync(updates, 2);
        var lost = NextAsync<ConnectionInterrupted>(client);

        await _venue.DoAsync("freeze");

        Assert.Equal(ErrorClass.MissedPong, (await lost).Reason.Class);
        await flowing;
    }
}
