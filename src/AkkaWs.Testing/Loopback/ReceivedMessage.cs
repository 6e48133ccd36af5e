using System.Net.WebSockets;
using System.Text;

namespace AkkaWs.Testing;

/// <summary>One message that a client sent, as the server recorded it.</summary>
/// <param name="Connection">The <see cref="ServerConnection.Number"/> of the connection it came through.</param>
/// <param name="Index">Its place among the messages of that connection, from 0.</param>
/// <param name="ReceivedAt">When its last frame arrived.</param>
/// <param name="Type">Text or binary.</param>
/// <param name="Payload">The payload, assembled from its fragments.</param>
public sealed record ReceivedMessage(int Connection, long Index, DateTimeOffset ReceivedAt, WebSocketMessageType Type, ReadOnlyMemory<byte> Payload)
{
    /// <summary>The payload read as UTF-8.</summary>
    public string Text => Encoding.UTF8.GetString(Payload.Span);

    /// <inheritdoc />
    public override string ToString() => $"#{Connection}.{Index} {(Type == WebSocketMessageType.Text ? Text : $"{Payload.Length} bytes")}";
}
