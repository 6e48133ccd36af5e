using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace AkkaWs.Protocol;

/// <summary>The names of <see cref="GenericJsonOptions"/> as the bytes that messages are compared with and written from.</summary>
internal sealed class GenericJsonVocabulary(GenericJsonOptions options)
{
    // With a template no field is the topic: 0xFF is in no name.
    public byte[] TopicField { get; } = options.TopicTemplate is null ? Required(options.TopicField, nameof(options.TopicField)) : [0xFF];

    /// <summary>How a message begins whose first field is its topic, written without white space: <c>{"topic":"</c>.</summary>
    public byte[] TopicFirst { get; } = [.. "{\""u8, .. Encode(options.TopicField ?? "").EncodedUtf8Bytes, .. "\":\""u8];

    public GenericJsonTemplate? Template { get; } = options.TopicTemplate is { } template ? new GenericJsonTemplate(template) : null;

    /// <summary>Where the server names the operation.</summary>
    public byte[] OperationField { get; } = Required(options.ServerOperationField ?? options.OperationField, nameof(options.OperationField));

    public byte[][] IdFields { get; } = All(options.IdFields);

    public byte[]? SuccessField { get; } = Optional(options.SuccessField);

    public byte[][] CodeFields { get; } = All(options.CodeFields);

    public byte[][] SuccessCodes { get; } = All(options.SuccessCodes);

    public byte[][] MessageFields { get; } = All(options.MessageFields);

    public byte[]? ErrorField { get; } = Optional(options.ErrorField);

    public byte[]? ResultField { get; } = Optional(options.ResultField);

    public byte[][] SequencePath { get; } = All(options.SequencePath);

    public byte[] SubscribeOperation { get; } = Required(options.SubscribedOperation ?? options.SubscribeOperation, nameof(options.SubscribeOperation));

    public byte[] UnsubscribeOperation { get; } = Required(options.UnsubscribedOperation ?? options.UnsubscribeOperation, nameof(options.UnsubscribeOperation));

    public byte[]? ErrorOperation { get; } = Optional(options.ErrorOperation);

    public byte[]? AuthenticationOperation { get; } = Optional(options.AuthenticationOperation);

    public byte[]? PingOperation { get; } = Optional(options.PingOperation);

    public byte[]? PongOperation { get; } = Optional(options.PongOperation);

    public byte[]? PingText { get; } = Optional(options.PingText);

    public byte[]? PongText { get; } = Optional(options.PongText);

    /// <summary>Whether one of <paramref name="names"/> is the current field's name.</summary>
    public static bool Names(byte[][] names, in JsonFieldReader fields)
    {
        foreach (var name in names)
        {
            if (fields.NameIs(name))
                return true;
        }

        return false;
    }

    // Names and topics are written as they are: escaping for HTML would lengthen them for nothing.
    public static JsonEncodedText Encode(string text) => JsonEncodedText.Encode(text, JavaScriptEncoder.UnsafeRelaxedJsonEscaping);

    private static byte[] Required(string? name, string option)
    {
        if (string.IsNullOrEmpty(name))
            throw new ArgumentException($"GenericJsonOptions.{option} is empty; it needs a name.", option);
        return Encoding.UTF8.GetBytes(name);
    }

    private static byte[]? Optional(string? name) => name is null ? null : Encoding.UTF8.GetBytes(name);

    private static byte[][] All(IReadOnlyList<string> names) => [.. names.Select(Encoding.UTF8.GetBytes)];
}
