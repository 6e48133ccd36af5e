using AkkaWs.Errors;
using AkkaWs.Messages;
using AkkaWs.Options;
using AkkaWs.Tests.Support;

namespace AkkaWs.Tests.Connection;

/// <summary>The new physical connection is up and confirmed before the old one goes.</summary>
public sealed class RotationTests : RotationTest
{
    [Fact]
    public async Task The_new_connection_logs_in_greets_and_subscribes_before_the_old_one_unsubscribes_and_closes()
    {
        await using var server = await LineServer.StartAsync();
        await using var client = await ConnectAsync(server, "order", new LineProtocol { Authenticates = true, Greetings = ["hello"], IsNumbered = true });

        var rotated = await client.RotateAsync(Ct).WaitAsync(Deadline);

        Assert.Equal((2, 1), (rotated.Epoch.Value, rotated.Previous.Value));
        Assert.True(rotated.Overlap > TimeSpan.Zero);
        var connections = server.Server.ConnectionHistory;
        Assert.Equal(["auth", "hello", "sub", "unsub"], connections[0].Received.Select(m => m.Text.Split('|')[0]));
        Assert.Equal(["auth", "hello", "sub"], connections[1].Received.Select(m => m.Text.Split('|')[0]));
        await AliveAsync(server, 1);
        await SendAsync(await ConnectionAsync(server, 2), 1);
        await GotAsync((1, 2));
        var status = await client.GetStatusAsync(Ct);
        Assert.Equal((1, 0, 1, 1), (status.Rotations, status.Reconnects, status.DesiredTopics, status.ConfirmedTopics));
    }

    [Fact]
    public async Task What_both_bring_is_delivered_once_and_in_order()
    {
        await using var server = await LineServer.StartAsync();
        server.ConfirmsUnsubscriptions = false;
        await using var client = await ConnectAsync(server, "once");
        var (old, rotating) = (await ConnectionAsync(server, 1), client.RotateAsync(Ct));
        await InEpochAsync(client, 2);
        var next = await ConnectionAsync(server, 2);

        await SendAsync(next, 2, 3, 4, 5);
        await ReceivedAsync(client, messages: 2 + 4);
        await SendAsync(old, 1, 2, 3);
        await GotAsync((1, 1), (2, 1), (3, 1));
        await LeaveTopicsAsync(old);

        await rotating.WaitAsync(Deadline);
        await SendAsync(next, 6);
        await GotAsync((1, 1), (2, 1), (3, 1), (4, 2), (5, 2), (6, 2));
        Assert.Equal(2, (await client.GetStatusAsync(Ct)).DuplicateUpdates);
    }

    [Fact]
    public async Task Without_sequence_numbers_nothing_is_lost_and_duplicates_pass()
    {
        await using var server = await LineServer.StartAsync();
        server.ConfirmsUnsubscriptions = false;
        await using var client = await ConnectAsync(server, "unnumbered", new LineProtocol());
        var (old, rotating) = (await ConnectionAsync(server, 1), client.RotateAsync(Ct));
        await InEpochAsync(client, 2);

        await SendAsync(await ConnectionAsync(server, 2), 1, 2);
        await ReceivedAsync(client, messages: 2 + 2);
        await SendAsync(old, 1);
        await GotAsync((1, 1));
        await LeaveTopicsAsync(old);

        await rotating.WaitAsync(Deadline);
        await GotAsync((1, 1), (1, 2), (2, 2));
    }

    [Fact]
    public async Task When_no_more_can_be_held_the_new_connection_waits_to_be_read()
    {
        await using var server = await LineServer.StartAsync();
        server.ConfirmsUnsubscriptions = false;
        await using var client = await ConnectAsync(server, "full", rotation: new RotationOptions { MaxHeldUpdates = 2 });
        var (old, rotating) = (await ConnectionAsync(server, 1), client.RotateAsync(Ct));
        await InEpochAsync(client, 2);

        await SendAsync(await ConnectionAsync(server, 2), [.. Enumerable.Range(2, 500)]);
        await ReceivedAsync(client, messages: 2 + 2);
        await SendAsync(old, 1, 2, 3);
        await GotAsync((1, 1), (2, 1), (3, 1));
        await LeaveTopicsAsync(old);

        await rotating.WaitAsync(Deadline);
        await GotAsync([(1, 1), (2, 1), (3, 1), .. Enumerable.Range(4, 498).Select(number => (number, 2L))]);
    }

