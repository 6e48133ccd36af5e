using System.Net.WebSockets;
using System.Text;

namespace AkkaWs.Testing;

/// <summary>A connection that a script drives: it reads when it wants to, and may write anything, well-formed or not.</summary>
public sealed class ScriptedConnection : ServerConnection
{
    private readonly MessageReader _reader;
    private readonly ChangeSignal _changed;

    internal ScriptedConnection(ConnectionSeed seed, int maxMessageBytes, ChangeSignal changed)
        : base(seed)
    {
        _reader = new MessageReader(this, maxMessageBytes);
        _changed = changed;
    }

    /// <summary>The next message, or null when the client closed or the connection broke. Pings are only answered while a receive is pending. Cancelling it breaks the connection.</summary>
    public async Task<ReceivedMessage?> ReceiveAsync(CancellationToken cancellationToken = default)
    {
        var message = await _reader.NextAsync(cancellationToken).ConfigureAwait(false);
        _changed.Pulse();
        return message;
    }

    /// <summary>The text of the next message, or null when the client closed or the connection broke.</summary>
    public async Task<string?> ReceiveTextAsync(CancellationToken cancellationToken = default) =>
        (await ReceiveAsync(cancellationToken).ConfigureAwait(false))?.Text;

    /// <summary>Reads, records and answers nothing until the client closes or the connection breaks.</summary>
    public async Task UntilClosedAsync(CancellationToken cancellationToken = default)
    {
        while (await ReceiveAsync(cancellationToken).ConfigureAwait(false) is not null)
        {
        }
    }

    /// <summary>Sends one text message in the given fragments, which may split a character of UTF-8.</summary>
    public Task SendFragmentsAsync(IReadOnlyList<ReadOnlyMemory<byte>> fragments, CancellationToken cancellationToken = default) =>
        SendFragmentsAsync(fragments, WebSocketMessageType.Text, cancellationToken);

    /// <summary>Sends one message in the given fragments.</summary>
    public async Task SendFragmentsAsync(IReadOnlyList<ReadOnlyMemory<byte>> fragments, WebSocketMessageType type, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(fragments);
        for (var i = 0; i < fragments.Count; i++)
            await SendFrameAsync(fragments[i], type, i == fragments.Count - 1, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Sends a ping frame with a payload of at most 125 bytes; <see cref="ServerConnection.PongsReceived"/> counts the answer while a receive is pending.</summary>
    public Task PingAsync(string payload = "", CancellationToken cancellationToken = default)
    {
        const int LongestControlPayload = 125;
        var bytes = Encoding.UTF8.GetBytes(payload);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(bytes.Length, LongestControlPayload, nameof(payload));
        return SendRawAsync((byte[])[0x89, (byte)bytes.Length, .. bytes], cancellationToken);
    }

    /// <summary>Writes bytes to the TCP stream as they are: half a frame, reserved bits, a masked frame, an invalid close code.</summary>
    public Task SendRawAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken = default) =>
        Transport.WriteRawAsync(bytes, cancellationToken).AsTask();
}
