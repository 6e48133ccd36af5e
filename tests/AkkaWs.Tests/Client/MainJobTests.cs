using System.Text;
using Akka.Actor;
using AkkaWs.Errors;
using AkkaWs.Messages;
using AkkaWs.Options;
using AkkaWs.Tests.Support;

namespace AkkaWs.Tests.Client;

/// <summary>The main job end to end, on real sockets: connect, authenticate, subscribe, request, survive a drop.</summary>
public sealed class MainJobTests : ConnectionTest
{
    [Fact]
    public async Task A_client_connects_and_is_Ready()
    {
        await using var server = await LineServer.StartAsync();
        await using var client = await ConnectAsync(server.Options("ready"));

        Assert.True(client.IsConnected);
        Assert.Equal(ConnectionState.Ready, client.State);
        Assert.Equal(1, client.Epoch.Value);
    }

    [Fact]
    public async Task The_login_is_sent_before_anything_else_and_Ready_waits_for_its_answer()
    {
        await using var server = await LineServer.StartAsync();
        await using var client = await OpenAsync(server.Options("login"), new LineProtocol { Authenticates = true, Greetings = ["hello"] });
        await using var updates = await client.SubscribeAsync("a", Ct);

        Assert.Equal(ConnectionState.Ready, client.State);
        Assert.Equal(["auth", "hello", "sub"], server.Received.Select(t => t.Split('|')[0]));
    }

    [Fact]
    public async Task A_stream_gets_the_updates_of_its_topic_in_order()
    {
        await using var server = await LineServer.StartAsync();
        await using var client = await ConnectAsync(server.Options("stream"));
        await using var updates = await client.SubscribeAsync("a", Ct);

        for (var i = 1; i <= 1_000; i++)
            await server.Connection.SendTextAsync($"U|a|{i}", Ct);

        var expected = 1;
        await foreach (var update in updates.WithCancellation(Ct))
        {
            Assert.Equal($"U|a|{expected}", Text(update));
            Assert.Equal(expected, update.Sequence);
            if (expected++ == 1_000)
                break;
        }
    }

    [Fact]
    public async Task An_actor_subscribes_by_message_and_gets_each_update()
    {
        await using var server = await LineServer.StartAsync();
        await using var client = await ConnectAsync(server.Options("actor"));
        var subscriber = CreateTestProbe();

        await AskAsync<Subscribed>(client.Connection, new Subscribe(["a", "b"], subscriber));
        await server.Connection.SendTextAsync("U|a|1", Ct);
        await server.Connection.SendTextAsync("U|b|2", Ct);

        var texts = new[] { Text(await subscriber.ExpectMsgAsync<TopicUpdate>()), Text(await subscriber.ExpectMsgAsync<TopicUpdate>()) };
        Assert.Equal(["U|a|1", "U|b|2"], texts.Order());
    }

    [Fact]
    public async Task A_subscriber_that_asks_for_batches_gets_them_in_order()
    {
        await using var server = await LineServer.StartAsync();
        await using var client = await ConnectAsync(server.Options("batches"));
        var subscriber = CreateTestProbe();
        await AskAsync<Subscribed>(client.Connection, new Subscribe(["a"], subscriber, Batched: true));

        for (var i = 1; i <= 100; i++)
            await server.Connection.SendTextAsync($"U|a|{i}", Ct);

        List<long> sequences = [];
        while (sequences.Count < 100)
            sequences.AddRange((await subscriber.ExpectMsgAsync<TopicUpdates>()).Updates.Select(u => u.Sequence));
        Assert.Equal(Enumerable.Range(1, 100).Select(i => (long)i), sequences);
    }