    [Fact]
    public async Task When_no_more_can_be_held_and_the_venue_confirms_nothing_the_new_connection_delivers_at_once()
    {
        await using var server = await LineServer.StartAsync();
        await using var client = await ConnectAsync(
            server, "full-unconfirmed", new LineProtocol { Confirms = false, IsNumbered = true }, new RotationOptions { MaxHeldUpdates = 2 });
        var rotating = client.RotateAsync(Ct);
        await InEpochAsync(client, 2);

        await SendAsync(await ConnectionAsync(server, 2), 1, 2, 3);

        await rotating.WaitAsync(Deadline);
        await GotAsync((1, 2), (2, 2), (3, 2));
    }

    [Fact]
    public async Task What_the_old_one_has_delivered_is_held_no_longer()
    {
        await using var server = await LineServer.StartAsync();
        server.ConfirmsUnsubscriptions = false;
        await using var client = await ConnectAsync(server, "pruned", rotation: new RotationOptions { MaxHeldUpdates = 3 });
        var (old, rotating) = (await ConnectionAsync(server, 1), client.RotateAsync(Ct));
        await InEpochAsync(client, 2);
        var next = await ConnectionAsync(server, 2);
        await SendAsync(old, 1, 2, 3, 4, 5, 6);
        await GotAsync((1, 1), (2, 1), (3, 1), (4, 1), (5, 1), (6, 1));

        for (var number = 1; number <= 7; number++)
            await SendAsync(next, number);

        await ReceivedAsync(client, messages: 2 + 6 + 7);
        await GotAsync((1, 1), (2, 1), (3, 1), (4, 1), (5, 1), (6, 1));
        await LeaveTopicsAsync(old);
        await rotating.WaitAsync(Deadline);
        await GotAsync((1, 1), (2, 1), (3, 1), (4, 1), (5, 1), (6, 1), (7, 2));
    }

