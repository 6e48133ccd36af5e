using System.Globalization;
using Akka.Actor;
using AkkaWs.Client;
using AkkaWs.Errors;
using AkkaWs.Options;
using AkkaWs.Primitives;
using AkkaWs.Testing;
using AkkaWs.Tests.Support;
using AkkaWs.Tests.Telemetry;
using AkkaWs.Wire.Tests.Support;
using Xunit.Abstractions;

namespace AkkaWs.Tests.Chaos;

/// <summary>
/// One connection for a long time, with a drop every 5 s, a rotation every 20 s, subscribers that are slow or stand still and 50 requests a second, a third of them cancelled: in the end every outcome agrees with the server's own
/// ledger, no update is missing without a marker, and memory, handles and actors are as they were. 20 s; with <c>AKKAWS_NIGHTLY=1</c> an hour; <c>AKKAWS_SOAK_MINUTES</c> says another length.
/// </summary>
[Collection(Alone.Name)]
public sealed class SoakTests(ITestOutputHelper output)
    : ConnectionTest("akka { loglevel = OFF, stdout-loglevel = OFF, loggers = [\"Akka.Event.DefaultLogger\"], log-dead-letters = off }")
{
    private const double MostGrowth = 1.1;

    // What a full collection finds differs by so much, whatever happens between; it counts where the heap is small.
    private const long Slack = 1024 * 1024;

    private static readonly TimeSpan Run = Length();
    private static readonly TimeSpan DropEvery = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan RotateEvery = TimeSpan.FromSeconds(20);

    // The first rotation is between two drops.
    private static readonly TimeSpan FirstRotation = TimeSpan.FromSeconds(12);

    // Minutes, where it takes minutes: the heap of the last is held against that of the second.
    private static readonly TimeSpan Window = Run >= TimeSpan.FromMinutes(3) ? TimeSpan.FromMinutes(1) : Run / 4;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static readonly IReadOnlyList<Topic> Topics = ["a", "b", "c", "d"];
    private static readonly IReadOnlyList<Fault> Faults = [Fault.Reset(), Fault.Finish()];

    [Fact]
    public async Task Drops_rotations_cancels_and_slow_subscribers_cost_no_outcome_no_marker_no_memory_no_handle_and_no_actor()
    {
        using var deadline = new CancellationTokenSource(Run + (2 * Patience));
        var ct = deadline.Token;
        var most = (int)(Run.TotalSeconds * SoakRequests.PerSecond);
        await using var venue = new SoakVenue(most);
        await WarmUpAsync(venue);
        var (before, handles) = (Footprint.Of(Sys), Footprint.DescribeHandles());

        var client = await ConnectAsync(Options(venue), Protocol());
        var readers = new SoakReaders(Sys, client, Topics);
        var requests = new SoakRequests(Sys, client, venue.Ledger);
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(ct);
        var reading = readers.RunAsync(ending.Token);
        Task<int>[] work = [DropAsync(venue.Proxy, ending.Token), RotateAsync(client, ending.Token)];
        var asking = requests.RunAsync(most, ending.Token);
        var heap = await WeighAsync(ct);
        await ending.CancelAsync();
        await asking;
        var (drops, rotations) = (await work[0], await work[1]);

        Assert.True(await ConnectionLog.UntilAsync(() => venue.Ledger.Ended >= requests.Asked, Patience), $"{requests.Asked - venue.Ledger.Ended} of {requests.Asked} requests have no outcome.");
        await client.WaitUntilReadyAsync(ct);
        var last = venue.Number;
        Assert.True(await ConnectionLog.UntilAsync(() => readers.HaveReached(last) || reading.IsCompleted, Patience), "A subscriber does not get what is sent.");
        var status = await client.GetStatusAsync(ct);
        Assert.Equal((0, 0, 0), (status.PendingRequests, status.QueuedCommands, status.ThrottledMessages));
        await client.CloseAsync(ct);
        await reading;
        readers.Stop();
        requests.Stop();

        output.WriteLine($"{drops} drops, {status.Reconnects} reconnects, {rotations} rotations, {last} numbers, heap {Describe(heap)}; {readers}; requests: {string.Join(", ", venue.Ledger.Kinds.Select(kind => $"{kind.Key} {kind.Value}"))}");
        AssertAccounted(venue.Ledger, requests.Asked);
        Assert.Empty(readers.Violations);
        readers.AssertWereSlow();
        Assert.InRange(drops, 1, int.MaxValue);
        Assert.InRange(status.Reconnects, drops / 2, long.MaxValue);
        Assert.InRange(rotations, 1, int.MaxValue);
        Assert.InRange(Median(heap[^1]), 0, (Median(heap[0]) * MostGrowth) + Slack);
        Assert.True(await ConnectionLog.UntilAsync(() => Footprint.Of(Sys) is var after && after.Handles <= before.Handles && after.Actors == before.Actors, Patience), $"{before} ({handles}) became {Footprint.Of(Sys)} ({Footprint.DescribeHandles()}).");
    }

    private static WebSocketClientOptions Options(SoakVenue venue) => new()
    {
        Name = "soak",
        Url = venue.Proxy.Url,
        ConnectTimeout = TimeSpan.FromSeconds(2),
        Heartbeat = new HeartbeatOptions { PingInterval = TimeSpan.FromSeconds(1), PongTimeout = TimeSpan.FromSeconds(1) },
        Reconnect = new ReconnectOptions
        {
            InitialDelay = TimeSpan.FromMilliseconds(50),
            MaxDelay = TimeSpan.FromMilliseconds(200),
            Slow = new SlowReconnectOptions { Initial = TimeSpan.FromMilliseconds(100), Max = TimeSpan.FromMilliseconds(200) },
        },
        Subscriptions = new SubscriptionOptions { ConfirmTimeout = Patience },
    };

    private static LineProtocol Protocol() => new() { IsNumbered = true, Authenticates = true };

    /// <summary>One life before it is measured: what stays of the first stays of all, such as the closed connection under its name.</summary>
    private async Task WarmUpAsync(SoakVenue venue)
    {
        var client = await ConnectAsync(Options(venue), Protocol());
        await using (await client.SubscribeAsync(Topics, Ct))
        {
            foreach (var fault in Faults)
            {
                var epoch = client.Epoch;
                venue.Proxy.Apply(fault);
                await AwaitAssertAsync(() => Assert.True(client.Epoch != epoch && client.IsConnected), Deadline);
            }

            await client.RotateAsync(Ct);
        }

        var connection = (ActorRefWithCell)client.Connection;
        await client.CloseAsync(Ct);
        await AwaitAssertAsync(() => Assert.Empty(connection.Children), Deadline); // who is still ending would hide as many that never end
        await AwaitAssertAsync(() => Assert.Equal((0, 0), (venue.Sessions, venue.Proxy.Connections.Count)), Deadline);
        Footprint.Heap();
    }

    private static Task<int> DropAsync(FaultProxy proxy, CancellationToken ct) => EveryAsync(
        DropEvery,
        DropEvery,
        count =>
        {
            proxy.Apply(Faults[count % Faults.Count]);
            return Task.FromResult(true);
        },
        ct);

    private static Task<int> RotateAsync(WebSocketClient client, CancellationToken ct) => EveryAsync(FirstRotation, RotateEvery, _ => TryRotateAsync(client), ct);

    private static async Task<bool> TryRotateAsync(WebSocketClient client)
    {
        try
        {
            await client.RotateAsync().WaitAsync(Patience);
            return true;
        }
        catch (RotationFailedException)
        {
            // A drop came between.
            return false;
        }
    }

    /// <summary>Does something again and again, and returns how often it was done.</summary>
    private static async Task<int> EveryAsync(TimeSpan first, TimeSpan interval, Func<int, Task<bool>> action, CancellationToken ct)
    {
        var done = 0;
        try
        {
            await Task.Delay(first, ct);
            using var timer = new PeriodicTimer(interval);
            do
            {
                if (await action(done))
                    done++;
            }
            while (await timer.WaitForNextTickAsync(ct));
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            // Over.
        }

        return done;
    }

    /// <summary>Lasts as long as the run, and weighs the heap five times in its second window and in its last.</summary>
    private static async Task<IReadOnlyList<long>[]> WeighAsync(CancellationToken ct)
    {
        await Task.Delay(Window, ct);
        var second = await WeighWindowAsync(ct);
        await Task.Delay(Run - (3 * Window), ct);
        return [second, await WeighWindowAsync(ct)];
    }

    private static async Task<IReadOnlyList<long>> WeighWindowAsync(CancellationToken ct)
    {
        const int Times = 5;
        List<long> weights = [];
        for (var i = 0; i < Times; i++)
        {
            await Task.Delay(Window / Times, ct);
            weights.Add(Footprint.Heap());
        }

        return weights;
    }

    private static long Median(IReadOnlyList<long> weights) => weights.Order().ElementAt(weights.Count / 2);

    private static string Describe(IReadOnlyList<long>[] heap) => string.Join(" then ", heap.Select(weights => string.Create(CultureInfo.InvariantCulture, $"{Median(weights) / 1024.0 / 1024.0:F2} MB")));

    private static void AssertAccounted(SoakLedger ledger, int asked)
    {
        Assert.Equal(asked, ledger.Kinds.Values.Sum());
        Assert.Empty(ledger.Disagreements(asked).Take(20));
        Assert.InRange(ledger.Kinds.GetValueOrDefault("answered"), asked / 3, asked * 2 / 3);
        Assert.InRange(ledger.Kinds.Where(kind => kind.Key.StartsWith(nameof(RequestCancelledException), StringComparison.Ordinal)).Sum(kind => kind.Value), asked / 4, asked / 3 + 1);
    }

    private static TimeSpan Length() => Environment.GetEnvironmentVariable("AKKAWS_SOAK_MINUTES") is { Length: > 0 } minutes
        ? TimeSpan.FromMinutes(double.Parse(minutes, CultureInfo.InvariantCulture))
        : Nightly.IsOn ? TimeSpan.FromHours(1) : TimeSpan.FromSeconds(20);
}
