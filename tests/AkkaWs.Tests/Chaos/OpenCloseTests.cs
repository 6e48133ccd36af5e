using System.Text;
using Akka.Actor;
using AkkaWs.Client;
using AkkaWs.Errors;
using AkkaWs.Messages;
using AkkaWs.Options;
using AkkaWs.Primitives;
using AkkaWs.Testing;
using AkkaWs.Tests.Support;
using AkkaWs.Tests.Telemetry;
using AkkaWs.Wire.Tests.Support;
using Xunit.Abstractions;

namespace AkkaWs.Tests.Chaos;

/// <summary>Whole clients, one after the other: 200; with <c>AKKAWS_NIGHTLY=1</c> 10,000.</summary>
[Collection(Alone.Name)]
public sealed class OpenCloseTests(ITestOutputHelper output) : ConnectionTest($$"""
    akka { loglevel = OFF, stdout-loglevel = OFF, loggers = ["Akka.Event.DefaultLogger"], log-dead-letters = off, scheduler.implementation = "{{typeof(CountingScheduler).AssemblyQualifiedName}}" }
    """)
{
    // Of closed connections the manager keeps some, by name.
    private const int Names = 8;
    private const int RequestsPerLife = 6;

    // A closed connection that was kept, or a handler, would cost 10 KB and more.
    private const long MostBytesPerLife = 1024;
    private const long Slack = 1024 * 1024;

    private static readonly int Lives = Nightly.IsOn ? 10_000 : 200;
    private static readonly int WarmUp = 5 * Names;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static readonly IReadOnlyList<Topic> Topics = ["a", "b"];
    private static readonly SubscribeOptions Latest = new() { Overflow = OverflowPolicy.DropOldest, Capacity = 4 };

    [Fact]
    public async Task Clients_that_are_opened_used_and_closed_leave_no_memory_no_handle_no_actor_and_no_timer()
    {
        await using var venue = new SoakVenue(RequestsPerLife * (WarmUp + Lives));
        for (var life = 0; life < WarmUp; life++)
            await LiveAsync(venue, life);
        await IdleAsync(venue);
        var (heap, footprint, timers, handles) = (Footprint.Heap(), Footprint.Of(Sys), Timers(), Footprint.DescribeHandles());

        List<long> growths = [];
        for (var life = WarmUp; life < WarmUp + Lives; life++)
        {
            await LiveAsync(venue, life);
            if ((life + 1 - WarmUp) % (Lives / 4) != 0)
                continue;
            await IdleAsync(venue);
            growths.Add(Footprint.Heap() - heap);
        }

        var isClean = await ConnectionLog.UntilAsync(() => Footprint.Of(Sys) is var now && now.Handles <= footprint.Handles && now.Actors == footprint.Actors && IsBelow(Timers(), timers), Patience);
        Assert.True(isClean, $"{footprint} ({handles}) became {Footprint.Of(Sys)} ({Footprint.DescribeHandles()}), timers {timers} became {Timers()}; heap {string.Join(", ", growths)} bytes more");
        output.WriteLine($"{footprint}, timers {timers}, heap {heap} bytes and by quarters {string.Join(", ", growths)} more, {string.Join(", ", venue.Ledger.Kinds.Select(kind => $"{kind.Key} {kind.Value}"))}");
        Assert.InRange(growths[^1], long.MinValue, (Lives * MostBytesPerLife) + Slack);
        Assert.Empty(venue.Ledger.Disagreements(RequestsPerLife * (WarmUp + Lives)).Take(20));
    }

    /// <summary>Every kind of use, and every kind of end by turns: in order, with requests and subscriptions under way, while a lost connection is to come back, and while another comes up.</summary>
    private async Task LiveAsync(SoakVenue venue, int life)
    {
        using var deadline = new CancellationTokenSource(Patience);
        var ct = deadline.Token;
        var client = await WebSocketClient.ConnectAsync(Sys, Options(venue, life), new LineProtocol { IsNumbered = true, Authenticates = life % 2 == 0 }, ct);
        var (actor, _) = Collector.Start(Sys);
        await client.Connection.Ask<Subscribed>(new Subscribe(Topics, actor), Patience, ct);
        var called = await client.SubscribeAsync(Topics, (_, _) => throw new InvalidOperationException("on purpose"), cancellationToken: ct);
        var stream = await client.SubscribeAsync(Topics, Latest, ct);
        await using (await client.SubscribeAsync("c", ct))
            await FirstAsync(stream, ct);
        var requests = Enumerable.Range(RequestsPerLife * life, RequestsPerLife).Select(number => AskAsync(client, venue.Ledger, number)).ToList();
        if (life % 3 == 0)
            await Task.WhenAll(requests);
        var trouble = await TroubleAsync(venue, client, life);

        await (life % 2 == 0 ? client.CloseAsync(ct) : client.DisposeAsync().AsTask());

        await Task.WhenAll(requests).WaitAsync(ct);
        await called.Completion.WaitAsync(ct);
        await trouble.WaitAsync(ct);
        await called.DisposeAsync();
        await stream.DisposeAsync();
        Sys.Stop(actor);
    }

    private static WebSocketClientOptions Options(SoakVenue venue, int life) => new()
    {
        Name = $"life-{life % Names}",
        Url = venue.Proxy.Url,
        CloseTimeout = TimeSpan.FromSeconds(5),
        Heartbeat = new HeartbeatOptions { PingInterval = TimeSpan.FromMilliseconds(100), PongTimeout = TimeSpan.FromMilliseconds(100) },
        Reconnect = new ReconnectOptions { InitialDelay = TimeSpan.FromMilliseconds(10), MaxDelay = TimeSpan.FromMilliseconds(50) },
        Requests = new RequestOptions { Timeout = 2 * SoakVenue.LateAnswer },
    };

    private static async Task FirstAsync(TopicSubscription stream, CancellationToken ct)
    {
        await foreach (var message in stream.ReadAllAsync(ct))
        {
            if (message is TopicUpdate)
                return;
        }

        Assert.Fail("The subscription ended.");
    }

    private static async Task AskAsync(WebSocketClient client, SoakLedger ledger, int number)
    {
        using var cancellation = new CancellationTokenSource();
        try
        {
            var call = client.RequestRawAsync(Request($"{number}"), cancellation.Token);
            if (SoakVenue.IsToBeCancelled(number))
                await cancellation.CancelAsync();
            ledger.Succeed(number, Encoding.UTF8.GetString((await call).Result.Span));
        }
        catch (OperationCanceledException cancelled)
        {
            ledger.Fail(number, cancelled.InnerException);
        }
        catch (Exception error)
        {
            ledger.Fail(number, error);
        }
    }

    /// <summary>What is under way when the client is closed.</summary>
    private static async Task<Task> TroubleAsync(SoakVenue venue, WebSocketClient client, int life)
    {
        switch (life % 5)
        {
            case 1:
                var epoch = client.Epoch;
                venue.Proxy.Apply(Fault.Reset());
                await ConnectionLog.UntilAsync(() => client.State != ConnectionState.Ready || client.Epoch != epoch, Patience);
                return Task.CompletedTask;
            case 2:
                return IgnoreAsync(client.RotateAsync());
            case 3:
                await IgnoreAsync(client.RotateAsync());
                return Task.CompletedTask;
            case 4:
                return IgnoreAsync(client.SubscribeAsync("d"));
            default:
                return Task.CompletedTask;
        }
    }

    private static async Task IgnoreAsync(Task call)
    {
        try
        {
            await call;
        }
        catch (WebSocketClientException)
        {
            // The close came first.
        }
    }

    private Task IdleAsync(SoakVenue venue) => AwaitAssertAsync(() => Assert.Equal((0, 0), (venue.Sessions, venue.Proxy.Connections.Count)), Patience);

    // Of the actor system, and of the process.
    private (int Set, long Active) Timers() => (((CountingScheduler)Sys.Scheduler).Set, Timer.ActiveCount);

    private static bool IsBelow((int Set, long Active) now, (int Set, long Active) before) => now.Set <= before.Set && now.Active <= before.Active;
}
