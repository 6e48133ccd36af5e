using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using AkkaWs.Errors;
using AkkaWs.Primitives;
using AkkaWs.Protocol;

namespace CustomHandler;

/// <summary>
/// The venue "Tidewater". Ours: <c>{"cmd":"sub","id":"…","channels":["ticker:BTC"]}</c>, <c>{"cmd":"price","id":"…","symbol":"BTC"}</c>. Its: updates
/// <c>{"ch":"ticker:BTC","seq":7,"px":"101.5"}</c>, answers <c>{"re":"…","ok":true,…}</c> with <c>bad</c> for channels that it does not have.
/// </summary>
internal sealed class TidewaterHandler : ProtocolHandler
{
    // One pass that stops as soon as it knows; runs on the read loop.
    public override Classification Classify(ReadOnlySpan<byte> message)
    {
        var fields = new JsonFieldReader(message);
        while (fields.Next())
        {
            if (fields.Value is not { Kind: JsonValueKind.String, TextLength: > 0 } text)
                continue;
            if (fields.NameIs("ch"u8))
                return Classification.Update(text.TextStart, text.TextLength);
            if (fields.NameIs("re"u8))
                return Classification.Response(text.TextStart, text.TextLength);
        }

        return Classification.Unknown;
    }

    public override OutboundMessage BuildSubscribe(IReadOnlyList<Topic> topics, RequestId id) => Command("sub", topics, id);

    public override OutboundMessage BuildUnsubscribe(IReadOnlyList<Topic> topics, RequestId id) => Command("unsub", topics, id);

    // The answer to a subscribe message is a response like any other: its id says that it is one. It names what it refuses.
    public override Acknowledgement? ReadAcknowledgement(ReadOnlySpan<byte> message)
    {
        var answer = JsonNode.Parse(message)!;
        var bad = answer["bad"]?.AsArray().Select(channel => new TopicFailure((string)channel!, "no such channel")) ?? [];
        return new Acknowledgement { RequestId = (string)answer["re"]!, Failures = [.. bad] };
    }

    public override OutboundMessage EncodeRequest(RequestId id, ReadOnlyMemory<byte> payload) =>
        OutboundMessage.Text($$"""{"id":"{{id}}",{{Encoding.UTF8.GetString(payload.Span)[1..]}}""");

    public override ResponseVerdict ReadResponse(ReadOnlyMemory<byte> message)
    {
        var answer = JsonNode.Parse(message.Span)!;
        return (bool)answer["ok"]! ? ResponseVerdict.Ok(message) : ResponseVerdict.Error("refused", (string)answer["why"]!);
    }

    private static OutboundMessage Command(string command, IReadOnlyList<Topic> topics, RequestId id) =>
        OutboundMessage.Text(JsonSerializer.Serialize(new { cmd = command, id, channels = topics }));
}
