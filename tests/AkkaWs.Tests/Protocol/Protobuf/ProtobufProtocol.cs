using AkkaWs.Primitives;
using AkkaWs.Protocol;
using Google.Protobuf;

namespace AkkaWs.Tests.Protocol.Protobuf;

/// <summary>
/// A venue that speaks Protocol Buffers in binary messages, as in this schema; nothing of it ever becomes text.
/// <code>
/// message Envelope { oneof body { Update update = 1; Reply reply = 2; Command command = 3; } }
/// message Update   { string topic = 1; uint64 sequence = 2; sint64 price = 3; }
/// message Reply    { string id = 1; bool ok = 2; string words = 3; bytes result = 4; }
/// message Command  { string id = 1; string verb = 2; repeated string topics = 3; bytes argument = 4; }
/// </code>
/// </summary>
internal sealed class ProtobufProtocol : ProtocolHandler
{
    public const int UpdateField = 1;
    public const int ReplyField = 2;
    public const int CommandField = 3;

    // The first field of each body is its key, so that the start of the message says all.
    public override Classification Classify(ReadOnlySpan<byte> message)
    {
        var body = Field(message, 0, out var bodyField);
        if (body.Length == 0)
            return Classification.Unknown;
        var key = Field(message, body.Start, out var keyField);
        if (keyField != 1 || key.Length == 0)
            return Classification.Unknown;
        return bodyField switch
        {
            UpdateField => Classification.Update(key.Start, key.Length),
            ReplyField => Classification.Response(key.Start, key.Length),
            _ => Classification.Unknown,
        };
    }

    public override long? SequenceOf(ReadOnlySpan<byte> update)
    {
        var body = Field(update, 0, out _);
        var key = Field(update, body.Start, out _);
        var at = key.Start + key.Length;
        return at < update.Length && update[at] == WireFormat.MakeTag(2, WireFormat.WireType.Varint) && TryReadVarint(update, ref at, skip: 1, out var sequence) ? (long)sequence : null;
    }

    public override OutboundMessage BuildSubscribe(IReadOnlyList<Topic> topics, RequestId id) => Command(id, "subscribe", topics, default);

    public override OutboundMessage BuildUnsubscribe(IReadOnlyList<Topic> topics, RequestId id) => Command(id, "unsubscribe", topics, default);

    public override Acknowledgement? ReadAcknowledgement(ReadOnlySpan<byte> message)
    {
        var reply = Reply.Read(message.ToArray());
        return new Acknowledgement { RequestId = reply.Id, Rejection = reply.Ok ? null : reply.Words };
    }

    public override OutboundMessage EncodeRequest(RequestId id, ReadOnlyMemory<byte> payload) => Command(id, "ask", [], payload);

    public override ResponseVerdict ReadResponse(ReadOnlyMemory<byte> message)
    {
        var reply = Reply.Read(message);
        return reply.Ok ? ResponseVerdict.Ok(reply.Result.Memory) : ResponseVerdict.Error("refused", reply.Words);
    }

    private static OutboundMessage Command(RequestId id, string verb, IReadOnlyList<Topic> topics, ReadOnlyMemory<byte> argument) => new(
        Envelope.Write(CommandField, body =>
        {
            body.WriteTag(1, WireFormat.WireType.LengthDelimited);
            body.WriteString(id.Value);
            body.WriteTag(2, WireFormat.WireType.LengthDelimited);
            body.WriteString(verb);
            foreach (var topic in topics)
            {
                body.WriteTag(3, WireFormat.WireType.LengthDelimited);
                body.WriteString(topic.Value);
            }

            body.WriteTag(4, WireFormat.WireType.LengthDelimited);
            body.WriteBytes(ByteString.CopyFrom(argument.Span));
        }),
        IsBinary: true);

