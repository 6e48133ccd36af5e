using System.Text;
using Akka.Actor;
using Akka.Routing;
using AkkaWs.Messages;
using AkkaWs.Tests.Support;

namespace AkkaWs.Tests.Connection;

/// <summary>An actor without a window is told without a bound: what waits in its mailbox is told where it can be counted.</summary>
public sealed class MailboxTests : VirtualTimeTest
{
    private const int TooMany = 100_000;
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(1.25);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_mailbox_of_100_000_messages_is_told_and_degrades_health_until_it_has_been_worked_off(bool asksForGaps)
    {
        await using var server = await LineServer.StartAsync();
        await using var client = await ConnectAsync(server.Options("mailbox"));
        var logged = LogProbe.Start(Sys, Sys.EventStream);
        var watcher = await WatchAsync(client);
        using var free = new ManualResetEventSlim();
        var slow = Held.Start(Sys, free);
        await AskAsync<Subscribed>(client.Connection, new Subscribe(["a"], slow) { Options = asksForGaps ? new SubscribeOptions { Gaps = GapRecovery.None } : null });
        var elsewhere = CreateTestProbe();
        await AskAsync<Subscribed>(client.Connection, new Subscribe(["b"], elsewhere));

        await SendAsync(server, TooMany / 2);
        await AwaitMailboxAsync(client, TooMany / 3);
        Scheduler.Advance(Look);
        await SettleAsync(client);
        Assert.False(watcher.HasMessages);
        await SendAsync(server, TooMany);
        await AwaitMailboxAsync(client, TooMany);
        Scheduler.Advance(Look);

        var told = await watcher.ExpectMsgAsync<MailboxFilled>(Deadline);
        Assert.Equal(("/user/slow", "a"), (told.Subscriber, told.Topic.Value));
        Assert.InRange(told.Messages, TooMany, 2 * TooMany);
        var status = await client.GetStatusAsync(Ct);
        Assert.Equal((1, ConnectionHealth.Degraded), (status.FullMailboxes, status.Health));
        Assert.Equal(["/user/slow", elsewhere.Ref.Path.ToStringWithoutAddress()], status.Mailboxes.Select(mailbox => mailbox.Subscriber));
        Assert.Null(status.Mailboxes[1].Messages);
        Assert.EndsWith(": not measured", status.Mailboxes[1].ToString(), StringComparison.Ordinal);
        Assert.Single(LogProbe.Of(logged, "mailbox"), line => line.Message.EventName == "MailboxFilled");
        Scheduler.Advance(Look);
        await SettleAsync(client);
        Assert.False(watcher.HasMessages);

        free.Set();
        await AwaitAssertAsync(async () => Assert.Equal(0, (await client.GetStatusAsync(Ct)).Mailboxes[0].Messages), Deadline);
        Scheduler.Advance(Look);
        Assert.Equal((0, ConnectionHealth.Healthy), (await client.GetStatusAsync(Ct)) is var after ? (after.FullMailboxes, after.Health) : default);
    }

    [Fact]
    public async Task A_router_is_not_measured_since_what_it_is_told_waits_in_its_routees()
    {
        await using var server = await LineServer.StartAsync();
        await using var client = await ConnectAsync(server.Options("router"));
        await AskAsync<Subscribed>(client.Connection, new Subscribe(["a"], Sys.ActorOf(Props.Create<Routee>().WithRouter(new RoundRobinPool(2)))));

        Assert.Null(Assert.Single((await client.GetStatusAsync(Ct)).Mailboxes).Messages);
    }

    private Task AwaitMailboxAsync(AkkaWs.Client.WebSocketClient client, int messages) =>
        AwaitAssertAsync(async () => Assert.True((await client.GetStatusAsync(Ct)).Mailboxes[0].Messages >= messages), Deadline);

    private async Task SendAsync(LineServer server, int count)
    {
        const int PerBlock = 1_000;
        var payload = Encoding.ASCII.GetBytes("U|a|1");
        byte[] block = [.. Enumerable.Repeat((byte[])[0x81, (byte)payload.Length, .. payload], PerBlock).SelectMany(frame => frame)];
        for (var sent = 0; sent < count; sent += PerBlock)
            await server.Connection.SendRawAsync(block, Ct);
    }

    private sealed class Routee : ReceiveActor
    {
        public Routee() => ReceiveAny(_ => { });
    }
}
