using System.Text.Json;
using AkkaWs.Protocol;

namespace AkkaWs.Exchanges;

/// <summary>What a message of OKX says, field by field: one walk over its top level.</summary>
internal ref struct OkxEvent
{
    private readonly ReadOnlySpan<byte> _json;
    private readonly JsonSlice _event;
    private readonly JsonSlice _code;
    private readonly JsonSlice _words;
    private readonly JsonSlice _channel;
    private readonly JsonSlice _connectionCount;

    public OkxEvent(ReadOnlySpan<byte> json)
    {
        _json = json;
        var fields = new JsonFieldReader(json);
        while (fields.Next())
        {
            if (fields.NameIs("arg"u8))
                Arg = fields.Value;
            else if (fields.NameIs("data"u8))
                Data = fields.Value;
            else if (fields.NameIs("event"u8))
                _event = fields.Value;
            else if (fields.NameIs("id"u8))
                Id = fields.Value;
            else if (fields.NameIs("op"u8))
                Operation = fields.Value;
            else if (fields.NameIs("code"u8))
                _code = fields.Value;
            else if (fields.NameIs("msg"u8))
                _words = fields.Value;
            else if (fields.NameIs("channel"u8))
                _channel = fields.Value;
            else if (fields.NameIs("connCount"u8))
                _connectionCount = fields.Value;
        }

        IsObject = fields.IsComplete;
    }

    public bool IsObject { get; }

    public JsonSlice Arg { get; }

    public JsonSlice Data { get; }

    public JsonSlice Id { get; }

    public JsonSlice Operation { get; }

    public readonly bool HasArg => Arg.Kind == JsonValueKind.Object;

    public readonly bool HasId => Id.Kind is JsonValueKind.String or JsonValueKind.Number && Id.TextLength > 0;

    public readonly bool HasEvent => _event.Kind == JsonValueKind.String;

    public readonly string Code => _code.Has() ? _code.GetText(_json) : "";

    public readonly string Words => _words.Has() ? _words.GetText(_json) : "";

    /// <summary>Of a notice about the number of connections: the channel.</summary>
    public readonly string Channel => _channel.Has() ? _channel.GetText(_json) : "";

    /// <summary>Of a notice about the number of connections: how many there are.</summary>
    public readonly string ConnectionCount => _connectionCount.Has() ? _connectionCount.GetText(_json) : "too many";

    public readonly bool Is(ReadOnlySpan<byte> name) => HasEvent && _event.TextIs(_json, name);

    public readonly bool IsCode(ReadOnlySpan<byte> code) => _code.Has() && _code.TextIs(_json, code);

    /// <summary>Whether an error answers a login: by its code (https://www.okx.com/docs-v5/en/#error-code-websocket).</summary>
    public readonly bool IsLoginError
    {
        get
        {
            if (!Is("error"u8) || _code.TextLength != 5)
                return false;
            var code = _code.TextOf(_json);
            // 60001-60003 a field is missing, 60004-60007 timestamp, key or sign, 60009 failed, 60021-60024 account, bulk, passphrase, 60032 no such key.
            return code.SequenceEqual("60009"u8) || code.SequenceEqual(OkxFacts.UnknownKeyCode)
                || (code.StartsWith("6000"u8) && code[4] is >= (byte)'1' and <= (byte)'7')
                || (code.StartsWith("6002"u8) && code[4] is >= (byte)'1' and <= (byte)'4')
                || code.StartsWith("501"u8);
        }
    }
}