    // A length-delimited field: tag, length, bytes. Without a copy, and without an exception whatever the bytes.
    private static (int Start, int Length) Field(ReadOnlySpan<byte> message, int at, out int number)
    {
        number = 0;
        if (!TryReadVarint(message, ref at, skip: 0, out var tag) || (tag & 7) != (int)WireFormat.WireType.LengthDelimited)
            return default;
        if (!TryReadVarint(message, ref at, skip: 0, out var length) || length > (ulong)(message.Length - at))
            return default;
        number = (int)(tag >> 3);
        return (at, (int)length);
    }

    private static bool TryReadVarint(ReadOnlySpan<byte> message, ref int at, int skip, out ulong value)
    {
        value = 0;
        at += skip;
        for (var shift = 0; shift < 64 && at < message.Length; shift += 7)
        {
            var part = message[at++];
            value |= (ulong)(part & 0x7F) << shift;
            if (part < 0x80)
                return true;
        }

        return false;
    }
}

/// <summary>Writes and reads the schema with Google.Protobuf, as the venue's side does.</summary>
internal static class Envelope
{
    public static byte[] Write(int field, Action<CodedOutputStream> writeBody)
    {
        var body = new MemoryStream();
        using (var output = new CodedOutputStream(body, leaveOpen: true))
            writeBody(output);
        var envelope = new MemoryStream();
        using (var output = new CodedOutputStream(envelope, leaveOpen: true))
        {
            output.WriteTag(field, WireFormat.WireType.LengthDelimited);
            output.WriteBytes(ByteString.CopyFrom(body.ToArray()));
        }

        return envelope.ToArray();
    }

    public static byte[] Update(string topic, ulong sequence, long price) => Write(ProtobufProtocol.UpdateField, body =>
    {
        body.WriteTag(1, WireFormat.WireType.LengthDelimited);
        body.WriteString(topic);
        body.WriteTag(2, WireFormat.WireType.Varint);
        body.WriteUInt64(sequence);
        body.WriteTag(3, WireFormat.WireType.Varint);
        body.WriteSInt64(price);
    });
}

internal sealed record Reply(string Id, bool Ok, string Words, ByteString Result)
{
    public byte[] Write() => Envelope.Write(ProtobufProtocol.ReplyField, body =>
    {
        body.WriteTag(1, WireFormat.WireType.LengthDelimited);
        body.WriteString(Id);
        body.WriteTag(2, WireFormat.WireType.Varint);
        body.WriteBool(Ok);
        body.WriteTag(3, WireFormat.WireType.LengthDelimited);
        body.WriteString(Words);
        body.WriteTag(4, WireFormat.WireType.LengthDelimited);
        body.WriteBytes(Result);
    });

    public static Reply Read(ReadOnlyMemory<byte> message)
    {
        var envelope = new CodedInputStream(message.ToArray());
        envelope.ReadTag();
        var body = envelope.ReadBytes().CreateCodedInput();
        var reply = new Reply("", false, "", ByteString.Empty);
        while (body.ReadTag() is > 0 and var tag)
        {
            reply = WireFormat.GetTagFieldNumber(tag) switch
            {
                1 => reply with { Id = body.ReadString() },
                2 => reply with { Ok = body.ReadBool() },
                3 => reply with { Words = body.ReadString() },
                _ => reply with { Result = body.ReadBytes() },
            };
        }

        return reply;
    }
}

internal sealed record Command(string Id, string Verb, IReadOnlyList<string> Topics, ByteString Argument)
{
    public static Command Read(ReadOnlyMemory<byte> message)
    {
        var envelope = new CodedInputStream(message.ToArray());
        envelope.ReadTag();
        var body = envelope.ReadBytes().CreateCodedInput();
        var command = new Command("", "", [], ByteString.Empty);
        while (body.ReadTag() is > 0 and var tag)
        {
            command = WireFormat.GetTagFieldNumber(tag) switch
            {
                1 => command with { Id = body.ReadString() },
                2 => command with { Verb = body.ReadString() },
                3 => command with { Topics = [.. command.Topics, body.ReadString()] },
                _ => command with { Argument = body.ReadBytes() },
            };
        }

        return command;
    }
}
