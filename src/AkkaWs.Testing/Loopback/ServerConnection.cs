using System.Diagnostics.CodeAnalysis;
using System.Net.Sockets;
using System.Net.WebSockets;
using System.Text;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http;

namespace AkkaWs.Testing;

/// <summary>One client's connection as the server sees it. Safe to use from any thread, also after it ended.</summary>
[SuppressMessage("Reliability", "CA1001", Justification = "A SemaphoreSlim whose wait handle is never taken holds nothing to dispose, and a connection is read after it ended.")]
public class ServerConnection
{
    private readonly SemaphoreSlim _sending = new(1, 1);
    private readonly TaskCompletionSource _closed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly MessageLedger _ledger;
    private readonly Socket? _tcp;
    private long _sent;

    internal ServerConnection(ConnectionSeed seed)
    {
        Number = seed.Number;
        WebSocket = seed.WebSocket;
        Transport = seed.Transport;
        Clock = seed.Clock;
        _ledger = new MessageLedger(seed.Number, seed.LedgerCapacity);
        PathAndQuery = seed.Context.Request.Path + seed.Context.Request.QueryString;
        RequestHeaders = seed.Context.Request.Headers.ToDictionary(header => header.Key, header => header.Value.ToString(), StringComparer.OrdinalIgnoreCase);
        _tcp = seed.Context.Features.Get<IConnectionSocketFeature>()?.Socket;
    }

    /// <summary>The place of this connection among all that the server accepted, from 1: a client's second connection after a drop has number 2.</summary>
    public int Number { get; }

    /// <summary>What the client asked for: <c>/v5/public/linear?x=1</c>.</summary>
    public string PathAndQuery { get; }

    /// <summary>The headers of the upgrade request; several values of one name are joined by commas.</summary>
    public IReadOnlyDictionary<string, string> RequestHeaders { get; }

    /// <summary>Whether the server still serves this connection.</summary>
    public bool IsOpen => !_closed.Task.IsCompleted;

    /// <summary>Completes, never faults, when the connection has ended in whatever way.</summary>
    public Task Closed => _closed.Task;

    /// <summary>The most recent messages of the client, oldest first; older ones than the ledger's capacity are gone, but counted.</summary>
    public IReadOnlyList<ReceivedMessage> Received => _ledger.Snapshot();

    /// <summary>How many messages the client sent.</summary>
    public long ReceivedCount => _ledger.Count;

    /// <summary>How many messages the server sent.</summary>
    public long SentCount => Interlocked.Read(ref _sent);

    /// <summary>How many ping frames the client sent. They are answered unless the server's <c>AnswerPings</c> is off.</summary>
    public long PingsReceived => Transport.FromClient.Pings;

    /// <summary>How many pong frames the client sent.</summary>
    public long PongsReceived => Transport.FromClient.Pongs;

    /// <summary>The code of the client's close frame; null before it, and for a connection that ended without one.</summary>
    public WebSocketCloseStatus? ClientCloseStatus => WebSocket.CloseStatus;

    /// <summary>The reason in the client's close frame.</summary>
    public string? ClientCloseReason => WebSocket.CloseStatusDescription;

    internal WebSocket WebSocket { get; }

    internal TransportStream Transport { get; }

    internal TimeProvider Clock { get; }

    /// <summary>Sends a text message and completes when the transport has taken it.</summary>
    /// <exception cref="WebSocketException">The connection is gone.</exception>
    public Task SendTextAsync(string text, CancellationToken cancellationToken = default) =>
        SendAsync(Encoding.UTF8.GetBytes(text), WebSocketMessageType.Text, cancellationToken);

    /// <summary>Sends a message of the given type and completes when the transport has taken it.</summary>
    /// <exception cref="WebSocketException">The connection is gone.</exception>
    public async Task SendAsync(ReadOnlyMemory<byte> payload, WebSocketMessageType type, CancellationToken cancellationToken = default)
    {
        await SendFrameAsync(payload, type, endOfMessage: true, cancellationToken).ConfigureAwait(false);
        Interlocked.Increment(ref _sent);
    }

    /// <summary>Sends a close frame and completes when the transport has taken it; <see cref="Closed"/> tells when the handshake is over. A connection that is gone is left alone.</summary>
    /// <param name="status">The code; private ones (4000–4999) by a cast. Codes that must not be sent (1005, 1006, 1015) can only be written raw.</param>
    /// <param name="reason">At most 123 bytes of UTF-8.</param>
    /// <param name="cancellationToken">Ends the wait; the connection is then broken.</param>
    public async Task CloseAsync(WebSocketCloseStatus status = WebSocketCloseStatus.NormalClosure, string? reason = null, CancellationToken cancellationToken = default)
    {
        try
        {
            await _sending.WaitAsync(cancellationToken).ConfigureAwait(false);
            try
            {
                if (WebSocket.State is WebSocketState.Open or WebSocketState.CloseReceived)
                    await WebSocket.CloseOutputAsync(status, reason, cancellationToken).ConfigureAwait(false);
            }
            finally
            {
                _sending.Release();
            }
        }
        catch (Exception exception) when (IsBroken(exception))
        {
            Drop();
        }
    }

    /// <summary>Breaks the TCP connection at once with a reset: no close frame, and what was queued is lost.</summary>
    public void Drop()
    {
        try
        {
            // Lingering for zero seconds makes the close a reset.
            if (_tcp is not null)
            {
                _tcp.LingerState = new LingerOption(true, 0);
                _tcp.Close(0);
            }
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            // It was broken already, which is what was asked for.
        }

        WebSocket.Abort();
    }

    internal static bool IsBroken(Exception exception) =>
        exception is WebSocketException or IOException or ObjectDisposedException or OperationCanceledException or InvalidOperationException;

    internal async Task SendFrameAsync(ReadOnlyMemory<byte> payload, WebSocketMessageType type, bool endOfMessage, CancellationToken cancellationToken)
    {
        await _sending.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            await WebSocket.SendAsync(payload, type, endOfMessage, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _sending.Release();
        }
    }

    internal ReceivedMessage Record(WebSocketMessageType type, ReadOnlyMemory<byte> payload) => _ledger.Add(Clock.GetUtcNow(), type, payload);

    internal void MarkClosed() => _closed.TrySetResult();
}

/// <summary>What a connection is made of.</summary>
internal sealed record ConnectionSeed(int Number, WebSocket WebSocket, TransportStream Transport, HttpContext Context, TimeProvider Clock, int LedgerCapacity);
