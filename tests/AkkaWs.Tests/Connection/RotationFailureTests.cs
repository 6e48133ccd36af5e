using System.Net;
using Akka.Actor;
using AkkaWs.Client;
using AkkaWs.Errors;
using AkkaWs.Messages;
using AkkaWs.Testing;
using AkkaWs.Tests.Support;

namespace AkkaWs.Tests.Connection;

/// <summary>What goes wrong while rotating, in each phase: the old connection stays in charge as long as the new one is not confirmed.</summary>
public sealed class RotationFailureTests : RotationTest
{
    private readonly TaskCompletionSource _upgrade = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _upgrades;

    public enum Phase
    {
        Upgrading,
        LoggingIn,
        Subscribing,
        Overlapping,
    }

    public static TheoryData<Phase> Phases => [.. Enum.GetValues<Phase>()];

    [Fact]
    public async Task A_refused_upgrade_leaves_the_old_one_in_charge()
    {
        await using var server = await LineServer.StartAsync();
        await using var client = await ConnectAsync(server, "refused");
        server.Server.RefuseConnections(HttpStatusCode.ServiceUnavailable);

        var error = await Assert.ThrowsAsync<RotationFailedException>(() => client.RotateAsync(Ct).WaitAsync(Deadline));

        Assert.Contains("503", error.Message, StringComparison.Ordinal);
        await server.Server.AcceptConnectionsAsync(Ct);
        await StillWorksAsync(server, client, nextEpoch: 3);
    }

    [Fact]
    public async Task A_rejected_login_leaves_the_old_one_in_charge()
    {
        await using var server = await LineServer.StartAsync();
        await using var client = await ConnectAsync(server, "rejected", new LineProtocol { Authenticates = true, IsNumbered = true });
        server.LoginRejection = "expired";

        var error = await Assert.ThrowsAsync<RotationFailedException>(() => client.RotateAsync(Ct).WaitAsync(Deadline));

        Assert.Contains("expired", error.Message, StringComparison.Ordinal);
        server.LoginRejection = null;
        await StillWorksAsync(server, client, nextEpoch: 3);
    }

    [Fact]
    public async Task A_refused_topic_leaves_the_old_one_in_charge()
    {
        await using var server = await LineServer.StartAsync();
        await using var client = await ConnectAsync(server, "topic");
        server.RefusedTopics.Add("a");

        await Assert.ThrowsAsync<RotationFailedException>(() => client.RotateAsync(Ct).WaitAsync(Deadline));

        server.RefusedTopics.Clear();
        await StillWorksAsync(server, client, nextEpoch: 3);
    }

    [Theory]
    [InlineData(Phase.Upgrading)]
    [InlineData(Phase.LoggingIn)]
    [InlineData(Phase.Subscribing)]
    public async Task A_new_connection_that_hangs_is_given_up_in_time(Phase phase)
    {
        await using var server = await StartAsync(phase);
        await using var client = await ConnectAsync(server, "hangs", Protocol);
        var rotating = await RotateToAsync(server, client, phase);

        Scheduler.Advance(TimeSpan.FromSeconds(30));

        await Assert.ThrowsAsync<RotationFailedException>(() => rotating.WaitAsync(Deadline));
        Resume(server);
        await StillWorksAsync(server, client, nextEpoch: 3);
        _upgrade.SetResult();
    }

    [Theory]
    [InlineData(Phase.LoggingIn)]
    [InlineData(Phase.Subscribing)]
    public async Task A_new_connection_that_breaks_leaves_the_old_one_in_charge(Phase phase)
    {
        await using var server = await StartAsync(phase);
        await using var client = await ConnectAsync(server, "breaks", Protocol);
        var rotating = await RotateToAsync(server, client, phase);

        (await ConnectionAsync(server, 2)).Drop();

        await Assert.ThrowsAsync<RotationFailedException>(() => rotating.WaitAsync(Deadline));
        Resume(server);
        await StillWorksAsync(server, client, nextEpoch: 3);
    }

    [Theory]
    [InlineData(Phase.Upgrading)]
    [InlineData(Phase.LoggingIn)]
    [InlineData(Phase.Subscribing)]
    public async Task An_old_connection_that_breaks_before_the_new_one_is_confirmed_is_an_ordinary_loss(Phase phase)
    {
        await using var server = await StartAsync(phase);
        await using var client = await ConnectAsync(server, "old-breaks", Protocol);
        var rotating = await RotateToAsync(server, client, phase);
        Resume(server);

        (await ConnectionAsync(server, 1)).Drop();

        await Assert.ThrowsAsync<RotationFailedException>(() => rotating.WaitAsync(Deadline));
        await AwaitAssertAsync(() => Assert.Collection(Got, m => Assert.IsType<Interrupted>(m), m => Assert.IsType<Restored>(m)), Deadline);
        Assert.Equal(3, client.Epoch.Value);
        _upgrade.SetResult();
        await AliveAsync(server, 1);
    }

    [Fact]
    public async Task An_old_connection_that_breaks_after_the_new_one_is_confirmed_is_missed_by_nobody()
    {
        await using var server = await StartAsync(Phase.Overlapping);
        await using var client = await ConnectAsync(server, "old-breaks-late", Protocol);
        var rotating = await RotateToAsync(server, client, Phase.Overlapping);
        await SendAsync(await ConnectionAsync(server, 2), 1, 2);

        (await ConnectionAsync(server, 1)).Drop();

        Assert.Equal(2, (await rotating.WaitAsync(Deadline)).Epoch.Value);
        await GotAsync((1, 2), (2, 2));
    }

