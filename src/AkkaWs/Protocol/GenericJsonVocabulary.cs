using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace AkkaWs.Protocol;

/// <summary>The names of <see cref="GenericJsonOptions"/> as the bytes that messages are compared with and written from.</summary>
internal sealed class GenericJsonVocabulary(GenericJsonOptions options)
{
    public byte[] TopicField { get; } = Required(options.TopicField, nameof(options.TopicField));

    public byte[] OperationField { get; } = Required(options.OperationField, nameof(options.OperationField));

    public byte[][] IdFields { get; } = All(options.IdFields);

    public byte[]? SuccessField { get; } = Optional(options.SuccessField);

    public byte[][] CodeFields { get; } = All(options.CodeFields);

    public byte[][] SuccessCodes { get; } = All(options.SuccessCodes);

    public byte[][] MessageFields { get; } = All(options.MessageFields);

    public byte[]? ResultField { get; } = Optional(options.ResultField);

    public byte[][] SequencePath { get; } = All(options.SequencePath);

    public byte[] SubscribeOperation { get; } = Required(options.SubscribeOperation, nameof(options.SubscribeOperation));

    public byte[] UnsubscribeOperation { get; } = Required(options.UnsubscribeOperation, nameof(options.UnsubscribeOperation));

    public byte[]? AuthenticationOperation { get; } = Optional(options.AuthenticationOperation);

    public byte[]? PingOperation { get; } = Optional(options.PingOperation);

    public byte[]? PongOperation { get; } = Optional(options.PongOperation);

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
