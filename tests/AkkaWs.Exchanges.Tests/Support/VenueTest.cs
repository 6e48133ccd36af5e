using AkkaWs.Client;
using AkkaWs.Errors;
using AkkaWs.Messages;
using AkkaWs.Primitives;
using AkkaWs.Protocol;

namespace AkkaWs.Exchanges.Tests;

/// <summary>
/// What every exchange's handler must do through the real client against its simulator: log in, subscribe, order, heal. Derived once per exchange.
/// </summary>
public abstract class VenueTest : SimulatedTest
{
    protected abstract Topic Trades { get; }

    protected abstract Topic Book { get; }

    protected abstract Topic NoSuchTopic { get; }

    /// <summary>A limit order that rests, without its id.</summary>
    protected abstract string Order { get; }

    /// <summary>An order that the exchange refuses.</summary>
    protected abstract string BadOrder { get; }

    [Fact]
    public async Task It_logs_in_subscribes_and_gets_updates_in_order()
    {
        await using var exchange = await StartAsync();
        await using var client = await ConnectAsync(exchange);
        await using var updates = await client.SubscribeAsync([Trades, Book], Ct);

        await ReadInOrderAsync(updates, 200);

        Assert.True(Assert.Single(exchange.Connections).IsAuthenticated);
        Assert.Equal(0, (await client.GetStatusAsync(Ct)).UnknownMessages);
    }

    [Fact]
    public async Task A_lost_update_of_a_book_is_told_as_a_gap_and_no_other_is()
    {
        await using var exchange = await StartAsync();
        await using var client = await ConnectAsync(exchange);
        await using var updates = await client.SubscribeAsync(Book, new SubscribeOptions { Gaps = GapRecovery.None }, Ct);
        List<Gap> gaps = [];
        var read = 0;
        await foreach (var message in updates.ReadAllAsync(Ct))
        {
            if (message is Gap gap)
                gaps.Add(gap);
            else if (message is TopicUpdate && ++read == 50)
                Assert.True(exchange.LoseNextUpdate(Book.Value));
            else if (gaps.Count > 0 && read >= 150)
                break;
        }

        Assert.True(Assert.Single(gaps) is { Topic: var topic } && topic == Book, $"{gaps[0]}");
    }

    [Fact]
    public async Task A_book_begins_with_a_snapshot_and_goes_on_with_changes()
    {
        await using var exchange = await StartAsync();
        await using var client = await ConnectAsync(exchange);
        await using var updates = await client.SubscribeAsync(Book, Ct);

        List<UpdateKind> kinds = [];
        await foreach (var update in updates.WithCancellation(Ct))
        {
            kinds.Add(update.Kind);
            if (kinds.Count == 10)
                break;
        }

        Assert.Equal([UpdateKind.Snapshot, .. Enumerable.Repeat(UpdateKind.Delta, 9)], kinds);
    }

    [Fact]
    public async Task Responses_come_to_their_requests_while_updates_flow()
    {
        await using var exchange = await StartAsync();
        await using var client = await ConnectAsync(exchange);
        await using var updates = await client.SubscribeAsync(Trades, Ct);

        var results = await WhileReadingAsync(updates, Task.WhenAll(Enumerable.Range(0, 5).Select(_ => client.RequestRawAsync(Request(Order), Ct))));

        Assert.Equal(5, results.Select(result => result.Result.Text()).Distinct().Count());
        await ReadInOrderAsync(updates, 10);
    }

    [Fact]
    public async Task A_refused_order_is_a_server_error_with_the_words_of_the_exchange()
    {
        await using var exchange = await StartAsync();
        await using var client = await ConnectAsync(exchange);

        var error = await Assert.ThrowsAnyAsync<ServerErrorException>(() => client.RequestRawAsync(Request(BadOrder), Ct));

        Assert.NotEmpty(error.Code);
        Assert.NotEmpty(error.Description);
    }

