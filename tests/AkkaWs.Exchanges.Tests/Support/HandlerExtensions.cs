using System.Text;
using AkkaWs.Primitives;
using AkkaWs.Protocol;

namespace AkkaWs.Exchanges.Tests;

/// <summary>Handlers fed with text.</summary>
internal static class HandlerExtensions
{
    public static ReadOnlyMemory<byte> Utf8(this string text) => Encoding.UTF8.GetBytes(text);

    public static string Text(this OutboundMessage message) => Encoding.UTF8.GetString(message.Payload.Span);

    public static string Text(this ReadOnlyMemory<byte> utf8) => Encoding.UTF8.GetString(utf8.Span);

    public static MessageKind KindOf(this ProtocolHandler handler, string message) => handler.Classify(message.Utf8().Span).Kind;

    /// <summary>The topic of an update or the id of a response, in its handler's words; empty for other kinds.</summary>
    public static string KeyOf(this ProtocolHandler handler, string message)
    {
        var utf8 = message.Utf8();
        var classification = handler.Classify(utf8.Span);
        var key = classification.KeyOf(utf8.Span);
        return classification.Kind switch
        {
            MessageKind.Update => handler.TopicOf(key).Value,
            MessageKind.Response => handler.RequestIdOf(key).Value,
            _ => "",
        };
    }

    public static string Describe(this ProtocolHandler handler, string message) => $"{handler.KindOf(message)} {handler.KeyOf(message)}".TrimEnd();

    public static Acknowledgement Acknowledge(this ProtocolHandler handler, string message)
    {
        Assert.Equal(MessageKind.Control, handler.KindOf(message));
        return Assert.IsType<Acknowledgement>(handler.ReadAcknowledgement(message.Utf8().Span));
    }

    public static string Subscribe(this ProtocolHandler handler, params Topic[] topics) => handler.BuildSubscribe(topics, "id1").Text();
}
