using System.Text;
using AkkaWs.Protocol;

namespace AkkaWs.Testing;

/// <summary>A message of the venue's, and what it is: input of <see cref="HandlerConformance"/>.</summary>
/// <param name="Payload">The message, as <see cref="ProtocolHandler.Classify"/> gets it.</param>
/// <param name="Kind">What it is.</param>
/// <param name="Key">An update's topic or a response's id; null where it has none, or where only an acknowledgement tells.</param>
public sealed record HandlerSample(ReadOnlyMemory<byte> Payload, MessageKind Kind, string? Key = null)
{
    /// <summary>A text message.</summary>
    /// <inheritdoc cref="HandlerSample(ReadOnlyMemory{byte}, MessageKind, string)" path="/param"/>
    public HandlerSample(string text, MessageKind kind, string? key = null)
        : this(Encoding.UTF8.GetBytes(text), kind, key)
    {
    }

    /// <summary>Kind, key and text.</summary>
    public override string ToString() => $"{Kind} {Key}: {Encoding.UTF8.GetString(Payload.Span)}";
}
