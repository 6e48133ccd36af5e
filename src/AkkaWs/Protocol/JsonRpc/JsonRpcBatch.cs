using System.Text.Json;
using AkkaWs.Errors;
using AkkaWs.Primitives;

namespace AkkaWs.Protocol.JsonRpc;

/// <summary>Several calls in one message, answered by one message.</summary>
/// <example><code>
/// var batch = new JsonRpcBatch().Call("eth_chainId").Call("eth_getBalance", new[] { account, "latest" }).Notify("seen");
/// var response = await client.RequestRawAsync(new Request(batch.ToPayload()));
/// var results = batch.Read(client.Name, response.Id, response.Result);
/// var chain = results[0].Get&lt;string&gt;();
/// </code></example>
public sealed class JsonRpcBatch
{
    private readonly List<(JsonRpcRequest Call, bool Answered)> _calls = [];

    /// <summary>How many calls are to be answered.</summary>
    public int Count { get; private set; }

    /// <summary>Adds a call that is to be answered.</summary>
    /// <param name="method">The method.</param>
    /// <param name="parameters">An array for positional parameters, an object for named ones; null for none.</param>
    public JsonRpcBatch Call(string method, object? parameters = null)
    {
        _calls.Add((new JsonRpcRequest(method, parameters), true));
        Count++;
        return this;
    }

    /// <summary>Adds a notification.</summary>
    /// <inheritdoc cref="Call" path="/param"/>
    public JsonRpcBatch Notify(string method, object? parameters = null)
    {
        _calls.Add((new JsonRpcRequest(method, parameters), false));
        return this;
    }

    /// <summary>The payload of a request; the handler adds versions and ids.</summary>
    /// <exception cref="InvalidOperationException">No call is to be answered: there would be no response to wait for.</exception>
    public ReadOnlyMemory<byte> ToPayload()
    {
        if (Count == 0)
            throw new InvalidOperationException("A batch without a call has no response; send notifications one by one.");
        var payload = new MemoryStream();
        foreach (var (call, answered) in _calls)
        {
            payload.WriteByte(payload.Length == 0 ? (byte)'[' : (byte)',');
            var json = JsonSerializer.SerializeToUtf8Bytes(call, JsonSerializerOptions.Web);
            payload.Write(answered ? JsonFieldWriter.Set(json, "id", "null"u8) : json);
        }

        payload.WriteByte((byte)']');
        return payload.ToArray();
    }

    /// <summary>Reads the response: one result a call, in the order of the calls, whatever the order of the server's.</summary>
    /// <param name="connection">The connection's name, for errors.</param>
    /// <param name="id">The request's id.</param>
    /// <param name="response">The response's result.</param>
    /// <returns>One result a call; one that the server left out is an error <see cref="JsonRpcError.InternalError"/>.</returns>
    public IReadOnlyList<JsonRpcResult> Read(string connection, RequestId id, ReadOnlyMemory<byte> response)
    {
        List<(JsonSlice Item, JsonSlice Id)> answers = [];
        var items = new JsonItemReader(response.Span);
        while (items.Next())
        {
            var read = new JsonRpcMessage(items.Value.Of(response.Span));
            if (read.IsResponse)
                answers.Add((items.Value, new JsonSlice(items.Value.Start + read.Id.Start, read.Id.Length, read.Id.Kind)));
        }

        answers.Sort((a, b) => Compare(a.Id.TextOf(response.Span), b.Id.TextOf(response.Span)));
        return [.. Enumerable.Range(0, Count).Select(i => answers.Count == Count
            ? new JsonRpcResult(connection, JsonRpcId.Of(answers[i].Id.TextOf(response.Span)), answers[i].Item.Of(response))
            : new JsonRpcResult(connection, id, default))];
    }

    private static int Compare(ReadOnlySpan<byte> a, ReadOnlySpan<byte> b) => JsonRpcId.Precedes(a, b) ? -1 : JsonRpcId.Precedes(b, a) ? 1 : 0;
}

/// <summary>What one call of a batch came to.</summary>
public sealed class JsonRpcResult
{
    private readonly string _connection;
    private readonly RequestId _id;
    private readonly ReadOnlyMemory<byte> _result;

    internal JsonRpcResult(string connection, RequestId id, ReadOnlyMemory<byte> message)
    {
        (_connection, _id) = (connection, id);
        var read = new JsonRpcMessage(message.Span);
        if (read.IsError)
            Error = JsonRpcError.Read(read.Error.Of(message.Span));
        else if (read.Result.Kind == JsonValueKind.Undefined)
            Error = new JsonRpcError(JsonRpcError.InternalError, "The server's response to the batch has no unambiguous answer to this call.");
        else
            _result = read.Result.Of(message);
    }

    /// <summary>The error; null if the call succeeded.</summary>
    public JsonRpcError? Error { get; }

    /// <summary>The result as it stands.</summary>
    /// <exception cref="JsonRpcException">The call failed.</exception>
    public ReadOnlyMemory<byte> Result => Error is null ? _result : throw new JsonRpcException(_connection, _id, Error);

    /// <summary>The result, read from JSON.</summary>
    /// <exception cref="JsonRpcException">The call failed.</exception>
    /// <exception cref="ResponseFormatException">The result cannot be read as <typeparamref name="T"/>.</exception>
    public T Get<T>()
    {
        var result = Result;
        try
        {
            return JsonSerializer.Deserialize<T>(result.Span, JsonSerializerOptions.Web)!;
        }
        catch (JsonException e)
        {
            throw new ResponseFormatException(_connection, _id, typeof(T).Name, e);
        }
    }
}
