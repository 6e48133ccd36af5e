using System.Text;
using Akka.Actor;
using AkkaWs.Errors;
using AkkaWs.Messages;
using AkkaWs.Options;
using AkkaWs.Testing;
using AkkaWs.Tests.Support;

namespace AkkaWs.Tests.Connection;

/// <summary>What two connections bring in a rotation is one stream, and where something of it is missing there is a marker.</summary>
public sealed class RotationOrderTests : RotationTest
{
    [Fact]
    public async Task What_the_old_connection_still_brings_when_the_new_one_breaks_does_not_come_between_the_markers()
    {
        for (var round = 0; round < 5; round++)
        {
            await using var server = await LineServer.StartAsync();
            server.ConfirmsUnsubscriptions = false;
            await using var client = await ConnectAsync(server, $"flood-{round}");
            var (old, rotating) = (await ConnectionAsync(server, 1), client.RotateAsync(Ct));
            await InEpochAsync(client, 2);
            var flooding = FloodAsync(old);
            await AwaitAssertAsync(() => Assert.InRange(Got.Count, 1_000, int.MaxValue), Deadline);

            (await ConnectionAsync(server, 2)).Drop();

            await Assert.ThrowsAsync<RotationFailedException>(() => rotating.WaitAsync(Deadline));
            await AwaitAssertAsync(() => Assert.IsType<Restored>(Got.Last()), Deadline);
            await flooding.WaitAsync(Deadline);
            Assert.Equal([typeof(Interrupted), typeof(Restored)], Got.SkipWhile(m => m is TopicUpdate).Select(m => m.GetType()));
            var updates = Got.OfType<TopicUpdate>().Select(update => update.Sequence).ToList();
            Assert.Equal(Enumerable.Range(1, updates.Count).Select(number => (long)number), updates);
        }
    }

    [Fact]
    public async Task Who_wants_every_message_gets_each_once_and_those_of_the_old_connection_first()
    {
        await using var server = await LineServer.StartAsync();
        (server.AnswersRequests, server.ConfirmsUnsubscriptions) = (false, false);
        await using var client = await ConnectAsync(server, "all-once");
        await using var everything = await client.SubscribeToEverythingAsync(Ct);
        var old = await ConnectionAsync(server, 1);
        var early = client.RequestRawAsync(new Request("early"u8.ToArray()) { Id = "early" }, Ct);
        await SentAsync(old, "req|early");
        var rotating = client.RotateAsync(Ct);
        await InEpochAsync(client, 2);
        var next = await ConnectionAsync(server, 2);
        await SendAsync(next, 2, 3);
        await ReceivedAsync(client, messages: 2 + 2);
        await SendAsync(old, 1, 2);
        await GotAsync((1, 1), (2, 1));

        await LeaveTopicsAsync(old);
        await GotAsync((1, 1), (2, 1), (3, 2));
        await SendAsync(next, 4);
        await GotAsync((1, 1), (2, 1), (3, 2), (4, 2));
        await old.SendTextAsync("R|early|ok|done", Ct);
        await early.WaitAsync(Deadline);
        await rotating.WaitAsync(Deadline);
        await SendAsync(next, 5);

        List<(long Epoch, string Text)> all = [];
        await foreach (var message in everything.WithCancellation(Ct))
        {
            Assert.Equal(all.Count + 1, message.Sequence);
            all.Add((message.Epoch.Value, Text(message) is ['A', ..] ? "A" : Text(message)));
            if (Text(message) == "U|a|5")
                break;
        }

        Assert.Equal([(1, "U|a|1"), (1, "U|a|2"), (1, "A"), (1, "R|early|ok|done"), (2, "A"), (2, "U|a|3"), (2, "U|a|4"), (2, "U|a|5")], all);
    }