    [Fact]
    public async Task A_wrong_secret_is_rejected_and_never_shown()
    {
        const string Sentinel = "s3ntinel-of-a-secret";
        await using var exchange = await StartAsync();
        var credentials = new ApiCredentials("simulator-key", Sentinel, Sentinel);
        List<string> seen = [credentials.ToString()];
        var logged = CreateTestProbe();
        Sys.EventStream.Subscribe(logged, typeof(Akka.Event.LogEvent));
        var handler = CreateHandler(CredentialsProvider.Fixed(credentials));
        var options = OptionsFor(exchange, "wrong");

        var error = await Assert.ThrowsAsync<AuthenticationFailedException>(() => WebSocketClient.ConnectAsync(Sys, options, handler, Ct));

        Assert.Equal(ErrorClass.AuthenticationRejected, error.Reason.Class);
        seen.AddRange([error.ToString(), handler.ToString()!, options.ToString(), System.Text.Json.JsonSerializer.Serialize(credentials)]);
        while (logged.HasMessages)
            seen.Add((await logged.ReceiveOneAsync(TimeSpan.Zero))!.ToString()!);
        Assert.All(seen, text => Assert.DoesNotContain(Sentinel, text, StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_key_is_asked_for_on_each_login()
    {
        await using var exchange = await StartAsync();
        var asked = 0;
        await using var client = await ConnectAsync(exchange, credentials: CredentialsProvider.From(_ =>
        {
            Interlocked.Increment(ref asked);
            return new ValueTask<ApiCredentials>(RightKey);
        }));
        await using var updates = await client.SubscribeAsync(Trades, Ct);
        await ReadInOrderAsync(updates, 1);

        await exchange.DropAllAsync();
        await ReadUntilAsync(updates, epoch: 2);

        Assert.Equal(2, Volatile.Read(ref asked));
    }

    [Fact]
    public async Task An_unknown_topic_is_refused_and_the_others_flow()
    {
        await using var exchange = await StartAsync();
        await using var client = await ConnectAsync(exchange);

        var error = await Assert.ThrowsAsync<SubscriptionFailedException>(() => client.SubscribeAsync(NoSuchTopic, Ct));

        Assert.Equal(NoSuchTopic, Assert.Single(error.Failures).Topic);
        await using var updates = await client.SubscribeAsync(Trades, Ct);
        await ReadInOrderAsync(updates, 5);
    }

    [Fact]
    public async Task After_a_drop_every_topic_flows_again_without_a_hole_in_our_numbers()
    {
        await using var exchange = await StartAsync();
        await using var client = await ConnectAsync(exchange);
        await using var updates = await client.SubscribeAsync([Trades, Book], Ct);

        for (var epoch = 2; epoch <= 3; epoch++)
        {
            await exchange.DropAllAsync();
            await ReadUntilAsync(updates, epoch);
        }

        Assert.NotEmpty((await WhileReadingAsync(updates, client.RequestRawAsync(Request(Order), Ct))).Result.ToArray());
    }

    [Fact]
    public async Task A_topic_that_is_left_is_unsubscribed_at_the_exchange()
    {
        await using var exchange = await StartAsync();
        await using var client = await ConnectAsync(exchange);
        await using (var updates = await client.SubscribeAsync(Trades, Ct))
            await ReadInOrderAsync(updates, 1);

        await exchange.WaitForNoSubscriptionAsync(Trades.Value, Deadline);
    }

    [Fact]
    public async Task The_exchanges_ping_finds_a_mute_exchange()
    {
        await using var exchange = await StartAsync();
        await using var client = await ConnectAsync(exchange, options => options with
        {
            Heartbeat = options.Heartbeat with { PingInterval = TimeSpan.FromMilliseconds(50), PongTimeout = TimeSpan.FromSeconds(5) },
        });
        await using var updates = await client.SubscribeAsync(Trades, Ct);
        await ReadInOrderAsync(updates, 50);

        // What is still on its way is read meanwhile.
        var flowing = ReadUntilAsync(updates, epoch: 2);
        var happened = NextAsync<Reconnecting>(client);
        exchange.Stall();
        var lost = await happened;
        exchange.Resume();

        Assert.Equal(ErrorClass.MissedPong, lost.Reason.Class);
        await flowing;
    }
}