    [Fact]
    public async Task A_request_in_flight_finishes_on_the_old_socket_and_a_new_one_goes_to_the_new_socket()
    {
        await using var server = await LineServer.StartAsync();
        server.AnswersRequests = false;
        await using var client = await ConnectAsync(server, "in-flight");
        var old = await ConnectionAsync(server, 1);
        var early = client.RequestRawAsync(new Request("early"u8.ToArray()) { Id = "early" }, Ct);
        await SentAsync(old, "req|early");

        var rotating = client.RotateAsync(Ct);
        await InEpochAsync(client, 2);
        server.AnswersRequests = true;
        await client.RequestRawAsync(Request("late"), Ct).WaitAsync(Deadline);

        Assert.False(rotating.IsCompleted);
        Assert.True(old.IsOpen);
        await old.SendTextAsync("R|early|ok|done", Ct);
        Assert.Equal("done"u8.ToArray(), (await early.WaitAsync(Deadline)).Result.ToArray());
        await rotating.WaitAsync(Deadline);
        await AliveAsync(server, 1);
        Assert.Contains((await ConnectionAsync(server, 2)).Received, m => m.Text.EndsWith("|late", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_request_that_the_old_socket_does_not_answer_holds_it_up_for_the_time_of_the_overlap_only()
    {
        await using var server = await LineServer.StartAsync();
        server.AnswersRequests = false;
        await using var client = await ConnectAsync(server, "unanswered");
        var request = client.RequestRawAsync(Request("order"), Ct);
        await SentAsync(await ConnectionAsync(server, 1), "req|");
        var rotating = client.RotateAsync(Ct);
        await InEpochAsync(client, 2);
        await SettleAsync(client);
        Assert.False(rotating.IsCompleted);

        Scheduler.Advance(new RotationOptions().Overlap);

        await rotating.WaitAsync(Deadline);
        await Assert.ThrowsAsync<SentOutcomeUnknownException>(() => request.WaitAsync(Deadline));
        await AliveAsync(server, 1);
    }

    [Fact]
    public async Task Where_the_venue_confirms_nothing_both_run_side_by_side_for_the_time_of_the_overlap()
    {
        await using var server = await LineServer.StartAsync();
        await using var client = await ConnectAsync(server, "unconfirmed", new LineProtocol { Confirms = false, IsNumbered = true });
        var (old, rotating) = (await ConnectionAsync(server, 1), client.RotateAsync(Ct));
        await InEpochAsync(client, 2);
        await SettleAsync(client);
        var received = (await client.GetStatusAsync(Ct)).MessagesReceived;
        await SendAsync(await ConnectionAsync(server, 2), 2, 3);
        await SendAsync(old, 1, 2);
        await GotAsync((1, 1), (2, 1));
        await ReceivedAsync(client, received + 4);

        Scheduler.Advance(new RotationOptions().Overlap);

        await rotating.WaitAsync(Deadline);
        await GotAsync((1, 1), (2, 1), (3, 2));
    }

    [Fact]
    public async Task Topics_that_come_and_go_meanwhile_are_as_wished_afterwards()
    {
        await using var server = await LineServer.StartAsync();
        await using var client = await ConnectAsync(server, "changing");
        await using var leaving = await client.SubscribeAsync(["b", "c"], Ct);
        server.ConfirmsSubscriptions = false;
        var rotating = client.RotateAsync(Ct);
        var next = await ConnectionAsync(server, 2);
        await SentAsync(next, "sub|");
        var joining = client.SubscribeAsync("d", Ct);
        await leaving.DisposeAsync();
        await SentAsync(await ConnectionAsync(server, 1), "unsub|");
        server.ConfirmsSubscriptions = true;

        foreach (var asked in next.Received.Where(m => m.Text.StartsWith("sub|", StringComparison.Ordinal)))
            await next.SendTextAsync($"A|{asked.Text.Split('|')[1]}|ok", Ct);

        await rotating.WaitAsync(Deadline);
        await using var joined = await joining.WaitAsync(Deadline);
        await AwaitAssertAsync(
            async () =>
            {
                var status = await client.GetStatusAsync(Ct);
                Assert.Equal((2, 2), (status.DesiredTopics, status.ConfirmedTopics));
            },
            Deadline);
        await SentAsync(next, "unsub|");
        await SendAsync(next, 1);
        await GotAsync((1, 2));
    }

    [Fact]
    public async Task Who_wants_every_message_gets_those_of_both()
    {
        await using var server = await LineServer.StartAsync();
        await using var client = await ConnectAsync(server, "everything");
        await using var everything = await client.SubscribeToEverythingAsync(Ct);

        await client.RotateAsync(Ct).WaitAsync(Deadline);
        await SendAsync(await ConnectionAsync(server, 2), 1);

        var epochs = new List<long>();
        await foreach (var message in everything.WithCancellation(Ct))
        {
            Assert.Equal(epochs.Count + 1, message.Sequence);
            epochs.Add(message.Epoch.Value);
            if (Text(message) == "U|a|1")
                break;
        }

        Assert.Equal([1, 2, 2], epochs);
    }

    [Fact]
    public async Task A_venue_that_allows_one_session_gets_a_plain_reconnect_once_its_requests_are_answered()
    {
        await using var server = await LineServer.StartAsync();
        server.AnswersRequests = false;
        await using var client = await ConnectAsync(server, "one-session", new LineProtocol { TakesOneSession = true });
        var old = await ConnectionAsync(server, 1);
        var request = client.RequestRawAsync(new Request("x"u8.ToArray()) { Id = "x" }, Ct);
        await SentAsync(old, "req|x");
        var rotating = client.RotateAsync(Ct);
        await SettleAsync(client);
        Assert.Equal(1, server.Server.ConnectionsAccepted);
        await old.SendTextAsync("R|x|ok|done", Ct);

        var rotated = await rotating.WaitAsync(Deadline);

        await request.WaitAsync(Deadline);
        Assert.Equal((2, 1, TimeSpan.Zero), (rotated.Epoch.Value, rotated.Previous.Value, rotated.Overlap));
        await AwaitAssertAsync(() => Assert.Collection(Got, m => Assert.Equal(ErrorClass.Rotation, Assert.IsType<Interrupted>(m).Reason.Class), m => Assert.IsType<Restored>(m)), Deadline);
        await AwaitAssertAsync(() => Assert.False(old.IsOpen), Deadline);
        Assert.Equal((1, 1), ((await client.GetStatusAsync(Ct)).Rotations, (await client.GetStatusAsync(Ct)).Reconnects));
    }
}
