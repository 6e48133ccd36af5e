using System.Text.Json.Nodes;
using AkkaWs.Client;
using AkkaWs.Errors;
using AkkaWs.Messages;
using AkkaWs.Options;
using AkkaWs.Protocol.JsonRpc;
using AkkaWs.Testing;
using AkkaWs.Tests.Support;

namespace AkkaWs.Tests.Protocol.JsonRpc;

/// <summary>The JSON-RPC handler on a connection, against scripted servers.</summary>
public sealed class JsonRpcConnectionTests : ConnectionTest
{
    [Fact]
    public async Task A_push_before_the_response_that_explains_it_is_not_lost_and_comes_first()
    {
        await using var server = await ServeAsync((request, send) => request["method"]!.GetValue<string>() == "eth_subscribe"
            ? send(Push("0xa1", 1), Push("0xa1", 2), Result(request, "\"0xa1\""), Push("0xa1", 3))
            : Task.CompletedTask);
        await using var client = await ConnectAsync(Options(server, "eth"), new JsonRpcHandler(new EthereumStyle()));
        await using var heads = await client.SubscribeAsync("newHeads", Ct);

        Assert.Equal(["1", "2", "3"], await NumbersAsync(heads, 3));
        Assert.Equal(0, (await client.GetStatusAsync(Ct)).UnroutedUpdates);
    }

    [Fact]
    public async Task After_a_reconnect_the_servers_new_names_are_learnt_and_the_old_ones_mean_nothing()
    {
        // The second connection gives the first one's names to the other topic.
        var connections = 0;
        await using var server = await ScriptedServer.StartAsync(async (connection, ct) =>
        {
            var second = Interlocked.Increment(ref connections) > 1;
            while (await connection.ReceiveTextAsync(ct) is { } text)
            {
                var request = JsonNode.Parse(text)!;
                var topic = request["params"]![0]!.GetValue<string>();
                var (name, number) = (topic == "newHeads") != second ? ("0x1", second ? 20 : 10) : ("0x2", second ? 40 : 30);
                await connection.SendTextAsync(Push(name, number + (second ? 1 : 0)), ct);
                await connection.SendTextAsync(Result(request, $"\"{name}\""), ct);
            }
        }, Ct);
        await using var client = await ConnectAsync(Options(server, "eth-again"), new JsonRpcHandler(new EthereumStyle()));
        await using var heads = await client.SubscribeAsync("newHeads", Ct);
        await using var pending = await client.SubscribeAsync("newPendingTransactions", Ct);
        Assert.Equal(["10"], await NumbersAsync(heads, 1));
        Assert.Equal(["30"], await NumbersAsync(pending, 1));

        await server.DropAllAsync();

        Assert.Equal(["41"], await NumbersAsync(heads, 1));
        Assert.Equal(["21"], await NumbersAsync(pending, 1));
    }

    [Fact]
    public async Task A_partial_answer_fails_the_channels_that_it_lacks_and_the_others_flow()
    {
        await using var server = await ServeAsync((request, send) => send(
            Result(request, """["book.good"]"""),
            """{"jsonrpc":"2.0","method":"subscription","params":{"channel":"book.good","data":{"n":1}}}"""));
        await using var client = await ConnectAsync(Options(server, "deribit"), new JsonRpcHandler(new DeribitStyle()));

        var failure = await Assert.ThrowsAsync<SubscriptionFailedException>(() => client.SubscribeAsync(["book.good", "book.bad"], Ct));

        Assert.Equal("book.bad", Assert.Single(failure.Failures).Topic.Value);
    }

    [Fact]
    public async Task An_error_object_reaches_the_caller_as_a_typed_exception_with_its_command()
    {
        await using var server = await ServeAsync((request, send) => send(
            $$$"""{"jsonrpc":"2.0","id":{{{request["id"]!.ToJsonString()}}},"error":{"code":10009,"message":"not_enough_funds","data":{"missing":3} } }"""));
        await using var client = await ConnectAsync(Options(server, "rpc-error"), new JsonRpcHandler(new DeribitStyle()));

        var error = await Assert.ThrowsAsync<JsonRpcException>(() => client.RequestAsync<JsonRpcRequest, string>(new("private/buy", new { amount = 1 }), cancellationToken: Ct));

        Assert.Equal((10009, "not_enough_funds", 3), (error.Error.Code, error.Error.Message, error.Error.Data!.Value.GetProperty("missing").GetInt32()));
        Assert.IsType<Request>(error.Command);
    }

