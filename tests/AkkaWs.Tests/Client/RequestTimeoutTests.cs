using AkkaWs.Errors;
using AkkaWs.Options;
using AkkaWs.Tests.Connection;
using AkkaWs.Tests.Support;

namespace AkkaWs.Tests.Client;

public sealed class RequestTimeoutTests : VirtualTimeTest
{
    [Fact]
    public async Task A_request_without_an_answer_times_out_and_its_late_answer_is_counted()
    {
        await using var server = await LineServer.StartAsync();
        server.AnswersRequests = false;
        await using var client = await ConnectAsync(server.Options("timeout") with { Heartbeat = new HeartbeatOptions { PingInterval = TimeSpan.Zero } });
        var request = client.RequestRawAsync(Request("x") with { Id = "7" }, Ct);
        await AwaitAssertAsync(() => Assert.Single(server.Received), Deadline);
        Assert.False(request.IsCompleted);

        // Its time runs from when its actor took it on, which may be after the server has it.
        while (!request.IsCompleted)
        {
            Scheduler.Advance(new RequestOptions().Timeout);
            await SettleAsync(client);
        }

        Assert.True((await Assert.ThrowsAsync<RequestTimeoutException>(() => request)).Written);
        await server.Connection.SendTextAsync("R|7|ok|late", Ct);
        await AwaitAssertAsync(async () => Assert.Equal(1, (await client.GetStatusAsync(Ct)).LateResponses), Deadline);
        Assert.Equal(0, (await client.GetStatusAsync(Ct)).PendingRequests);
    }
}
