using Akka.Actor;
using AkkaWs.Errors;
using AkkaWs.Messages;
using AkkaWs.Options;
using AkkaWs.Tests.Support;

namespace AkkaWs.Tests.Connection;

/// <summary>A connection whose process was paused, in real time: its clock goes on meanwhile.</summary>
public sealed class LateBeatTests : ConnectionTest
{
    private static readonly TimeSpan PongTimeout = TimeSpan.FromMilliseconds(500);

    [Fact]
    public async Task A_beat_that_comes_late_lets_the_reader_have_a_turn_first()
    {
        await using var server = await LineServer.StartAsync();
        (server.AnswersRequests, server.ConfirmsSubscriptions) = (false, false);
        using var paused = new ManualResetEventSlim();
        var protocol = new LineProtocol { IsUnbuildable = _ => !paused.Wait(Deadline) };
        await using var client = await ConnectAsync(server.Options("paused") with { Heartbeat = new HeartbeatOptions { PongTimeout = PongTimeout } }, protocol);
        server.Server.AnswerPings = false;
        // A request that times out in silence sends the ping.
        await Assert.ThrowsAsync<RequestTimeoutException>(() => client.RequestRawAsync(Request("order") with { Timeout = TimeSpan.FromMilliseconds(50) }, Ct));
        client.Connection.Tell(new Subscribe(["a"], CreateTestProbe()), ActorRefs.NoSender);
        await server.Server.WaitForAsync(() => server.Connection.PingsReceived == 1, cancellationToken: Ct);

        // The beat is due meanwhile and waits, the pong comes behind it.
        await Task.Delay(PongTimeout * 2, Ct);
        await server.Connection.SendRawAsync((byte[])[0x8A, 8, 0, 0, 0, 0, 0, 0, 0, 1], Ct);
        paused.Set();

        var status = await client.GetStatusAsync(Ct);
        Assert.Equal((ConnectionState.Ready, 1, 0), (status.State, status.Epoch.Value, status.MissedPongs));
    }
}
