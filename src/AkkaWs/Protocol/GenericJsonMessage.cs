using System.Text;
using System.Text.Json;

namespace AkkaWs.Protocol;

/// <summary>What the server's message says, field by field: the result of one walk over its top level.</summary>
internal ref struct GenericJsonMessage
{
    private readonly GenericJsonVocabulary _vocabulary;
    private readonly ReadOnlySpan<byte> _json;
    private JsonSlice _operation;
    private JsonSlice _success;
    private JsonSlice _code;
    private JsonSlice _words;
    private JsonSlice _error;

    /// <summary>Walks over the message, up to the topic if <paramref name="stopAtTopic"/>.</summary>
    public GenericJsonMessage(ReadOnlySpan<byte> json, GenericJsonVocabulary vocabulary, bool stopAtTopic = false)
    {
        _vocabulary = vocabulary;
        _json = json;
        var fields = new JsonFieldReader(json);
        while (fields.Next())
        {
            if (!fields.NameIs(vocabulary.TopicField))
            {
                Note(fields);
            }
            else if (CanName(fields.Value, json))
            {
                Topic = fields.Value;
                if (stopAtTopic)
                    break;
            }
        }

        IsObject = !fields.IsMalformed;
    }

    public JsonSlice Topic { get; private set; }

    public JsonSlice Id { get; private set; }

    public JsonSlice Result { get; private set; }

    /// <summary>False for a message that is no JSON object; nothing else of it counts then.</summary>
    public bool IsObject { get; private set; }

    public readonly bool HasTopic => Topic.Kind != JsonValueKind.Undefined;

    public readonly bool HasId => Id.Kind != JsonValueKind.Undefined;

    public readonly bool HasOperation => HasText(_operation);

    public readonly bool HasVerdict => _success.Kind != JsonValueKind.Undefined || HasText(_code) || HasError;

    /// <summary>Whether its operation says that the server refuses.</summary>
    public readonly bool IsErrorEvent => Operates(_vocabulary.ErrorOperation);

    public readonly bool IsPing => Operates(_vocabulary.PingOperation) && !HasVerdict && !SaysPong;

    // Bybit: private sockets answer {"op":"pong",…}, public ones {"success":true,"ret_msg":"pong",…,"op":"ping"}.
    public readonly bool IsPong =>
        Operates(_vocabulary.PongOperation) || (Operates(_vocabulary.PingOperation) && HasVerdict) || (!IsSubscription && SaysPong);

    public readonly bool IsAuthentication => Operates(_vocabulary.AuthenticationOperation);

    public readonly bool IsSubscription => Operates(_vocabulary.SubscribeOperation) || Operates(_vocabulary.UnsubscribeOperation);

    public readonly bool IsRefusal => HasError || IsErrorEvent || _success.Kind == JsonValueKind.False || (HasText(_code) && !IsSuccessCode());

    public readonly string Code => HasText(_code) ? _code.GetText(_json) : "rejected";

    public readonly string Words => HasText(_words) ? _words.GetText(_json) : HasText(_code) ? $"code {Code}" : "no reason given";

    private readonly bool HasError => _error.Kind is not (JsonValueKind.Undefined or JsonValueKind.Null);

    private readonly bool SaysPong => _vocabulary.PongOperation is { } pong && HasText(_words) && _words.TextIs(_json, pong);

    /// <summary>Whether a value can be a topic or an id, which are never blank.</summary>
    public static bool CanName(JsonSlice value, ReadOnlySpan<byte> json) => HasText(value) && !IsBlank(value.TextOf(json));

    private void Note(in JsonFieldReader fields)
    {
        var value = fields.Value;
        if (fields.NameIs(_vocabulary.OperationField))
            _operation = value;
        else if (value.Kind is JsonValueKind.True or JsonValueKind.False && _vocabulary.SuccessField is { } success && fields.NameIs(success))
            _success = value;
        else if (CanName(value, _json) && GenericJsonVocabulary.Names(_vocabulary.IdFields, fields))
            Id = value;
        else if (GenericJsonVocabulary.Names(_vocabulary.CodeFields, fields))
            _code = value;
        else if (GenericJsonVocabulary.Names(_vocabulary.MessageFields, fields))
            _words = value;
        else if (_vocabulary.ErrorField is { } error && fields.NameIs(error))
            NoteError(fields.Value);
        else if (_vocabulary.ResultField is { } result && fields.NameIs(result))
            Result = value;
    }

    private void NoteError(JsonSlice error)
    {
        _error = error;
        if (error.Kind == JsonValueKind.String)
            _words = error;
        if (error.Kind != JsonValueKind.Object)
            return;
        var fields = new JsonFieldReader(error.Of(_json));
        while (fields.Next())
        {
            if (GenericJsonVocabulary.Names(_vocabulary.CodeFields, fields))
                _code = fields.Value with { Start = error.Start + fields.Value.Start };
            else if (GenericJsonVocabulary.Names(_vocabulary.MessageFields, fields))
                _words = fields.Value with { Start = error.Start + fields.Value.Start };
        }
    }

    private readonly bool Operates(byte[]? operation) => operation is not null && HasText(_operation) && _operation.TextIs(_json, operation);

    private readonly bool IsSuccessCode()
    {
        foreach (var code in _vocabulary.SuccessCodes)
        {
            if (_code.TextIs(_json, code))
                return true;
        }

        return false;
    }

    private static bool HasText(JsonSlice value) => value.Kind == JsonValueKind.Number || (value.Kind == JsonValueKind.String && value.TextLength > 0);

    private static bool IsBlank(ReadOnlySpan<byte> text) => text[0] is <= (byte)' ' or (byte)'\\' or >= 0x80 && IsBlankText(text);

    private static bool IsBlankText(ReadOnlySpan<byte> text)
    {
        while (text.Length > 0)
        {
            Rune.DecodeFromUtf8(text, out var first, out var length);
            if (first.Value == '\\')
                return string.IsNullOrWhiteSpace(JsonSlice.Unescape(text));
            if (!Rune.IsWhiteSpace(first))
                return false;
            text = text[length..];
        }

        return true;
    }
}