    [Fact]
    public async Task A_new_connection_that_breaks_once_it_is_in_charge_is_an_ordinary_loss()
    {
        await using var server = await StartAsync(Phase.Overlapping);
        await using var client = await ConnectAsync(server, "new-breaks-late", Protocol);
        var rotating = await RotateToAsync(server, client, Phase.Overlapping);

        (await ConnectionAsync(server, 2)).Drop();

        await Assert.ThrowsAsync<RotationFailedException>(() => rotating.WaitAsync(Deadline));
        await AwaitAssertAsync(() => Assert.Collection(Got, m => Assert.IsType<Interrupted>(m), m => Assert.IsType<Restored>(m)), Deadline);
        await AliveAsync(server, 1);
        Resume(server);
        await server.Server.WaitForConnectionsAsync(1, Deadline, Ct);
        Assert.Equal(4, (await client.RotateAsync(Ct).WaitAsync(Deadline)).Epoch.Value);
    }

    [Theory]
    [MemberData(nameof(Phases))]
    public async Task A_close_ends_both(Phase phase)
    {
        await using var server = await StartAsync(phase);
        await using var client = await ConnectAsync(server, "close", Protocol);
        var rotating = await RotateToAsync(server, client, phase);

        await client.CloseAsync(Ct).WaitAsync(Deadline);

        await Assert.ThrowsAnyAsync<WebSocketClientException>(() => rotating.WaitAsync(Deadline));
        _upgrade.SetResult();
        await AliveAsync(server, 0);
        await AwaitAssertAsync(() => Assert.IsType<TopicClosed>(Assert.Single(Got)), Deadline);
    }

    [Theory]
    [MemberData(nameof(Phases))]
    public async Task A_crash_of_the_actor_ends_both_and_the_connection_heals(Phase phase)
    {
        await using var server = await StartAsync(phase);
        var protocol = Protocol;
        await using var client = await ConnectAsync(server, "crash", protocol);
        var rotating = await RotateToAsync(server, client, phase);
        var watcher = await WatchAsync(client);
        var crashes = 1;
        protocol.FailSubscribe = () => crashes-- > 0 ? new InvalidOperationException("bug") : null!;
        Resume(server);

        _ = client.Connection.Ask<object>(new Subscribe(["b"], CreateTestProbe()), Deadline);

        await Assert.ThrowsAsync<RotationFailedException>(() => rotating.WaitAsync(Deadline));
        var next = await NextAsync<Reconnecting>(watcher);
        await SettleAsync(client);
        Scheduler.Advance(next.Delay);
        _upgrade.SetResult();
        await AwaitAssertAsync(() => Assert.Collection(Got, m => Assert.IsType<Interrupted>(m), m => Assert.IsType<Restored>(m)), Deadline);
        await AliveAsync(server, 1);
        await SettleAsync(client);
        Assert.Equal(4, (await client.RotateAsync(Ct).WaitAsync(Deadline)).Epoch.Value);
    }

    [Fact]
    public async Task While_the_connection_is_down_there_is_nothing_to_rotate()
    {
        await using var server = await LineServer.StartAsync();
        server.AnswersLogin = false;
        await using var client = await OpenAsync(Quiet(server, "down"), Protocol);

        await Assert.ThrowsAsync<RotationFailedException>(() => client.RotateAsync(Ct).WaitAsync(Deadline));

        await client.CloseAsync(Ct);
        await Assert.ThrowsAsync<ConnectionClosedException>(() => client.RotateAsync(Ct).WaitAsync(Deadline));
    }

    private static LineProtocol Protocol => new() { Authenticates = true, IsNumbered = true };

    private Task<LineServer> StartAsync(Phase phase) => phase != Phase.Upgrading ? LineServer.StartAsync() : LineServer.StartAsync(
        new ScriptedServerOptions
        {
            OnUpgrade = async _ =>
            {
                if (Interlocked.Increment(ref _upgrades) == 2)
                    await _upgrade.Task;
                return true;
            },
        });

    /// <summary>Begins a rotation and returns when it stands still in the phase.</summary>
    private async Task<Task<Rotated>> RotateToAsync(LineServer server, WebSocketClient client, Phase phase)
    {
        server.AnswersLogin = phase != Phase.LoggingIn;
        server.ConfirmsSubscriptions = phase != Phase.Subscribing;
        server.ConfirmsUnsubscriptions = phase != Phase.Overlapping;
        var rotating = client.RotateAsync(Ct);
        if (phase == Phase.Upgrading)
            await AwaitAssertAsync(() => Assert.Equal(2, Volatile.Read(ref _upgrades)), Deadline);
        else
            await SentAsync(await ConnectionAsync(server, phase == Phase.Overlapping ? 1 : 2), phase switch
            {
                Phase.LoggingIn => "auth",
                Phase.Subscribing => "sub",
                _ => "unsub",
            });
        await SettleAsync(client);
        return rotating;
    }

    /// <summary>Whoever asks from now on is answered; an upgrade that is held back stays so.</summary>
    private static void Resume(LineServer server) =>
        (server.AnswersLogin, server.ConfirmsSubscriptions, server.ConfirmsUnsubscriptions) = (true, true, true);

    private async Task StillWorksAsync(LineServer server, WebSocketClient client, long nextEpoch)
    {
        Assert.Equal((1, ConnectionState.Ready), (client.Epoch.Value, client.State));
        await SendAsync(await ConnectionAsync(server, 1), 1);
        await GotAsync((1, 1));
        await AliveAsync(server, 1);

        Assert.Equal(nextEpoch, (await client.RotateAsync(Ct).WaitAsync(Deadline)).Epoch.Value);
        await AliveAsync(server, 1);
        await SendAsync(server.Connection, 2);
        await GotAsync((1, 1), (2, nextEpoch));
    }
}
