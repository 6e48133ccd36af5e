using System.Text;
using System.Threading.Channels;
using AkkaWs.Client;
using AkkaWs.Errors;
using AkkaWs.Messages;
using AkkaWs.Primitives;
using AkkaWs.Tests.Support;

namespace AkkaWs.Tests.Client;

/// <summary>The same subscription as a channel, as callbacks, as values.</summary>
public sealed class SubscriptionShapeTests : ConnectionTest
{
    [Fact]
    public async Task A_channel_gives_updates_and_markers_in_order_and_completes_with_the_connection()
    {
        await using var server = await LineServer.StartAsync();
        await using var client = await ConnectAsync(server.Options("channel"));
        await using var subscription = await client.SubscribeAsync("a", Ct);
        var channel = subscription.AsChannel();
        await server.Connection.SendTextAsync("U|a|1", Ct);
        await server.Connection.SendTextAsync("U|a|2", Ct);

        Assert.Equal("U|a|1", Text(Assert.IsType<TopicUpdate>(await channel.ReadAsync(Ct))));
        Assert.Equal("U|a|2", Text(Assert.IsType<TopicUpdate>(await channel.ReadAsync(Ct))));
        server.Connection.Drop();
        Assert.IsType<Interrupted>(await channel.ReadAsync(Ct));
        Assert.IsType<Restored>(await channel.ReadAsync(Ct));
        await client.CloseAsync(Ct);

        Assert.False(await channel.WaitToReadAsync(Ct));
        await channel.Completion.WaitAsync(Deadline);
        Assert.False(channel.TryRead(out _));
    }

    [Fact]
    public async Task A_channel_s_wait_that_was_given_up_loses_nothing_and_keeps_the_subscription()
    {
        await using var server = await LineServer.StartAsync();
        await using var client = await ConnectAsync(server.Options("channel-wait"));
        await using var subscription = await client.SubscribeAsync("a", Ct);
        var channel = subscription.AsChannel();
        using var impatience = new CancellationTokenSource();
        var waiting = channel.WaitToReadAsync(impatience.Token).AsTask();
        await impatience.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);

        await server.Connection.SendTextAsync("U|a|1", Ct);

