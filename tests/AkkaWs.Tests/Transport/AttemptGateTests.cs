using System.Collections.Concurrent;
using Akka.Actor;
using AkkaWs.Errors;
using AkkaWs.Management;
using AkkaWs.Messages;
using AkkaWs.Options;
using AkkaWs.Tests.Connection;
using AkkaWs.Tests.Support;
using AkkaWs.Transport;
using AkkaWs.Wire;

namespace AkkaWs.Tests.Transport;

/// <summary>Attempts to connect to one host, of whichever connection, never exceed the gate. Time is virtual, for the gate's clock too.</summary>
public sealed class AttemptGateTests : VirtualTimeTest
{
    private static readonly RateOptions TenPerSecond = new() { Limit = 10, Burst = 5, MaxWaiting = 10_000 };
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly AttemptGate _gate;
    private int _connecting;

    public AttemptGateTests()
    {
        var start = Scheduler.Now;
        _gate = new AttemptGate(Scheduler, () => Scheduler.Now - start);
    }

    [Fact]
    public async Task Who_comes_within_the_burst_passes_and_the_others_take_turns_in_order()
    {
        var passed = new ConcurrentQueue<int>();
        var ahead = new ConcurrentQueue<int>();
        var all = Enumerable.Range(0, 8).Select(i => EnterAsync(i)).ToList();
        Assert.Equal([0, 1, 2], ahead);
        await PassedAsync(5);

        for (var i = 6; i <= 8; i++)
        {
            Scheduler.Advance(TimeSpan.FromMilliseconds(100));
            await PassedAsync(i);
        }

        await Task.WhenAll(all).WaitAsync(Patience);
        Assert.Equal(Enumerable.Range(0, 8), passed);
        Assert.Equal(0, _gate.Waiting);

        async Task EnterAsync(int number)
        {
            await _gate.EnterAsync("host", TenPerSecond, ahead.Enqueue, Ct);
            passed.Enqueue(number);
        }

        Task PassedAsync(int count) => AwaitAssertAsync(() => Assert.Equal(count, passed.Count), Patience);
    }

    [Fact]
    public async Task A_turn_that_is_given_up_goes_to_the_next()
    {
        using var cancellation = new CancellationTokenSource();
        var one = new RateOptions { Limit = 1 };
        await _gate.EnterAsync("host", one, _ => { }, Ct);
        var first = _gate.EnterAsync("host", one, _ => { }, cancellation.Token);
        var second = _gate.EnterAsync("host", one, _ => { }, Ct);

        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first.WaitAsync(Patience));
        Assert.Equal(1, _gate.Waiting);
        Scheduler.Advance(TimeSpan.FromSeconds(1));

