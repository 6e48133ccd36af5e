using System.Globalization;
using System.Text.Json;
using Akka.Actor;
using AkkaWs.Client;
using AkkaWs.Messages;
using AkkaWs.Options;
using AkkaWs.Protocol.JsonRpc;
using AkkaWs.TestSupport;

namespace AkkaWs.Interop.Tests;

/// <summary>The JSON-RPC handler against an Ethereum chain of npm's ganache, whose pushes may come before the response that explains them.</summary>
public sealed class GanacheTests : IAsyncDisposable
{
    private readonly ActorSystem _system = ActorSystem.Create("chain", TestHocon.Below("akka.loglevel = ERROR"));
    private readonly CancellationTokenSource _deadline = new(TimeSpan.FromMinutes(3));

    public async ValueTask DisposeAsync()
    {
        await _system.Terminate();
        _deadline.Dispose();
    }

    [GanacheFact]
    public async Task Calls_and_batches_are_understood()
    {
        await using var server = await NodeServer.StartAsync(NpmPackage.Ganache, "ganache-server.js");
        await using var client = await ConnectAsync(server);

        Assert.Equal("0x539", await AskAsync<string>(client, "eth_chainId"));
        var unknown = await Assert.ThrowsAsync<JsonRpcException>(() => AskAsync<string>(client, "eth_nothing"));
        Assert.Contains("eth_nothing does not exist", unknown.Error.Message, StringComparison.Ordinal);

        var batch = new JsonRpcBatch().Call("eth_chainId").Call("eth_getBlockByNumber", new object[] { "0x0", false });
        var response = await client.RequestRawAsync(new Request(batch.ToPayload()), _deadline.Token);
        var results = batch.Read(client.Name, response.Id, response.Result);
        Assert.Equal("0x539", results[0].Get<string>());
        Assert.Equal("0x0", results[1].Get<JsonElement>().GetProperty("number").GetString());
    }

    [GanacheFact]
    public async Task Blocks_that_are_mined_while_the_subscription_is_being_made_are_not_lost()
    {
        await using var server = await NodeServer.StartAsync(NpmPackage.Ganache, "ganache-server.js");
        await using var client = await ConnectAsync(server);
        // The subscribe message and the call that mines leave together: pushes come before the response of that call.
        var subscribing = client.SubscribeAsync("newHeads", _deadline.Token);
        var mining = AskAsync<string>(client, "evm_mine", new[] { new { blocks = 20 } });
        await using var heads = await subscribing;

        List<long> numbers = [];
        await foreach (var update in heads.WithCancellation(_deadline.Token))
        {
            numbers.Add(Number(JsonElement.Parse(update.Payload.Span).GetProperty("params").GetProperty("result").GetProperty("number").GetString()!));
            if (numbers[^1] == 20)
                break;
        }

        await mining;
        Assert.Equal(20, Number(await AskAsync<string>(client, "eth_blockNumber")));
        Assert.Equal(Enumerable.Range((int)numbers[0], numbers.Count).Select(n => (long)n), numbers);
        Assert.Equal(0, (await client.GetStatusAsync(_deadline.Token)).UnroutedUpdates);
    }

    private Task<WebSocketClient> ConnectAsync(NodeServer server) => WebSocketClient.ConnectAsync(
        _system,
        new WebSocketClientOptions { Name = $"chain-{Guid.NewGuid():N}", Url = server.Url, ConnectTimeout = Wait.Patience, Subscriptions = new SubscriptionOptions { ConfirmTimeout = Wait.Patience }, Requests = new RequestOptions { Timeout = Wait.Patience } },
        new JsonRpcHandler(new EthereumStyle()),
        _deadline.Token);

    private Task<T> AskAsync<T>(WebSocketClient client, string method, object? parameters = null) =>
        client.RequestAsync<JsonRpcRequest, T>(new JsonRpcRequest(method, parameters), cancellationToken: _deadline.Token);

    private static long Number(string hex) => long.Parse(hex.AsSpan(2), NumberStyles.HexNumber, CultureInfo.InvariantCulture);
}
