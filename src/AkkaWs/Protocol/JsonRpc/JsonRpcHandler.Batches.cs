using System.Globalization;
using System.Text.Json;
using AkkaWs.Primitives;

namespace AkkaWs.Protocol.JsonRpc;

// Section 6 of the specification. A batch of ours is one request whose id is that of its first call; the array of responses, in whatever order, is
// told by the least id in it.
public partial class JsonRpcHandler
{
    /// <inheritdoc/>
    public override bool TryReadPart(ReadOnlySpan<byte> batch, int from, out int start, out int length)
    {
        (start, length) = (0, 0);
        var at = JsonScan.SkipWhiteSpace(batch, from);
        if (at >= batch.Length || batch[at] != (from == 0 ? '[' : ','))
            return false;
        at = JsonScan.SkipWhiteSpace(batch, at + 1);
        if (at >= batch.Length)
            return false;
        var (end, _) = JsonScan.EndOfValue(batch, at);
        if (end <= at)
            return false;
        (start, length) = (at, end - at);
        return true;
    }

    private Classification ClassifyArray(ReadOnlySpan<byte> message)
    {
        JsonSlice least = default;
        var (responses, requests, others) = (0, 0, 0);
        var items = new JsonItemReader(message);
        while (items.Next())
        {
            var json = items.Value.Of(message);
            var read = new JsonRpcMessage(json);
            if (read.IsRequest || (read.IsNotification && Hears(read)))
            {
                requests++;
            }
            else if (!read.IsJsonRpc || read.Method.Kind != JsonValueKind.Undefined)
            {
                others++;
            }
            else
            {
                responses++;
                var id = new JsonSlice(items.Value.Start + read.Id.Start, read.Id.Length, read.Id.Kind);
                if (read.IsResponse && (least.Kind == JsonValueKind.Undefined || JsonRpcId.Precedes(id.TextOf(message), least.TextOf(message))))
                    least = id;
            }
        }

        if (!items.IsComplete)
            return Classification.Unknown;
        return (responses, requests, others) switch
        {
            ( > 0, 0, 0) when least.Kind != JsonValueKind.Undefined => Classification.Response(least.TextStart, least.TextLength),
            (0, > 0, 0) => Classification.System,
            (0, 0, 0) => Classification.Unknown,
            _ => Classification.Batch,
        };
    }

    private OutboundMessage EncodeBatch(RequestId id, ReadOnlySpan<byte> payload)
    {
        var batch = new MemoryStream();
        var calls = 0;
        var items = new JsonItemReader(payload);
        while (items.Next())
        {
            var json = items.Value.Of(payload);
            var read = new JsonRpcMessage(json);
            if (read.Method.Kind != JsonValueKind.String)
                throw new ArgumentException("A call of a JSON-RPC batch lacks its method.", nameof(payload));
            batch.WriteByte(batch.Length == 0 ? (byte)'[' : (byte)',');
            batch.Write(read.Id.Kind == JsonValueKind.Undefined
                ? JsonRpcWriter.WithVersion(json)
                : JsonRpcWriter.WithId(json, IdOfCall(id, calls++), Options.StringIds));
        }

        if (!items.IsComplete || calls == 0)
            throw new ArgumentException("The payload of a JSON-RPC request must be a call, or a batch of calls of which at least one is no notification.", nameof(payload));
        batch.WriteByte((byte)']');
        return new OutboundMessage(batch.ToArray());
    }

    // Numbers go on counting, so that later ones are greater; text grows, so that the first one is least.
    private RequestId IdOfCall(RequestId first, int call)
    {
        if (call == 0)
            return first;
        return long.TryParse(first.Value, CultureInfo.InvariantCulture, out _) && !Options.StringIds ? NextRequestId() : $"{first}/{call:D6}";
    }
}