        await second.WaitAsync(Patience);
    }

    [Fact]
    public async Task One_too_many_is_rejected_at_once()
    {
        var one = new RateOptions { Limit = 1, MaxWaiting = 1 };
        await _gate.EnterAsync("host", one, _ => { }, Ct);
        var waiting = _gate.EnterAsync("HOST", one, _ => { }, Ct);

        await Assert.ThrowsAsync<TooManyAttemptsException>(() => _gate.EnterAsync("host", one, _ => { }, Ct));

        Assert.False(waiting.IsCompleted);
        await _gate.EnterAsync("other", one, _ => { }, Ct);
    }

    [Fact]
    public async Task A_thousand_connections_at_once_do_not_exceed_the_gate_and_all_get_their_turn()
    {
        const int Count = 1_000;
        var rate = new RateOptions { Limit = 200, Burst = 20, MaxWaiting = Count };
        for (var i = 0; i < Count; i++)
            await OpenAsync(Options($"c{i}", rate), (_, _, token) => Never(token));

        await AwaitAssertAsync(() => Assert.Equal(Count - rate.Burst, _gate.Waiting), Patience);
        for (var elapsed = TimeSpan.Zero; elapsed <= TimeSpan.FromSeconds(5); elapsed += TimeSpan.FromMilliseconds(100))
        {
            Assert.InRange(Volatile.Read(ref _connecting), 0, rate.Burst + (int)(rate.Limit!.Value * elapsed.Ticks / TimeSpan.TicksPerSecond));
            Scheduler.Advance(TimeSpan.FromMilliseconds(100));
        }

        await AwaitAssertAsync(() => Assert.Equal(Count, Volatile.Read(ref _connecting)), Patience);
    }

    [Fact]
    public async Task Waiting_for_a_turn_shows_in_the_status_and_Close_acts_at_once()
    {
        var rate = new RateOptions { Limit = 1, Interval = TimeSpan.FromHours(1) };
        await OpenAsync(Options("first", rate), (_, _, token) => Never(token));
        await AwaitAssertAsync(() => Assert.Equal(1, Volatile.Read(ref _connecting)), Patience);
        var second = await OpenAsync(Options("second", rate), (_, _, token) => Never(token));
        await AwaitAssertAsync(() => Assert.Equal(1, _gate.Waiting), Patience);
        var third = await OpenAsync(Options("third", rate), (_, _, token) => Never(token));

        await AwaitAssertAsync(async () => Assert.Equal((ConnectionState.Connecting, 1), await StatusAsync(third)), Patience);
        await AwaitAssertAsync(async () => Assert.Equal((ConnectionState.Connecting, 0), await StatusAsync(second)), Patience);
        Assert.True((await AskAsync<ConnectionClosed>(third, Close.Instance)).Reason.IsGraceful);

        await AwaitAssertAsync(() => Assert.Equal(1, _gate.Waiting), Patience);
    }

    [Fact]
    public async Task An_attempt_that_finds_no_room_at_the_gate_is_planned_again()
    {
        var rate = new RateOptions { Limit = 1, Interval = TimeSpan.FromHours(1), MaxWaiting = 1 };
        var events = CreateTestProbe();
        Sys.EventStream.Subscribe(events, typeof(ConnectionEvent));
        await OpenAsync(Options("one", rate), (_, _, token) => Never(token));
        await AwaitAssertAsync(() => Assert.Equal(1, Volatile.Read(ref _connecting)), Patience);
        await OpenAsync(Options("two", rate), (_, _, token) => Never(token));
        await AwaitAssertAsync(() => Assert.Equal(1, _gate.Waiting), Patience);

        await OpenAsync(Options("three", rate), (_, _, token) => Never(token));

        var planned = (Reconnecting)await events.FishForMessageAsync(m => m is Reconnecting, Patience);
        Assert.Equal(("three", ErrorClass.RateLimited), (planned.Connection, planned.Reason.Class));
    }

    [Fact]
    public async Task All_connections_of_the_actor_system_share_the_gate_of_a_host()
    {
        await using var server = await LineServer.StartAsync();
        var rates = new RateLimitOptions { ConnectionAttempts = new RateOptions { Limit = 1, Interval = TimeSpan.FromHours(1) } };
        await using var first = await base.ConnectAsync(server.Options("shares-1") with { Rates = rates });
        await server.Server.WaitForConnectionAsync(1, cancellationToken: Ct);
        await using var second = await OpenAsync(server.Options("shares-2") with { Rates = rates });

        await AwaitAssertAsync(async () => Assert.Equal(0, (await second.GetStatusAsync(Ct)).AttemptsAhead), Patience);
        Assert.Equal(1, server.Server.ConnectionsAccepted);
    }

    private static WebSocketClientOptions Options(string name, RateOptions rate) => new()
    {
        Name = name,
        Url = new Uri("wss://venue.example/"),
        Rates = new RateLimitOptions { ConnectionAttempts = rate },
    };

    private async Task<WireConnection> Never(CancellationToken token)
    {
        Interlocked.Increment(ref _connecting);
        await Task.Delay(Timeout.Infinite, token);
        throw new OperationCanceledException(token);
    }

    private async Task<(ConnectionState, int?)> StatusAsync(IActorRef connection) =>
        await AskAsync<ConnectionStatus>(connection, GetStatus.Instance) is var status ? (status.State, status.AttemptsAhead) : default;

    private async Task<IActorRef> OpenAsync(WebSocketClientOptions options, WireConnector connect)
    {
        var open = new OpenConnection(options, new LineProtocol(), connect, new Random(1)) { Attempts = _gate };
        return (await AskAsync<ConnectionOpened>(AkkaWsExtension.For(Sys).Manager, open)).Connection;
    }
}
