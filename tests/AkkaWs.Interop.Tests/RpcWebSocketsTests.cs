using System.Text.Json;
using Akka.Actor;
using AkkaWs.Client;
using AkkaWs.Errors;
using AkkaWs.Messages;
using AkkaWs.Options;
using AkkaWs.Protocol.JsonRpc;
using AkkaWs.TestSupport;

namespace AkkaWs.Interop.Tests;

/// <summary>The JSON-RPC handler against npm's rpc-websockets: calls, errors, a login, events with partial success.</summary>
public sealed class RpcWebSocketsTests : IAsyncDisposable
{
    private readonly ActorSystem _system = ActorSystem.Create("rpc", TestHocon.Below("akka.loglevel = ERROR"));
    private readonly CancellationTokenSource _deadline = new(TimeSpan.FromMinutes(3));

    public async ValueTask DisposeAsync()
    {
        await _system.Terminate();
        _deadline.Dispose();
    }

    [RpcWebSocketsFact]
    public async Task Calls_errors_and_batches_are_understood()
    {
        await using var server = await NodeServer.StartAsync(NpmPackage.RpcWebSockets, "rpc-websockets-server.js");
        await using var client = await ConnectAsync(server);

        Assert.Equal(19, await AskAsync<int>(client, "subtract", new[] { 42, 23 }));
        Assert.Equal(19, await AskAsync<int>(client, "subtract", new { subtrahend = 23, minuend = 42 }));
        var missing = await Assert.ThrowsAsync<JsonRpcException>(() => AskAsync<int>(client, "foobar"));
        Assert.Equal(JsonRpcError.MethodNotFound, missing.Error.Code);
        var failed = await Assert.ThrowsAsync<JsonRpcException>(() => AskAsync<int>(client, "fail"));
        Assert.Equal((-32000, "Error", "on purpose"), (failed.Error.Code, failed.Error.Message, failed.Error.Data?.GetString()));

        var batch = new JsonRpcBatch().Call("subtract", new[] { 3, 1 }).Call("foobar").Notify("subtract", new[] { 1, 1 }).Call("subtract", new[] { 1, 3 });
        var response = await client.RequestRawAsync(new Request(batch.ToPayload()), _deadline.Token);
        var results = batch.Read(client.Name, response.Id, response.Result);
        Assert.Equal((2, -2), (results[0].Get<int>(), results[2].Get<int>()));
        Assert.Equal(JsonRpcError.MethodNotFound, results[1].Error?.Code);
    }

    [RpcWebSocketsFact]
    public async Task Of_a_partial_success_the_refused_event_is_named_and_the_other_one_flows()
    {
        await using var server = await NodeServer.StartAsync(NpmPackage.RpcWebSockets, "rpc-websockets-server.js");
        await using var client = await ConnectAsync(server);

        var refusal = await Assert.ThrowsAsync<SubscriptionFailedException>(() => client.SubscribeAsync(["ticks", "nothing"], _deadline.Token));
        Assert.Equal("nothing (provided event invalid)", Assert.Single(refusal.Failures).ToString());

        await using var ticks = await client.SubscribeAsync("ticks", _deadline.Token);
        Assert.Equal(5, await AskAsync<int>(client, "tick", new[] { 5 }));
        List<int> numbers = [];
        await foreach (var update in ticks.WithCancellation(_deadline.Token))
        {
            numbers.Add(JsonElement.Parse(update.Payload.Span).GetProperty("params")[0].GetInt32());
            if (numbers.Count == 5)
                break;
        }

        Assert.Equal([1, 2, 3, 4, 5], numbers);
    }

    [RpcWebSocketsFact]
    public async Task A_login_opens_what_is_protected_and_a_wrong_one_is_rejected()
    {
        await using var server = await NodeServer.StartAsync(NpmPackage.RpcWebSockets, "rpc-websockets-server.js");
        await using (var stranger = await ConnectAsync(server))
            await Assert.ThrowsAsync<JsonRpcException>(() => AskAsync<int>(stranger, "secret"));

        await using var client = await ConnectAsync(server, "right");
        Assert.Equal(42, await AskAsync<int>(client, "secret"));
        await Assert.ThrowsAsync<AuthenticationFailedException>(() => ConnectAsync(server, "wrong"));
    }

    private Task<WebSocketClient> ConnectAsync(NodeServer server, string? password = null) => WebSocketClient.ConnectAsync(
        _system,
        new WebSocketClientOptions { Name = $"rpc-{password}-{Guid.NewGuid():N}", Url = server.Url, ConnectTimeout = Wait.Patience, AuthenticationTimeout = Wait.Patience, Subscriptions = new SubscriptionOptions { ConfirmTimeout = Wait.Patience }, Requests = new RequestOptions { Timeout = Wait.Patience } },
        new JsonRpcHandler(new RpcWebSocketsStyle(), new JsonRpcOptions
        {
            Login = password is null ? null : _ => new(new JsonRpcRequest("rpc.login", new { user = "me", password })),
        }),
        _deadline.Token);

    private Task<T> AskAsync<T>(WebSocketClient client, string method, object? parameters = null) =>
        client.RequestAsync<JsonRpcRequest, T>(new JsonRpcRequest(method, parameters), cancellationToken: _deadline.Token);
}