    [Fact]
    public async Task Positional_and_named_parameters_and_batches_come_back_in_order()
    {
        await using var server = await ScriptedServer.StartAsync(async (connection, ct) =>
        {
            while (await connection.ReceiveTextAsync(ct) is { } text)
            {
                var answer = JsonNode.Parse(text) is JsonArray batch
                    ? $"[{string.Join(',', batch.Where(call => call!["id"] is not null).Reverse().Select(call => Result(call!, call!["params"]!.ToJsonString())))}]"
                    : Result(JsonNode.Parse(text)!, JsonNode.Parse(text)!["params"]!.ToJsonString());
                await connection.SendTextAsync(answer, ct);
            }
        }, Ct);
        await using var client = await ConnectAsync(Options(server, "rpc-batch"), new JsonRpcHandler(new DeribitStyle()));

        var positional = await client.RequestAsync<JsonRpcRequest, int[]>(new("echo", new[] { 42, 23 }), cancellationToken: Ct);
        Assert.Equal([42, 23], positional);
        Assert.Equal(7, (await client.RequestAsync<JsonRpcRequest<Named>, Named>(new("echo", new Named(7)), cancellationToken: Ct)).Minuend);
        var batch = new JsonRpcBatch().Call("a", new[] { 1 }).Notify("b").Call("c", new[] { 3 });
        var response = await client.RequestRawAsync(new Request(batch.ToPayload()), Ct);
        Assert.Equal([1, 3], batch.Read(client.Name, response.Id, response.Result).Select(result => result.Get<int[]>().Single()));
        Assert.Equal(9, (await client.RequestAsync<JsonRpcRequest, int[]>(new("after", new[] { 9 }), cancellationToken: Ct)).Single());
    }

    [Fact]
    public async Task The_servers_requests_are_answered_and_its_batch_is_answered_by_one()
    {
        var firstIsAnswered = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var server = await ScriptedServer.StartAsync(async (connection, ct) =>
        {
            await connection.SendTextAsync("""{"jsonrpc":"2.0","method":"nope","id":1}""", ct);
            await connection.SendTextAsync("""{"jsonrpc":"2.0","method":"slow","id":2}""", ct);
            await connection.SendTextAsync("""[{"jsonrpc":"2.0","method":"slow","id":3},{"jsonrpc":"2.0","method":"nope","id":4}]""", ct);
            await connection.ReceiveTextAsync(ct);
            firstIsAnswered.SetResult();
            await connection.UntilClosedAsync(ct);
        }, Ct);
        var handler = new JsonRpcHandler(new DeribitStyle(), new JsonRpcOptions
        {
            Methods = new Dictionary<string, JsonRpcMethod>
            {
                ["slow"] = async (_, cancellation) =>
                {
                    await firstIsAnswered.Task.WaitAsync(cancellation);
                    return "true"u8.ToArray();
                },
            },
        });
        await using var client = await ConnectAsync(Options(server, "rpc-server"), handler);

        await AwaitAssertAsync(
            () => Assert.Equal(
                [
                    """[{"jsonrpc":"2.0","id":3,"result":true},{"jsonrpc":"2.0","id":4,"error":{"code":-32601,"message":"Method not found"}}]""",
                    """{"jsonrpc":"2.0","id":1,"error":{"code":-32601,"message":"Method not found"}}""",
                    """{"jsonrpc":"2.0","id":2,"result":true}""",
                ],
                server.ConnectionHistory.SelectMany(c => c.Received).Select(m => m.Text).Order(StringComparer.Ordinal)),
            Deadline);
    }

    [Fact]
    public async Task A_login_by_call_gets_the_connection_ready_and_a_rejected_one_does_not()
    {
        await using var server = await ServeAsync((request, send) => send(request["params"]!["secret"]!.GetValue<string>() == "right"
            ? Result(request, """{"expires_in":900}""")
            : $$$"""{"jsonrpc":"2.0","id":{{{request["id"]}}},"error":{"code":13004,"message":"invalid_credentials"}}"""));
        JsonRpcHandler Handler(string secret) => new(new DeribitStyle(), new JsonRpcOptions { Login = _ => new(new JsonRpcRequest("public/auth", new { secret })) });

        await using var client = await ConnectAsync(Options(server, "rpc-login"), Handler("right"));
        Assert.True(client.IsConnected);
        await Assert.ThrowsAsync<AuthenticationFailedException>(() => ConnectAsync(Options(server, "rpc-no-login"), Handler("wrong")));
    }

    private static WebSocketClientOptions Options(ScriptedServer server, string name) => new()
    {
        Name = name,
        Url = server.Url,
        Reconnect = new ReconnectOptions { InitialDelay = TimeSpan.FromMilliseconds(20) },
    };

    private Task<ScriptedServer> ServeAsync(Func<JsonNode, Sender, Task> answer) => ScriptedServer.StartAsync(async (connection, ct) =>
    {
        while (await connection.ReceiveTextAsync(ct) is { } text)
        {
            await answer(JsonNode.Parse(text)!, async messages =>
            {
                foreach (var message in messages)
                    await connection.SendTextAsync(message, ct);
            });
        }
    }, Ct);

    private delegate Task Sender(params string[] messages);

    private static string Result(JsonNode request, string result) => $$"""{"jsonrpc":"2.0","id":{{request["id"]!.ToJsonString()}},"result":{{result}}}""";

    private static string Push(string name, int number) =>
        $$"""{"jsonrpc":"2.0","method":"eth_subscription","params":{"subscription":"{{name}}","result":{"number":{{number}} } } }""";

    private async Task<List<string>> NumbersAsync(TopicSubscription subscription, int count)
    {
        List<string> numbers = [];
        await foreach (var update in subscription.WithCancellation(Ct))
        {
            numbers.Add(JsonNode.Parse(Text(update))!["params"]!["result"]!["number"]!.ToJsonString());
            if (numbers.Count == count)
                break;
        }

        return numbers;
    }

    private sealed record Named(int Minuend);
}
