using System.Collections.Concurrent;
using AkkaWs.Client;
using AkkaWs.Errors;
using AkkaWs.Management;
using AkkaWs.Options;
using AkkaWs.Tests.Support;
using AkkaWs.Wire.Tests.Support;

namespace AkkaWs.Tests.Chaos;

/// <summary>What the chaos suites share: a connection to a <see cref="ChaosVenue"/> with backoffs small enough to wait for, and many cases at once.</summary>
public abstract class ChaosTest() : ConnectionTest("akka { loglevel = OFF, stdout-loglevel = OFF, loggers = [\"Akka.Event.DefaultLogger\"], log-dead-letters = off }")
{
    private const int AtOnce = 8;

    public static TheoryData<Failure> Failures => [.. Enum.GetValues<Failure>()];

    /// <summary>How long a case may wait for anything.</summary>
    private protected static TimeSpan Patience { get; } = TimeSpan.FromSeconds(Nightly.IsOn ? 300 : 60);

    /// <summary>Lets a subscribe call wait for its confirmation through the whole trouble.</summary>
    private protected static SubscriptionOptions ThroughTrouble { get; } = new() { ConfirmTimeout = Patience };

    private protected static WebSocketClientOptions Quick(Uri url) => new()
    {
        Name = $"chaos-{Guid.NewGuid():N}",
        Url = url,
        ConnectTimeout = TimeSpan.FromSeconds(2),
        AuthenticationTimeout = TimeSpan.FromSeconds(2),
        CloseTimeout = TimeSpan.FromSeconds(1),
        Subscriptions = ThroughTrouble,
        Heartbeat = new HeartbeatOptions { PingInterval = TimeSpan.FromSeconds(1), PongTimeout = TimeSpan.FromSeconds(1) },
        Reconnect = new ReconnectOptions
        {
            InitialDelay = TimeSpan.FromMilliseconds(10),
            MaxDelay = TimeSpan.FromMilliseconds(50),
            Slow = new SlowReconnectOptions { Initial = TimeSpan.FromMilliseconds(10), Max = TimeSpan.FromMilliseconds(50) },
        },
    };

    private protected Task<WebSocketClient> OpenAsync(ChaosVenue venue, WebSocketClientOptions options, bool declared, CancellationToken ct) => WebSocketClient.OpenAsync(
        Sys,
        new OpenConnection(options, new LineProtocol { Authenticates = true }, venue.ConnectAsync, new Random(1)) { IsDeclared = declared },
        ct);

    /// <summary>Runs cases at the same time and fails with all that failed.</summary>
    private protected static async Task AllAsync(IEnumerable<ChaosCase> cases, Func<ChaosCase, CancellationToken, Task> run)
    {
        ConcurrentQueue<string> failures = [];
        var count = 0;
        await Parallel.ForEachAsync(cases, new ParallelOptions { MaxDegreeOfParallelism = AtOnce }, async (chaos, _) =>
        {
            Interlocked.Increment(ref count);
            using var deadline = new CancellationTokenSource(Patience);
            try
            {
                await run(chaos, deadline.Token);
            }
            catch (Exception failure) when (failure is Xunit.Sdk.XunitException or WebSocketClientException or OperationCanceledException or TimeoutException)
            {
                failures.Enqueue($"{chaos}: {failure.GetType().Name}: {failure.Message}");
            }
        });

        Assert.True(count > 0, "No case was run.");
        Assert.True(failures.IsEmpty, string.Join(Environment.NewLine, failures));
    }
}
