using AkkaWs.Messages;
using AkkaWs.Options;
using AkkaWs.Tests.Support;

namespace AkkaWs.Tests.Connection;

/// <summary>Requests that may be seen twice, and patterns, while one physical connection follows another.</summary>
public sealed class RotationRetryTests : RotationTest
{
    [Fact]
    public async Task A_request_with_retry_that_the_old_connection_leaves_unanswered_is_written_to_the_new_one_and_answered()
    {
        await using var server = await LineServer.StartAsync();
        server.AnswersRequests = false;
        await using var client = await ConnectAsync(server, "rotation-retry");
        var requests = Enumerable.Range(1, 5).Select(i => client.RequestRawAsync(Retried($"{i}"), Ct)).ToList();
        var once = client.RequestRawAsync(Retried("once") with { RetryAfterReconnect = false }, Ct);
        await SentAsync(await ConnectionAsync(server, 1), "req|once");
        var rotating = client.RotateAsync(Ct);
        await InEpochAsync(client, 2);
        await SettleAsync(client);
        server.AnswersRequests = true;

        Scheduler.Advance(new RotationOptions().Overlap);

        await rotating.WaitAsync(Deadline);
        await Task.WhenAll(requests).WaitAsync(Deadline);
        await Assert.ThrowsAsync<Errors.SentOutcomeUnknownException>(() => once.WaitAsync(Deadline));
        var repeated = (await ConnectionAsync(server, 2)).Received.Select(m => m.Text).Where(text => text.StartsWith("req|", StringComparison.Ordinal));
        Assert.Equal(["req|1|1", "req|2|2", "req|3|3", "req|4|4", "req|5|5"], repeated);
        Assert.Equal((0, 0), ((await client.GetStatusAsync(Ct)).PendingRequests, (await client.GetStatusAsync(Ct)).QueuedCommands));
    }

    [Fact]
    public async Task What_both_connections_bring_reaches_the_subscribers_of_a_pattern_once()
    {
        await using var server = await LineServer.StartAsync();
        await using var client = await ConnectAsync(server, "rotation-pattern");
        var (subscriber, got) = Collector.Start(Sys);
        await AskAsync<Subscribed>(client.Connection, new Subscribe(["t.*"], subscriber));
        var old = await ConnectionAsync(server, 1);
        server.ConfirmsUnsubscriptions = false;
        var rotating = client.RotateAsync(Ct);
        await InEpochAsync(client, 2);
        var next = await ConnectionAsync(server, 2);
        var received = (await client.GetStatusAsync(Ct)).MessagesReceived;

        foreach (var text in new[] { "U|t.a|2", "U|t.b|101", "U|t.a|3", "U|t.c|1" })
            await next.SendTextAsync(text, Ct);
        foreach (var text in new[] { "U|t.a|1", "U|t.a|2", "U|t.b|101", "U|t.b|102" })
            await old.SendTextAsync(text, Ct);
        await ReceivedAsync(client, received + 8);
        Scheduler.Advance(new RotationOptions().Overlap);
        await rotating.WaitAsync(Deadline);
        await next.SendTextAsync("U|t.b|102", Ct);
        await next.SendTextAsync("U|t.b|103", Ct);

        await AwaitAssertAsync(
            () => Assert.Equal(
                ["U|t.a|1", "U|t.a|2", "U|t.b|101", "U|t.b|102", "U|t.a|3", "U|t.c|1", "U|t.b|103"],
                got.Cast<TopicUpdate>().Select(Text)),
            Deadline);
        Assert.Equal(Enumerable.Range(1, 7).Select(i => (long)i), got.Cast<TopicUpdate>().Select(u => u.Sequence));
        Assert.Equal(3, (await client.GetStatusAsync(Ct)).DuplicateUpdates);
    }

    private static Request Retried(string id) => Request(id) with { Id = id, RetryAfterReconnect = true, Timeout = TimeSpan.FromHours(1) };
}
