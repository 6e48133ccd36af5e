using System.Text;

namespace AkkaWs.Protocol;

/// <summary>A message to send. Its bytes must not change after it was handed over.</summary>
/// <param name="Payload">UTF-8 for text.</param>
/// <param name="IsBinary">Whether it travels as a binary message instead of a text message.</param>
public sealed record OutboundMessage(ReadOnlyMemory<byte> Payload, bool IsBinary = false)
{
    /// <summary>A text message.</summary>
    public static OutboundMessage Text(string text) => new(Encoding.UTF8.GetBytes(text));

    /// <summary>A text message whose UTF-8 is at hand.</summary>
    public static OutboundMessage Utf8(ReadOnlySpan<byte> utf8) => new(utf8.ToArray());

    /// <summary>Kind and length; never the payload, which may be secret.</summary>
    public override string ToString() => $"{(IsBinary ? "binary" : "text")}, {Payload.Length} bytes";
}