    [Fact]
    public async Task A_request_gets_its_own_response_whatever_the_order()
    {
        await using var server = await LineServer.StartAsync();
        server.AnswersRequests = false;
        await using var client = await ConnectAsync(server.Options("correlate"));

        var first = client.RequestRawAsync(Request("one") with { Id = "1" }, Ct);
        var second = client.RequestRawAsync(Request("two") with { Id = "2" }, Ct);
        await AwaitAssertAsync(() => Assert.Equal(2, server.Received.Count), Deadline);
        await server.Connection.SendTextAsync("R|2|ok|II", Ct);
        await server.Connection.SendTextAsync("R|1|ok|I", Ct);

        Assert.Equal("I", Encoding.UTF8.GetString((await first.WaitAsync(Deadline)).Result.Span));
        Assert.Equal("II", Encoding.UTF8.GetString((await second.WaitAsync(Deadline)).Result.Span));
    }

    [Fact]
    public async Task A_typed_request_is_serialised_and_its_response_deserialised()
    {
        await using var server = await LineServer.StartAsync();
        await using var client = await ConnectAsync(server.Options("typed"));

        var echo = await client.RequestAsync<Order, Order>(new Order("BTCUSDT", 2), Deadline, Ct);

        Assert.Equal(new Order("BTCUSDT", 2), echo);
    }