    [Fact]
    public async Task Where_no_more_can_be_held_for_who_wants_every_message_the_old_connection_is_not_waited_for()
    {
        await using var server = await LineServer.StartAsync();
        server.AnswersRequests = false;
        await using var client = await ConnectAsync(server, "all-full", rotation: new RotationOptions { MaxHeldUpdates = 3 });
        await using var everything = await client.SubscribeToEverythingAsync(Ct);
        var old = await ConnectionAsync(server, 1);
        var early = client.RequestRawAsync(new Request("early"u8.ToArray()) { Id = "early" }, Ct);
        await SentAsync(old, "req|early");
        var rotating = client.RotateAsync(Ct);
        await InEpochAsync(client, 2);

        await SendAsync(await ConnectionAsync(server, 2), 1, 2, 3, 4);

        List<string> all = [];
        await foreach (var message in everything.WithCancellation(Ct))
        {
            all.Add(Text(message) is ['A', ..] ? $"A of {message.Epoch}" : Text(message));
            if (Text(message) == "U|a|4")
                break;
        }

        Assert.Equal(["A of 1", "A of 2", "U|a|1", "U|a|2", "U|a|3", "U|a|4"], all);
        await old.SendTextAsync("R|early|ok|done", Ct);
        await early.WaitAsync(Deadline);
        await rotating.WaitAsync(Deadline);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task An_old_connection_that_breaks_before_it_has_brought_all_leaves_a_marker_where_something_may_be_missing(bool isNumbered)
    {
        await using var server = await LineServer.StartAsync();
        server.ConfirmsUnsubscriptions = false;
        await using var client = await ConnectAsync(server, "torn-" + isNumbered, new LineProtocol { IsNumbered = isNumbered });
        var (old, rotating) = (await ConnectionAsync(server, 1), client.RotateAsync(Ct));
        await InEpochAsync(client, 2);
        await SendAsync(old, 1, 2);
        await AwaitAssertAsync(() => Assert.Equal(2, Got.Count), Deadline);
        await SendAsync(await ConnectionAsync(server, 2), 5, 6);
        await ReceivedAsync(client, messages: 2 + 4);

        old.Drop();

        await rotating.WaitAsync(Deadline);
        await AwaitAssertAsync(() => Assert.Equal(["U|a|1", "U|a|2", "interrupted 1", "restored 2", "U|a|5", "U|a|6"], Told(Got)), Deadline);
    }

    [Fact]
    public async Task An_old_connection_that_breaks_where_the_new_one_goes_on_leaves_no_marker()
    {
        await using var server = await LineServer.StartAsync();
        server.ConfirmsUnsubscriptions = false;
        await using var client = await ConnectAsync(server, "torn-contiguous");
        var (old, rotating) = (await ConnectionAsync(server, 1), client.RotateAsync(Ct));
        await InEpochAsync(client, 2);
        await SendAsync(old, 1, 2);
        await GotAsync((1, 1), (2, 1));
        await SendAsync(await ConnectionAsync(server, 2), 2, 3);
        await ReceivedAsync(client, messages: 2 + 4);

        old.Drop();

        await rotating.WaitAsync(Deadline);
        await GotAsync((1, 1), (2, 1), (3, 2));
    }

    [Fact]
    public async Task A_hole_that_shows_where_the_old_connection_is_no_longer_waited_for_has_a_marker()
    {
        await using var server = await LineServer.StartAsync();
        server.ConfirmsUnsubscriptions = false;
        await using var client = await ConnectAsync(server, "not-waited-for");
        var (old, rotating) = (await ConnectionAsync(server, 1), client.RotateAsync(Ct));
        await InEpochAsync(client, 2);
        await SendAsync(old, 1);
        await GotAsync((1, 1));
        await SendAsync(await ConnectionAsync(server, 2), 4);
        await ReceivedAsync(client, messages: 2 + 2);
        await SettleAsync(client);

        Scheduler.Advance(new RotationOptions().Overlap);

        await rotating.WaitAsync(Deadline);
        await AwaitAssertAsync(() => Assert.Equal(["U|a|1", "interrupted 1", "restored 2", "U|a|4"], Told(Got)), Deadline);
    }

    [Fact]
    public async Task Who_wants_every_message_is_told_of_an_old_connection_that_breaks()
    {
        await using var server = await LineServer.StartAsync();
        server.ConfirmsUnsubscriptions = false;
        await using var client = await ConnectAsync(server, "all-torn");
        await using var everything = await client.SubscribeToEverythingAsync(Ct);
        var (old, rotating) = (await ConnectionAsync(server, 1), client.RotateAsync(Ct));
        await InEpochAsync(client, 2);

        old.Drop();

        await rotating.WaitAsync(Deadline);
        await SendAsync(await ConnectionAsync(server, 2), 1);
        List<string> all = [];
        await foreach (var message in everything.ReadAllAsync(Ct))
        {
            all.Add(message is TopicUpdate update ? Text(update)[..1] : message.GetType().Name);
            if (all[^1] == "U")
                break;
        }

        Assert.Equal(["Interrupted", "Restored", "A", "U"], all);
    }

    [Fact]
    public async Task Who_wants_every_message_gets_what_both_connections_bring_of_a_pattern_once()
    {
        await using var server = await LineServer.StartAsync();
        server.ConfirmsUnsubscriptions = false;
        await using var client = await ConnectAsync(server, "all-pattern");
        await AskAsync<Subscribed>(client.Connection, new Subscribe(["t.*"], CreateTestProbe()));
        await using var everything = await client.SubscribeToEverythingAsync(Ct);
        var (old, rotating) = (await ConnectionAsync(server, 1), client.RotateAsync(Ct));
        await InEpochAsync(client, 2);
        var (next, received) = (await ConnectionAsync(server, 2), (await client.GetStatusAsync(Ct)).MessagesReceived);
        await next.SendTextAsync("U|t.x|2", Ct);
        await old.SendTextAsync("U|t.x|1", Ct);
        await old.SendTextAsync("U|t.x|2", Ct);
        await ReceivedAsync(client, received + 3);

        await LeaveTopicsAsync(old);

        await rotating.WaitAsync(Deadline);
        await next.SendTextAsync("U|t.x|3", Ct);
        List<string> all = [];
        await foreach (var message in everything.WithCancellation(Ct))
        {
            if (Text(message) is ['U', ..] update)
                all.Add($"{update} of {message.Epoch}");
            if (Text(message) == "U|t.x|3")
                break;
        }

        Assert.Equal(["U|t.x|1 of 1", "U|t.x|2 of 1", "U|t.x|3 of 2"], all);
    }

    [Fact]
    public async Task A_topic_that_is_left_and_joined_again_while_the_old_connection_delivers_is_marked_where_the_new_one_begins()
    {
        await using var server = await LineServer.StartAsync();
        server.ConfirmsUnsubscriptions = false;
        await using var client = await ConnectAsync(server, "joined-meanwhile");
        var first = CreateTestProbe();
        await AskAsync<Subscribed>(client.Connection, new Subscribe(["b"], first));
        var (old, rotating) = (await ConnectionAsync(server, 1), client.RotateAsync(Ct));
        await InEpochAsync(client, 2);
        var (next, received) = (await ConnectionAsync(server, 2), (await client.GetStatusAsync(Ct)).MessagesReceived);
        await next.SendTextAsync("U|b|1", Ct);
        await next.SendTextAsync("U|b|2", Ct);
        await ReceivedAsync(client, received + 2);
        await AskAsync<Unsubscribed>(client.Connection, new Unsubscribe(["b"], first));
        await LeaveTopicsAsync(next);
        var (second, got) = Collector.Start(Sys);
        await AskAsync<Subscribed>(client.Connection, new Subscribe(["b"], second));
        await old.SendTextAsync("U|b|3", Ct);
        await AwaitAssertAsync(() => Assert.Equal(["U|b|3"], Told(got)), Deadline);
        await next.SendTextAsync("U|b|6", Ct);
        await ReceivedAsync(client, received + 2 + 2 + 2);

        await LeaveTopicsAsync(old);

        await rotating.WaitAsync(Deadline);
        await AwaitAssertAsync(() => Assert.Equal(["U|b|3", "interrupted 1", "restored 2", "U|b|6"], Told(got)), Deadline);
    }

    [Fact]
    public async Task A_topic_in_doubt_on_the_old_connection_has_its_marker_though_the_new_one_confirms_it_first()
    {
        await using var server = await LineServer.StartAsync();
        await using var client = await ConnectAsync(server, "in-doubt-before");
        var first = CreateTestProbe();
        var (second, got) = Collector.Start(Sys);
        await AskAsync<Subscribed>(client.Connection, new Subscribe(["b"], first));
        (server.ConfirmsSubscriptions, server.ConfirmsUnsubscriptions) = (false, false);
        var old = await ConnectionAsync(server, 1);
        await AskAsync<Unsubscribed>(client.Connection, new Unsubscribe(["b"], first));
        await SentAsync(old, "unsub|");
        client.Connection.Tell(new Subscribe(["b"], second), ActorRefs.NoSender);
        await SettleAsync(client);
        Scheduler.Advance(new SubscriptionOptions().ConfirmTimeout);
        await AwaitAssertAsync(() => Assert.Equal(3, old.Received.Count(m => m.Text.StartsWith("sub|", StringComparison.Ordinal))), Deadline);
        server.ConfirmsSubscriptions = true;
        var rotating = client.RotateAsync(Ct);
        await InEpochAsync(client, 2);
        await AwaitAssertAsync(async () => Assert.Equal(2, (await client.GetStatusAsync(Ct)).ConfirmedTopics), Deadline);

        await old.SendTextAsync("U|b|11", Ct);
        await AwaitAssertAsync(() => Assert.Contains("U|b|11", Told(got)), Deadline);
        await old.SendTextAsync("U|b|15", Ct);

        await AwaitAssertAsync(() => Assert.Equal(["U|b|11", "interrupted 1", "restored 1", "U|b|15"], Told(got.SkipWhile(m => m is not TopicUpdate))), Deadline);
        await LeaveTopicsAsync(old);
        await rotating.WaitAsync(Deadline);
    }

    [Fact]
    public async Task A_topic_that_is_left_and_joined_while_what_was_held_is_delivered_brings_nothing_of_the_subscription_before()
    {
        const int Held = 600;
        await using var server = await LineServer.StartAsync();
        server.AnswersRequests = false;
        var options = Quiet(server, "held-meanwhile") with { Subscriptions = new SubscriptionOptions { BatchCredits = 1 } };
        await using var client = await ConnectAsync(options, new LineProtocol { IsNumbered = true });
        var first = CreateTestProbe();
        await AskAsync<Subscribed>(client.Connection, new Subscribe(["a"], first));
        await using var stream = await client.SubscribeAsync("x", new SubscribeOptions { Overflow = OverflowPolicy.Backpressure, Capacity = 1 }, Ct);
        var old = await ConnectionAsync(server, 1);
        var early = client.RequestRawAsync(new Request("early"u8.ToArray()) { Id = "early" }, Ct);
        await SentAsync(old, "req|early");
        server.ConfirmsUnsubscriptions = false;
        var rotating = client.RotateAsync(Ct);
        await InEpochAsync(client, 2);
        var (next, received) = (await ConnectionAsync(server, 2), (await client.GetStatusAsync(Ct)).MessagesReceived);
        for (var number = 1; number <= Held; number++)
            await next.SendTextAsync($"U|x|{number}", Ct);
        await SendAsync(next, 12, 13);
        await ReceivedAsync(client, received + Held + 2);
        await LeaveTopicsAsync(old);

        // The new connection delivers, and its first updates wait for their reader.
        await AwaitAssertAsync(async () => Assert.NotEqual(0, (await client.GetStatusAsync(Ct)).UnreadUpdates), Deadline);
        await AskAsync<Unsubscribed>(client.Connection, new Unsubscribe(["a"], first));
        await LeaveTopicsAsync(next);
        var (second, got) = Collector.Start(Sys);
        server.ConfirmsSubscriptions = false;
        client.Connection.Tell(new Subscribe(["a"], second), ActorRefs.NoSender);
        await AwaitAssertAsync(() => Assert.Equal(2, next.Received.Count(m => m.Text.StartsWith("sub|", StringComparison.Ordinal))), Deadline);
        await foreach (var update in stream.WithCancellation(Ct))
        {
            if (update.SourceSequence == Held)
                break;
        }

        await next.SendTextAsync($"A|{next.Received[^1].Text.Split('|')[1]}|ok", Ct);
        await SendAsync(next, 20);

        await AwaitAssertAsync(() => Assert.Equal(["U|a|20"], Told(got)), Deadline);
        await old.SendTextAsync("R|early|ok|done", Ct);
        await early.WaitAsync(Deadline);
        await rotating.WaitAsync(Deadline);
    }

    [Fact]
    public async Task A_hole_of_the_rotation_does_not_hide_that_of_a_topic_left_and_joined_meanwhile()
    {
        await using var server = await LineServer.StartAsync();
        await using var client = await ConnectAsync(server, "two-holes", new LineProtocol { IsNumbered = true, Confirms = false });
        var first = CreateTestProbe();
        await AskAsync<Subscribed>(client.Connection, new Subscribe(["b"], first));
        var (old, rotating) = (await ConnectionAsync(server, 1), client.RotateAsync(Ct));
        await InEpochAsync(client, 2);
        var next = await ConnectionAsync(server, 2);
        await AskAsync<Unsubscribed>(client.Connection, new Unsubscribe(["b"], first));
        await SentAsync(next, "unsub|");
        var (second, got) = Collector.Start(Sys);
        await AskAsync<Subscribed>(client.Connection, new Subscribe(["b"], second));
        await old.SendTextAsync("U|b|9", Ct);
        await old.SendTextAsync("U|b|10", Ct);
        await AwaitAssertAsync(() => Assert.Equal(["U|b|9", "U|b|10"], Told(got)), Deadline);
        var received = (await client.GetStatusAsync(Ct)).MessagesReceived;
        await next.SendTextAsync("U|b|12", Ct);
        await next.SendTextAsync("U|b|15", Ct);
        await ReceivedAsync(client, received + 2);

        old.Drop();

        await rotating.WaitAsync(Deadline);
        await AwaitAssertAsync(() => Assert.Contains("U|b|15", Told(got)), Deadline);
        var told = Told(got).ToList();
        Assert.Equal(["U|b|12", "interrupted 2", "restored 2", "U|b|15"], told[told.IndexOf("U|b|12")..]);
        Assert.Contains("interrupted 1", told[told.IndexOf("U|b|10")..told.IndexOf("U|b|12")]);
    }

    private static IEnumerable<string> Told(IEnumerable<TopicMessage> messages) => messages.Select(message => message switch
    {
        TopicUpdate update => Text(update),
        Interrupted interrupted => $"interrupted {interrupted.Epoch}",
        Restored restored => $"restored {restored.Epoch}",
        _ => message.GetType().Name,
    });

    // Until the connection is gone.
    private async Task FloodAsync(ScriptedConnection connection)
    {
        await Task.Yield();
        try
        {
            for (var number = 1; connection.IsOpen;)
            {
                var frames = new MemoryStream();
                for (var i = 0; i < 200; i++, number++)
                {
                    var update = Encoding.UTF8.GetBytes($"U|a|{number}");
                    frames.WriteByte(0x81); // the final frame of a text message
                    frames.WriteByte((byte)update.Length);
                    frames.Write(update);
                }

                await connection.SendRawAsync(frames.ToArray(), Ct);
            }
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException or OperationCanceledException or InvalidOperationException)
        {
            // Aborted by the client.
        }
    }
}