        Assert.Equal("U|a|1", Text(Assert.IsType<TopicUpdate>(await channel.ReadAsync(Ct))));
        Assert.Throws<InvalidOperationException>(subscription.AsChannel);
    }

    [Fact]
    public async Task A_channel_completes_with_the_error_that_ended_it()
    {
        await using var server = await LineServer.StartAsync();
        await using var client = await ConnectAsync(server.Options("channel-lagged"));
        await using var subscription = await client.SubscribeAsync("a", new SubscribeOptions { Overflow = OverflowPolicy.Fail, Capacity = 1 }, Ct);
        var channel = subscription.AsChannel();
        await server.Connection.SendTextAsync("U|a|1", Ct);
        await server.Connection.SendTextAsync("U|a|2", Ct);
        await AwaitAssertAsync(async () => Assert.Equal(1, (await client.GetStatusAsync(Ct)).LaggedSubscriptions), Deadline);

        Assert.Equal(2, Assert.IsType<Lagged>(await channel.ReadAsync(Ct)).Count);
        await Assert.ThrowsAsync<SubscriptionLaggedException>(async () => await channel.WaitToReadAsync(Ct));
        await Assert.ThrowsAsync<SubscriptionLaggedException>(() => channel.Completion);
    }

    [Theory]
    [InlineData("a")]
    [InlineData("a", "b")]
    public async Task A_stream_that_an_error_has_ended_throws_it_again_each_time_that_it_is_read(params string[] topics)
    {
        await using var server = await LineServer.StartAsync();
        await using var client = await ConnectAsync(server.Options($"read-again-{topics.Length}"));
        var failing = new SubscribeOptions { Overflow = OverflowPolicy.Fail, Capacity = 1 };
        await using var subscription = await client.SubscribeAsync([.. topics.Select(topic => new Topic(topic))], failing, Ct);
        await server.Connection.SendTextAsync("U|a|1", Ct);
        await server.Connection.SendTextAsync("U|a|2", Ct);
        await AwaitAssertAsync(async () => Assert.Equal(1, (await client.GetStatusAsync(Ct)).LaggedSubscriptions), Deadline);

        var error = await Assert.ThrowsAsync<SubscriptionLaggedException>(() => ReadToEndAsync(subscription).WaitAsync(Deadline));

        Assert.Same(error, await Assert.ThrowsAsync<SubscriptionLaggedException>(() => ReadToEndAsync(subscription).WaitAsync(Deadline)));
        var channel = subscription.AsChannel();
        Assert.False(channel.TryRead(out _));
        Assert.Same(error, await Assert.ThrowsAsync<SubscriptionLaggedException>(() => channel.Completion.WaitAsync(Deadline)));
    }

    [Theory]
    [InlineData(OverflowPolicy.Fail)]
    [InlineData(OverflowPolicy.DropOldest)]
    [InlineData(OverflowPolicy.Backpressure)]
    public async Task A_reader_that_waits_keeps_nothing_that_it_has_read(OverflowPolicy policy)
    {
        await using var server = await LineServer.StartAsync();
        await using var client = await ConnectAsync(server.Options($"reads-and-lets-go-{policy}"));
        await using var subscription = await client.SubscribeAsync("a", new SubscribeOptions { Overflow = policy }, Ct);
        var reader = subscription.GetAsyncEnumerator(Ct);
        await server.Connection.SendTextAsync("U|a|1", Ct);
        var read = await ReadNextAsync(reader);

        var waiting = reader.MoveNextAsync().AsTask();

        // The read loop lets go of it, too, with the next thing that it reads.
        await client.RequestRawAsync(Request("next"), Ct);
        await AwaitAssertAsync(() => AssertCollected(read), Deadline);
        await server.Connection.SendTextAsync("U|a|2", Ct);
        Assert.True(await waiting.WaitAsync(Deadline));
        Assert.Equal("U|a|2", Text(reader.Current));
        await reader.DisposeAsync();
    }

    [Fact]
    public async Task A_subscription_that_was_left_in_the_middle_keeps_nothing_of_what_was_left()
    {
        await using var server = await LineServer.StartAsync();
        await using var client = await ConnectAsync(server.Options("left-in-the-middle"));
        var subscription = await client.SubscribeAsync("a", Ct);
        await server.Connection.SendTextAsync("U|a|1", Ct);
        var read = await ReadFirstAsync(subscription);

        await subscription.DisposeAsync();

        await client.RequestRawAsync(Request("next"), Ct);
        await AwaitAssertAsync(() => AssertCollected(read), Deadline);
        GC.KeepAlive(subscription);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_channel_whose_subscription_is_left_completes_though_nobody_reads_it(bool isDisposed)
    {
        await using var server = await LineServer.StartAsync();
        await using var client = await ConnectAsync(server.Options("channel-left-" + isDisposed));
        var subscription = await client.SubscribeAsync("a", Ct);
        var channel = subscription.AsChannel();
        await server.Connection.SendTextAsync("U|a|1", Ct);
        Assert.True(await channel.WaitToReadAsync(Ct));
        Assert.False(channel.Completion.IsCompleted);

        if (isDisposed)
            await subscription.DisposeAsync();
        else
            await subscription.UnsubscribeAsync(Ct);

        await channel.Completion.WaitAsync(Deadline);
        Assert.False(channel.TryRead(out _));
        Assert.False(await channel.WaitToReadAsync(Ct));
    }

    [Fact]
    public async Task A_channel_of_a_subscription_that_was_left_before_is_complete()
    {
        await using var server = await LineServer.StartAsync();
        await using var client = await ConnectAsync(server.Options("channel-late"));
        var subscription = await client.SubscribeAsync("a", Ct);
        await subscription.DisposeAsync();

        await subscription.AsChannel().Completion.WaitAsync(Deadline);
    }

    [Fact]
    public async Task A_callback_that_throws_is_reported_and_called_with_the_next_message()
    {
        await using var server = await LineServer.StartAsync();
        await using var client = await ConnectAsync(server.Options("callback"));
        var watcher = CreateTestProbe();
        client.Connection.Tell(new WatchConnection(watcher), Akka.Actor.ActorRefs.NoSender);
        var seen = Channel.CreateUnbounded<string>();
        await using var subscription = await client.SubscribeAsync(
            ["a"],
            (message, _) =>
            {
                var text = Text((TopicUpdate)message);
                seen.Writer.TryWrite(text);
                return text == "U|a|bad" ? throw new FormatException("on purpose") : ValueTask.CompletedTask;
            },
            cancellationToken: Ct);

        await server.Connection.SendTextAsync("U|a|bad", Ct);
        await server.Connection.SendTextAsync("U|a|good", Ct);

        Assert.Equal("U|a|bad", await seen.Reader.ReadAsync(Ct));
        Assert.Equal("U|a|good", await seen.Reader.ReadAsync(Ct));
        var failed = (SubscriberFailed)await watcher.FishForMessageAsync(m => m is SubscriberFailed, Deadline);
        Assert.Equal(("a", nameof(FormatException), 1L), (failed.Topic.Value, failed.Error, failed.Errors));
        Assert.Equal(1, subscription.Errors);
        await AwaitAssertAsync(async () => Assert.Equal(1, (await client.GetStatusAsync(Ct)).CallbackErrors), Deadline);
        await subscription.UnsubscribeAsync(Ct);
        await subscription.Completion.WaitAsync(Deadline);
        await AwaitAssertAsync(async () => Assert.Equal(0, (await client.GetStatusAsync(Ct)).DesiredTopics), Deadline);
    }

    [Fact]
    public async Task A_callback_s_error_handler_may_end_its_subscription()
    {
        await using var server = await LineServer.StartAsync();
        await using var client = await ConnectAsync(server.Options("callback-stops"));
        var other = CreateTestProbe();
        await AskAsync<Subscribed>(client.Connection, new Subscribe(["a"], other));
        await using var subscription = await client.SubscribeAsync(
            ["a"], (_, _) => throw new FormatException("on purpose"), onError: (_, _) => false, cancellationToken: Ct);

        await server.Connection.SendTextAsync("U|a|1", Ct);
        await subscription.Completion.WaitAsync(Deadline);
        await server.Connection.SendTextAsync("U|a|2", Ct);

        await other.FishForMessageAsync(m => m is TopicUpdate update && Text(update) == "U|a|2", Deadline);
        Assert.Equal(1, subscription.Errors);
    }

    [Fact]
    public async Task A_callback_that_never_returns_harms_nobody_else()
    {
        await using var server = await LineServer.StartAsync();
        await using var client = await ConnectAsync(server.Options("callback-hangs"));
        var other = CreateTestProbe();
        await AskAsync<Subscribed>(client.Connection, new Subscribe(["a"], other));
        var entered = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var subscription = await client.SubscribeAsync(
            ["a"],
            async (_, stopped) =>
            {
                entered.TrySetResult();
                await Task.Delay(Timeout.Infinite, stopped);
            },
            new SubscribeOptions { Overflow = OverflowPolicy.DropOldest, Capacity = 4 },
            cancellationToken: Ct);

        for (var i = 1; i <= 100; i++)
            await server.Connection.SendTextAsync($"U|a|{i}", Ct);

        await other.FishForMessageAsync(m => m is TopicUpdate update && Text(update) == "U|a|100", Deadline);
        await entered.Task.WaitAsync(Deadline);
        // It hangs on the first update or, where updates were dropped before it began, on being told so.
        await AwaitAssertAsync(async () => Assert.InRange((await client.GetStatusAsync(Ct)).DroppedUpdates, 95, 96), Deadline);
        await subscription.DisposeAsync();
        await subscription.Completion.WaitAsync(Deadline);
    }

    [Fact]
    public async Task A_payload_that_cannot_be_read_is_told_in_band_and_counted_and_the_values_go_on()
    {
        await using var server = await LineServer.StartAsync();
        await using var client = await ConnectAsync(server.Options("typed"));
        await using var prices = await client.SubscribeAsync(
            ["a"], utf8 => decimal.Parse(Encoding.UTF8.GetString(utf8["U|a|".Length..]), System.Globalization.CultureInfo.InvariantCulture), cancellationToken: Ct);
        foreach (var text in new[] { "1.5", "n/a", "2.5" })
            await server.Connection.SendTextAsync($"U|a|{text}", Ct);

        List<TypedMessage<decimal>> read = [];
        await foreach (var message in prices.ReadAllAsync(Ct))
        {
            read.Add(message);
            if (read.Count == 3)
                break;
        }

        Assert.Equal([1.5m, 0m, 2.5m], read.Select(m => m.Value));
        Assert.Equal([true, false, true], read.Select(m => m.HasValue));
        Assert.Equal(("a", 2L), (read[1].Error!.Topic.Value, read[1].Error!.Sequence));
        Assert.IsType<FormatException>(read[1].Error!.InnerException);
        Assert.Equal(1, prices.BadPayloads);
        await AwaitAssertAsync(async () => Assert.Equal(1, (await client.GetStatusAsync(Ct)).BadPayloads), Deadline);
    }

    [Fact]
    public async Task Values_are_read_as_JSON()
    {
        await using var server = await LineServer.StartAsync();
        await using var client = await ConnectAsync(server.Options("typed-json"), new AkkaWs.Protocol.GenericJsonHandler(new() { ConfirmsSubscriptions = false }));
        await using var ticks = await client.SubscribeAsync<Tick>("t", cancellationToken: Ct);
        await server.Connection.SendTextAsync("""{"topic":"t","price":"oops"}""", Ct);
        await server.Connection.SendTextAsync("""{"topic":"t","price":7}""", Ct);

        await foreach (var tick in ticks.WithCancellation(Ct))
        {
            Assert.Equal(7, tick.Price);
            break;
        }

        Assert.Equal(1, ticks.BadPayloads);
        await ticks.UnsubscribeAsync(Ct);
        await AwaitAssertAsync(async () => Assert.Equal(0, (await client.GetStatusAsync(Ct)).DesiredTopics), Deadline);
    }

    private static async Task<WeakReference> ReadNextAsync(IAsyncEnumerator<TopicUpdate> reader)
    {
        Assert.True(await reader.MoveNextAsync());
        return new WeakReference(reader.Current);
    }

    private async Task<WeakReference> ReadFirstAsync(TopicSubscription subscription)
    {
        await using var reader = subscription.GetAsyncEnumerator(Ct);
        return await ReadNextAsync(reader);
    }

    private static void AssertCollected(WeakReference reference)
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        Assert.False(reference.IsAlive);
    }

    private async Task ReadToEndAsync(TopicSubscription subscription)
    {
        await foreach (var _ in subscription.ReadAllAsync(Ct))
        {
        }
    }

    private sealed record Tick(int Price);
}
