using Akka.TestKit;
using AkkaWs.Client;
using AkkaWs.Errors;
using AkkaWs.Messages;
using AkkaWs.Options;
using AkkaWs.Tests.Support;

namespace AkkaWs.Tests.Connection;

/// <summary>The circuit breaker over a connection that is refused, in virtual time: nothing is tried before its time has come.</summary>
public sealed class CircuitTests : VirtualTimeTest
{
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    [Fact]
    public async Task Too_many_failures_open_the_circuit_then_one_probe_decides()
    {
        await using var server = await LineServer.StartAsync();
        await server.Server.RefuseTcpAsync(Ct);
        var events = CreateTestProbe();
        Sys.EventStream.Subscribe(events, typeof(ConnectionEvent));
        await using var client = await OpenAsync(Options(server, "circuit", new CircuitBreakerOptions { Failures = 3, OpenFor = Hour, Window = Hour }));

        Assert.Equal([Seconds(1), Seconds(2)], [await FailedAsync(events, client), await FailedAsync(events, client)]);
        for (var probe = 0; probe < 2; probe++)
        {
            // The third failure opens it; a probe that fails opens it again.
            Assert.Equal(Hour, (await NextAsync<Reconnecting>(events)).Delay);
            await SettleAsync(client);
            Scheduler.Advance(Hour - Seconds(1));
            await SettleAsync(client);
            Assert.Equal(ConnectionState.Reconnecting, client.State);
            Scheduler.Advance(Seconds(1));
        }

        Assert.Equal(Hour, (await NextAsync<Reconnecting>(events)).Delay);
        await SettleAsync(client);
        await server.Server.AcceptConnectionsAsync(Ct);
        Scheduler.Advance(Hour);
        await client.WaitUntilReadyAsync(Ct);
    }

    [Fact]
    public async Task A_circuit_that_opens_too_often_closes_the_connection_with_the_last_cause()
    {
        await using var server = await LineServer.StartAsync();
        await server.Server.RefuseTcpAsync(Ct);
        var events = CreateTestProbe();
        Sys.EventStream.Subscribe(events, typeof(ConnectionEvent));
        await using var client = await OpenAsync(Options(server, "circuit-ends", new CircuitBreakerOptions { Failures = 2, OpenFor = Hour, MaxOpens = 2 }));

        Assert.Equal([Seconds(1), Hour, Hour], [await FailedAsync(events, client), await FailedAsync(events, client), await FailedAsync(events, client)]);

        var error = await Assert.ThrowsAsync<MaxReconnectAttemptsException>(() => client.WaitUntilReadyAsync(Ct));
        Assert.Equal((ErrorClass.Refused, 3), (error.Reason.Class, error.Attempts));
        Assert.IsType<AkkaWs.Wire.WireConnectException>(error.InnerException);
    }

    /// <summary>Waits for the next failure and lets the delay before the next attempt pass.</summary>
    private async Task<TimeSpan> FailedAsync(TestProbe events, WebSocketClient client)
    {
        var delay = (await NextAsync<Reconnecting>(events)).Delay;
        await SettleAsync(client);
        Scheduler.Advance(delay);
        return delay;
    }

    private static WebSocketClientOptions Options(LineServer server, string name, CircuitBreakerOptions circuit) => server.Options(name) with
    {
        Reconnect = new ReconnectOptions { InitialDelay = Seconds(1), MaxDelay = Seconds(10), Jitter = 0, Circuit = circuit },
    };

    private static TimeSpan Seconds(double seconds) => TimeSpan.FromSeconds(seconds);
}
