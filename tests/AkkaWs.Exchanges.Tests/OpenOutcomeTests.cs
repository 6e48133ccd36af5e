using System.Text.Json.Nodes;
using Akka.TestKit.Xunit2;
using AkkaWs.Client;
using AkkaWs.Errors;
using AkkaWs.Messages;
using AkkaWs.Options;
using AkkaWs.Protocol;
using AkkaWs.Testing;
using AkkaWs.TestSupport;

namespace AkkaWs.Exchanges.Tests;

/// <summary>An order that the venue answers with an error of its own inside may live: nobody is told that it was refused.</summary>
public sealed class OpenOutcomeTests() : TestKit(TestHocon.Below("akka.loglevel = WARNING"))
{
    [Fact]
    public Task Bybit_restarts_behind_an_order() => AssertOpenAsync(
        new BybitHandler(BybitStream.Trade, CredentialsProvider.Fixed(new ApiCredentials("key", "secret"))),
        """{"op":"order.create","args":[{"symbol":"BTCUSDT","orderLinkId":"mine-17"}]}""",
        request => $$"""{"reqId":"{{request["reqId"]}}","retCode":10016,"retMsg":"Service is restarting","op":"order.create","data":{},"connId":"c"}""",
        "10016");

    [Fact]
    public Task Deribit_takes_too_long_for_an_order() => AssertOpenAsync(
        new DeribitHandler(),
        """{"method":"private/buy","params":{"instrument_name":"BTC-PERPETUAL","amount":10,"label":"mine-17"}}""",
        request => $$$"""{"jsonrpc":"2.0","id":{{{request["id"]}}},"error":{"code":13028,"message":"temporarily_unavailable"}}""",
        "13028");

    private async Task AssertOpenAsync(ProtocolHandler handler, string order, Func<JsonNode, string> answer, string code)
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        await using var server = await ScriptedServer.StartAsync(
            async (connection, ended) =>
            {
                while (await connection.ReceiveTextAsync(ended) is { } text)
                {
                    if (text.Contains("mine-17", StringComparison.Ordinal))
                        await connection.SendTextAsync(answer(JsonNode.Parse(text)!), ended);
                }
            },
            deadline.Token);
        var options = new WebSocketClientOptions { Name = "open-outcome", Url = server.Url, AuthenticateOnConnect = false, Heartbeat = new HeartbeatOptions { PingInterval = TimeSpan.Zero } };
        await using var client = await WebSocketClient.ConnectAsync(Sys, options, handler, deadline.Token);

        var unknown = await Assert.ThrowsAsync<SentOutcomeUnknownException>(() => client.RequestRawAsync(new Request(order.Utf8()), deadline.Token));

        Assert.Equal((code, "mine-17"), (unknown.Code, unknown.ClientOrderId));
    }
}
