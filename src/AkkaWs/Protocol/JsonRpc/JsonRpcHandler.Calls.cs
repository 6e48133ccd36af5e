using System.Text.Json;

namespace AkkaWs.Protocol.JsonRpc;

// What the server asks of us.
public partial class JsonRpcHandler
{
    /// <summary>Answers the server's requests, alone or in a batch: by a method of <see cref="JsonRpcOptions.Methods"/>, or "method not found".</summary>
    public override async ValueTask<OutboundMessage?> AnswerAsync(ReadOnlyMemory<byte> message, CancellationToken cancellationToken)
    {
        if (CallIn(message) is { } call)
            return await InvokeAsync(call, cancellationToken).ConfigureAwait(false) is { } answer ? new OutboundMessage(answer) : null;
        var answers = new MemoryStream();
        foreach (var one in CallsIn(message))
        {
            if (await InvokeAsync(one, cancellationToken).ConfigureAwait(false) is not { } part)
                continue;
            answers.WriteByte(answers.Length == 0 ? (byte)'[' : (byte)',');
            answers.Write(part.Span);
        }

        if (answers.Length == 0)
            return null;
        answers.WriteByte((byte)']');
        return new OutboundMessage(answers.ToArray());
    }

    private bool Hears(JsonRpcMessage message) =>
        Options.Methods.Count > 0 && message.IsNotification && Options.Methods.ContainsKey(message.Method.GetText(message.Json));

    private async ValueTask<ReadOnlyMemory<byte>?> InvokeAsync(ServerCall call, CancellationToken cancellationToken)
    {
        if (call.Error is { } invalid)
            return Answer(call, invalid);
        if (!Options.Methods.TryGetValue(call.Method, out var method))
            return Answer(call, new JsonRpcError(JsonRpcError.MethodNotFound, "Method not found"));
        try
        {
            var result = await method(call.Parameters, cancellationToken).ConfigureAwait(false);
            return call.Id.IsEmpty ? (ReadOnlyMemory<byte>?)null : JsonRpcWriter.Result(call.Id.Span, result);
        }
        catch (JsonRpcMethodException e)
        {
            return Answer(call, e.Error);
        }
        catch (Exception) when (!call.Id.IsEmpty && !cancellationToken.IsCancellationRequested)
        {
            // The server learns nothing of our inside.
            return Answer(call, new JsonRpcError(JsonRpcError.InternalError, "Internal error"));
        }
    }

    private static ReadOnlyMemory<byte>? Answer(ServerCall call, JsonRpcError error) =>
        call.Id.IsEmpty ? (ReadOnlyMemory<byte>?)null : JsonRpcWriter.Error(call.Id.Span, error);

    private static List<ServerCall> CallsIn(ReadOnlyMemory<byte> batch)
    {
        List<ServerCall> calls = [];
        var items = new JsonItemReader(batch.Span);
        while (items.Next())
        {
            if (CallIn(items.Value.Of(batch)) is { } call)
                calls.Add(call);
        }

        return calls;
    }

    private static ServerCall? CallIn(ReadOnlyMemory<byte> message)
    {
        var read = new JsonRpcMessage(message.Span);
        if (!read.IsRequest && !read.IsNotification)
            return null;
        var error = read.Params.Kind is JsonValueKind.Undefined or JsonValueKind.Object or JsonValueKind.Array
            ? null
            : new JsonRpcError(JsonRpcError.InvalidRequest, "Invalid Request");
        return new ServerCall(read.Method.GetText(message.Span), read.Id.Of(message), read.Params.Of(message), error);
    }

    // The id as the server wrote it; empty for a notification.
    private sealed record ServerCall(string Method, ReadOnlyMemory<byte> Id, ReadOnlyMemory<byte> Parameters, JsonRpcError? Error);
}
