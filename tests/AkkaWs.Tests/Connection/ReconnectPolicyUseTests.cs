using System.Collections.Concurrent;
using AkkaWs.Client;
using AkkaWs.Errors;
using AkkaWs.Messages;
using AkkaWs.Options;
using AkkaWs.Policies;
using AkkaWs.Tests.Support;

namespace AkkaWs.Tests.Connection;

/// <summary>The policy decides, with all it may depend on; and what callers learn where it gives up.</summary>
public sealed class ReconnectPolicyUseTests : ConnectionTest
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    [Fact]
    public async Task A_policy_of_the_caller_s_decides_and_sees_the_whole_situation()
    {
        await using var server = await LineServer.StartAsync();
        await server.Server.RefuseTcpAsync(Ct);
        var policy = new Recorder(situation => situation.Attempt < 4 ? ReconnectDecision.RetryAfter(TimeSpan.FromMilliseconds(10)) : ReconnectDecision.GiveUp);
        var options = server.Options("own-policy") with { Reconnect = new ReconnectOptions { Circuit = new CircuitBreakerOptions { Failures = 3, OpenFor = TimeSpan.FromHours(1) } } };
        await using var client = await WebSocketClient.OpenAsync(Sys, options, new LineProtocol(), policy, Ct);

        var error = await Assert.ThrowsAsync<ConnectionClosedException>(() => client.WaitUntilReadyAsync(Ct));

        Assert.Equal(ErrorClass.Refused, error.Reason.Class);
        Assert.Equal([(1, 1), (2, 2), (3, 3), (4, 4)], policy.Seen.Select(s => (s.Attempt, s.ClassAttempt)));
        Assert.Equal([1, 2, 0, 0], policy.Seen.Select(s => s.RecentFailures));
        Assert.Equal([false, false, true, true], policy.Seen.Select(s => s.CircuitOpenFor > TimeSpan.FromMinutes(30)));
        Assert.True(policy.Seen[3].Downtime > policy.Seen[1].Downtime);
    }

    [Fact]
    public async Task A_policy_that_throws_is_a_crash_like_another_and_the_connection_comes_back()
    {
        await using var server = await LineServer.StartAsync();
        var throws = 2;
        var policy = new Recorder(_ => throws-- > 0 ? throw new InvalidOperationException("a bug") : ReconnectDecision.RetryAfter(TimeSpan.Zero));
        await using var client = await WebSocketClient.ConnectAsync(Sys, server.Options("bad-policy"), new LineProtocol(), policy, Ct);
        var reconnected = NextAsync<Reconnected>(client);

        server.Connection.Drop();

        await reconnected;
        Assert.True(client.IsConnected);
    }

    [Fact]
    public async Task Attempts_that_are_used_up_end_in_Closed_and_every_caller_learns_the_last_cause()
    {
        await using var server = await LineServer.StartAsync();
        await server.Server.RefuseTcpAsync(Ct);
        var reconnect = new ReconnectOptions { InitialDelay = TimeSpan.FromMilliseconds(20), MaxDelay = TimeSpan.FromMilliseconds(200), MaxAttempts = 3 };
        var events = CreateTestProbe();
        Sys.EventStream.Subscribe(events, typeof(ConnectionEvent));
        await using var client = await OpenAsync(server.Options("used-up") with { Reconnect = reconnect });
        var waiting = client.SubscribeAsync("a", Ct);
        var queued = client.RequestRawAsync(Request("x") with { WhenNotReady = WhenNotReady.Queue(Patience) }, Ct);

        var closed = (ConnectionClosed)await events.FishForMessageAsync(m => m is ConnectionClosed, Patience);
        Assert.Equal((ErrorClass.Refused, 3), (closed.Reason.Class, closed.Reason.GaveUpAfter));
        await AssertUsedUpAsync(() => waiting.WaitAsync(Patience));
        await AssertUsedUpAsync(() => queued.WaitAsync(Patience));
        await AssertUsedUpAsync(() => client.RequestRawAsync(Request("late"), Ct));
        await AssertUsedUpAsync(() => client.SubscribeAsync("late", Ct));
        await AssertUsedUpAsync(() => client.WaitUntilReadyAsync(Ct));
        Assert.Equal(ConnectionState.Closed, client.State);
    }

    [Fact]
    public async Task A_class_s_own_limit_counts_failures_of_that_class_without_a_stable_connection_between()
    {
        await using var server = await LineServer.StartAsync();
        var reconnect = new ReconnectOptions
        {
            InitialDelay = TimeSpan.FromMilliseconds(20),
            MaxDelay = TimeSpan.FromMilliseconds(200),
            Classes = new Dictionary<ErrorClass, ClassReconnectOptions> { [ErrorClass.ServerUnavailable] = new() { MaxAttempts = 2 } },
        };
        server.Server.RefuseConnections(System.Net.HttpStatusCode.ServiceUnavailable, times: 2);
        await using var client = await OpenAsync(server.Options("class-limit") with { Reconnect = reconnect });
        await client.WaitUntilReadyAsync(Ct);
        await server.Server.WaitForConnectionAsync(1, cancellationToken: Ct);
        var reset = NextAsync<Reconnecting>(client, e => e.Reason.Class == ErrorClass.Reset);
        var closed = NextAsync<ConnectionClosed>(client);
        server.Server.RefuseConnections(System.Net.HttpStatusCode.ServiceUnavailable);

        server.Connection.Drop();

        await reset;
        Assert.Equal(ErrorClass.ServerUnavailable, (await closed).Reason.Class);
        Assert.Equal(2 + 1, server.Server.UpgradesRefused);
    }

    [Fact]
    public async Task A_close_without_a_code_starts_the_count_again_if_asked_to()
    {
        await using var server = await LineServer.StartAsync();
        var reconnect = new ReconnectOptions { InitialDelay = TimeSpan.FromMilliseconds(10), MaxDelay = TimeSpan.FromMilliseconds(100), ResetOn1005 = true, MaxAttempts = 2 };
        await using var client = await ConnectAsync(server.Options("1005") with { Reconnect = reconnect });

        for (var round = 1; round <= 6; round++)
        {
            var reconnecting = NextAsync<Reconnecting>(client);
            var reconnected = NextAsync<Reconnected>(client);
            await (await server.Server.WaitForConnectionAsync(round, cancellationToken: Ct)).SendRawAsync(new byte[] { 0x88, 0 }, Ct);
            Assert.Equal((1, 1005), ((await reconnecting).Attempt, (await reconnecting).Reason.CloseCode));
            await reconnected;
        }
    }

    private static async Task AssertUsedUpAsync(Func<Task> call)
    {
        var error = await Assert.ThrowsAsync<MaxReconnectAttemptsException>(call);
        Assert.Equal(ErrorClass.Refused, error.Reason.Class);
        Assert.Equal(3, error.Attempts);
        Assert.IsType<AkkaWs.Wire.WireConnectException>(error.InnerException);
    }

    private sealed class Recorder(Func<ReconnectSituation, ReconnectDecision> decide) : IReconnectPolicy
    {
        private readonly ConcurrentQueue<ReconnectSituation> _seen = new();

        public IReadOnlyList<ReconnectSituation> Seen => [.. _seen];

        public ReconnectDecision Decide(ReconnectSituation situation, ReconnectOptions options, double chance)
        {
            _seen.Enqueue(situation);
            return decide(situation);
        }
    }
}
