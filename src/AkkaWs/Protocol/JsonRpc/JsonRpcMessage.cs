using System.Text.Json;

namespace AkkaWs.Protocol.JsonRpc;

/// <summary>The members of one JSON-RPC 2.0 object, found in one walk over its top level. Nothing is parsed or copied.</summary>
public readonly ref struct JsonRpcMessage
{
    private readonly bool _isObject;
    private readonly bool _hasVersion;

    /// <summary>Walks over a message.</summary>
    /// <param name="json">The message, UTF-8; whatever it is.</param>
    public JsonRpcMessage(ReadOnlySpan<byte> json)
    {
        Json = json;
        var fields = new JsonFieldReader(json);
        while (fields.Next())
        {
            if (fields.NameIs("method"u8))
                Method = fields.Value;
            else if (fields.NameIs("params"u8))
                Params = fields.Value;
            else if (fields.NameIs("id"u8))
                Id = fields.Value;
            else if (fields.NameIs("result"u8))
                Result = fields.Value;
            else if (fields.NameIs("error"u8))
                Error = fields.Value;
            else if (fields.NameIs("jsonrpc"u8))
                _hasVersion = fields.Value.Kind == JsonValueKind.String && fields.Value.TextIs(json, "2.0"u8);
        }

        _isObject = fields.IsComplete;
    }

    /// <summary>The message.</summary>
    public ReadOnlySpan<byte> Json { get; }

    /// <summary>The member <c>method</c>.</summary>
    public JsonSlice Method { get; }

    /// <summary>The member <c>params</c>.</summary>
    public JsonSlice Params { get; }

    /// <summary>The member <c>id</c>.</summary>
    public JsonSlice Id { get; }

    /// <summary>The member <c>result</c>.</summary>
    public JsonSlice Result { get; }

    /// <summary>The member <c>error</c>.</summary>
    public JsonSlice Error { get; }

    /// <summary>Whether it is a whole object that says <c>"jsonrpc":"2.0"</c>.</summary>
    public bool IsJsonRpc => _isObject && _hasVersion;

    /// <summary>Whether it is a whole JSON object.</summary>
    public bool IsObject => _isObject;

    /// <summary>Whether the server asks: a method with an id, be it null.</summary>
    public bool IsRequest => IsJsonRpc && Method.Kind == JsonValueKind.String && HasAllowedId;

    /// <summary>Whether the server tells: a method without an id.</summary>
    public bool IsNotification => IsJsonRpc && Method.Kind == JsonValueKind.String && Id.Kind == JsonValueKind.Undefined;

    /// <summary>Whether it answers a request that can be told by its id: no method, and an id that is a string or a number.</summary>
    public bool IsResponse => IsJsonRpc && Method.Kind == JsonValueKind.Undefined && HasName(Id);

    /// <summary>Whether it answers with an error object.</summary>
    public bool IsError => Error.Kind == JsonValueKind.Object;

    private bool HasAllowedId => Id.Kind == JsonValueKind.Null || HasName(Id);

    /// <summary>Whether the method has this name.</summary>
    /// <param name="utf8">The name, UTF-8.</param>
    public bool MethodIs(ReadOnlySpan<byte> utf8) => Method.Kind == JsonValueKind.String && Method.TextIs(Json, utf8);

    private static bool HasName(JsonSlice id) => id.Kind is JsonValueKind.String or JsonValueKind.Number && id.TextLength > 0;
}