    [Fact]
    public async Task After_a_drop_the_connection_logs_in_and_subscribes_again_and_every_topic_flows()
    {
        await using var server = await LineServer.StartAsync();
        await using var client = await ConnectAsync(server.Options("heals"), new LineProtocol { Authenticates = true });
        var subscriber = CreateTestProbe();
        await AskAsync<Subscribed>(client.Connection, new Subscribe(["a", "b"], subscriber));
        await server.Connection.SendTextAsync("U|a|1", Ct);
        await subscriber.ExpectMsgAsync<TopicUpdate>();
        var reconnected = NextAsync<Reconnected>(client);

        server.Connection.Drop();

        Assert.Equal(2, (await reconnected).Epoch.Value);
        var markers = subscriber.ReceiveN(4, Deadline).Cast<TopicMessage>().ToList();
        foreach (var topic in new[] { "a", "b" })
            Assert.Equal([typeof(Interrupted), typeof(Restored)], markers.Where(m => m.Topic == topic).Select(m => m.GetType()));
        await server.Connection.SendTextAsync("U|a|2", Ct);
        var update = await subscriber.ExpectMsgAsync<TopicUpdate>();
        Assert.Equal((2, 2), (update.Sequence, update.Epoch.Value));
        Assert.Equal(2, server.Received.Count(t => t.StartsWith("auth", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_stream_survives_a_drop_and_shows_where_it_was()
    {
        await using var server = await LineServer.StartAsync();
        await using var client = await ConnectAsync(server.Options("stream-heals"));
        await using var updates = await client.SubscribeAsync("a", Ct);
        await server.Connection.SendTextAsync("U|a|1", Ct);
        await using var messages = updates.ReadAllAsync(Ct).GetAsyncEnumerator(Ct);

        Assert.True(await messages.MoveNextAsync());
        Assert.Equal(1, Assert.IsType<TopicUpdate>(messages.Current).Sequence);
        server.Connection.Drop();
        Assert.True(await messages.MoveNextAsync());
        Assert.Equal(1, Assert.IsType<Interrupted>(messages.Current).Epoch.Value);
        Assert.True(await messages.MoveNextAsync());
        Assert.Equal(2, Assert.IsType<Restored>(messages.Current).Epoch.Value);
        await server.Connection.SendTextAsync("U|a|2", Ct);
        Assert.True(await messages.MoveNextAsync());
        Assert.Equal(2, Assert.IsType<TopicUpdate>(messages.Current).Sequence);
    }

    [Fact]
    public async Task An_answer_right_before_the_loss_of_the_socket_reaches_its_caller()
    {
        await using var server = BareServer.Start(async (socket, ct) =>
        {
            var buffer = new byte[1_024];
            var request = await socket.ReceiveAsync(buffer.AsMemory(), ct);
            var fields = Encoding.UTF8.GetString(buffer, 0, request.Count).Split('|');
            await socket.SendAsync(Encoding.UTF8.GetBytes($"R|{fields[1]}|ok|{fields[2]}"), System.Net.WebSockets.WebSocketMessageType.Text, true, ct);
        });
        await using var client = await ConnectAsync(new WebSocketClientOptions
        {
            Name = "last-words",
            Url = server.Url,
            Reconnect = new ReconnectOptions { InitialDelay = TimeSpan.FromMilliseconds(1), MaxDelay = TimeSpan.FromMilliseconds(1) },
        });
        for (var i = 1; i <= 20; i++)
        {
            await NextAsync<ConnectionStateChanged>(client, e => e.To == ConnectionState.Ready && e.Epoch.Value == i);
            var response = await client.RequestRawAsync(Request("order"), Ct).WaitAsync(Deadline);
            Assert.Equal("order", Encoding.UTF8.GetString(response.Result.Span));
        }
    }

    [Fact]
    public async Task Close_completes_streams_and_rejects_what_comes_after()
    {
        await using var server = await LineServer.StartAsync();
        var client = await ConnectAsync(server.Options("closes"));
        await using var updates = await client.SubscribeAsync("a", Ct);
        var reading = Task.Run(async () =>
        {
            await foreach (var update in updates)
                Assert.Fail($"unexpected {update}");
        });

        await client.CloseAsync(Ct);
        await client.CloseAsync(Ct);

        await reading.WaitAsync(Deadline);
        Assert.Equal(ConnectionState.Closed, client.State);
        await Assert.ThrowsAsync<ConnectionClosedException>(() => client.RequestRawAsync(Request("x"), Ct));
        await Assert.ThrowsAsync<ConnectionClosedException>(() => client.SubscribeAsync("b", Ct));
        await Assert.ThrowsAsync<ConnectionClosedException>(() => client.SendAsync("x", Ct));
        await AwaitAssertAsync(() => Assert.Equal(0, server.Server.ConnectionCount), Deadline);
    }

    [Fact]
    public async Task A_closed_connection_s_name_can_be_opened_again()
    {
        await using var server = await LineServer.StartAsync();
        for (var i = 0; i < 3; i++)
        {
            await using var client = await ConnectAsync(server.Options("again"));
            Assert.True(client.IsConnected);
        }
    }

    [Fact]
    public async Task The_actor_system_s_end_closes_the_connection_with_a_closing_handshake()
    {
        await using var server = await LineServer.StartAsync();
        await using var client = await ConnectAsync(server.Options("shutdown"));
        var connection = server.Connection;

        await CoordinatedShutdown.Get(Sys).Run(CoordinatedShutdown.ClrExitReason.Instance).WaitAsync(Deadline);

        await connection.Closed.WaitAsync(Deadline);
        Assert.Equal(System.Net.WebSockets.WebSocketCloseStatus.NormalClosure, connection.ClientCloseStatus);
    }

    [Fact]
    public async Task Everything_the_server_sends_reaches_a_subscriber_to_everything()
    {
        await using var server = await LineServer.StartAsync();
        await using var client = await ConnectAsync(server.Options("firehose"));
        await using var everything = await client.SubscribeToEverythingAsync(Ct);

        string[] sent = ["U|a|1", "gibberish", "R|9|ok|late", "S|ping", "A|x|ok", "!throw"];
        foreach (var text in sent)
            await server.Connection.SendTextAsync(text, Ct);

        List<string> received = [];
        await foreach (var update in everything.WithCancellation(Ct))
        {
            received.Add(Text(update));
            if (received.Count == sent.Length)
                break;
        }

        Assert.Equal(sent, received);
        await AwaitAssertAsync(
            async () =>
            {
                var status = await client.GetStatusAsync(Ct);
                Assert.Equal((2, 1, 1), (status.UnknownMessages, status.UnroutedUpdates, status.LateResponses));
            },
            Deadline);
    }

    private sealed record Order(string Symbol, int Quantity);
}
