using System.Net;
using System.Net.WebSockets;
using Microsoft.AspNetCore.Http;

namespace AkkaWs.Testing;

public abstract partial class LoopbackServer<TConnection>
{
    private readonly StallGate _stall = new();
    private volatile Refusal? _refusal;
    private volatile bool _answerPings = true;
    private int _refused;

    /// <summary>Whether ping frames are answered; default true. Off, data flows on while every ping stays without its pong.</summary>
    public bool AnswerPings
    {
        get => _answerPings;
        set => _answerPings = value;
    }

    /// <summary>Whether <see cref="Stall"/> is in force.</summary>
    public bool IsStalled => _stall.IsShut;

    /// <summary>How many upgrades were answered with an error status.</summary>
    public int UpgradesRefused => Volatile.Read(ref _refused);

    /// <summary>Breaks every connection with a TCP reset, without a close frame, and completes when the server has let go of them. New connections are accepted.</summary>
    public Task DropAllAsync() => EndAllAsync(connection =>
    {
        connection.Drop();
        return Task.CompletedTask;
    });

    /// <summary>Sends every connection a close frame and completes when their handshakes are over; one that does not answer within 5 s is reset.</summary>
    /// <param name="status">The code; private ones (4000–4999) by a cast.</param>
    /// <param name="reason">At most 123 bytes of UTF-8.</param>
    public async Task CloseAllAsync(WebSocketCloseStatus status = WebSocketCloseStatus.EndpointUnavailable, string? reason = null)
    {
        using var deadline = new CancellationTokenSource(CloseTimeout);
        await EndAllAsync(connection => connection.CloseAsync(status, reason, deadline.Token)).ConfigureAwait(false);
    }

    /// <summary>
    /// Goes silent: nothing is read, answered or pushed, not even pongs, close frames and upgrades, while every socket stays open. What clients send meanwhile is handled after <see cref="Resume"/>.
    /// </summary>
    public void Stall()
    {
        _stall.Shut();
        Changed.Pulse();
    }

    /// <summary>Ends <see cref="Stall"/>.</summary>
    public void Resume()
    {
        _stall.Open();
        Changed.Pulse();
    }

    /// <summary>Answers upgrades with a status instead of 101. Open connections stay.</summary>
    /// <param name="status">The status: 401, 403, 429, 503…</param>
    /// <param name="retryAfter">Sends <c>Retry-After</c> in whole seconds, rounded up; null sends none.</param>
    /// <param name="times">How many upgrades are refused before they are accepted again; null until <see cref="AcceptConnectionsAsync"/>.</param>
    public void RefuseConnections(HttpStatusCode status, TimeSpan? retryAfter = null, int? times = null) => _refusal = new Refusal(status, retryAfter, times);

    /// <summary>Stops listening: new TCP connections to <see cref="Url"/> are refused by the system. Open connections stay.</summary>
    public Task RefuseTcpAsync(CancellationToken cancellationToken = default) => Listener.RefuseAsync(cancellationToken);

    /// <summary>Ends <see cref="RefuseConnections"/> and <see cref="RefuseTcpAsync"/>; the port stays the same.</summary>
    public async Task AcceptConnectionsAsync(CancellationToken cancellationToken = default)
    {
        _refusal = null;
        await Listener.ListenAsync(cancellationToken).ConfigureAwait(false);
    }

    private GatedListener Listener => (_kestrel ?? throw new InvalidOperationException("The server has not been started.")).Listener;

    private bool Refused(HttpResponse response)
    {
        if (_refusal is not { } refusal || !refusal.TryTake())
            return false;
        refusal.Answer(response);
        Interlocked.Increment(ref _refused);
        Changed.Pulse();
        return true;
    }

    private async Task EndAllAsync(Func<TConnection, Task> end)
    {
        await WaitForAsync(() => Volatile.Read(ref _upgrading) == 0, "the end of the upgrades under way").ConfigureAwait(false);
        var connections = Connections;
        await Task.WhenAll(connections.Select(end)).ConfigureAwait(false);
        await Task.WhenAll(connections.Select(EndedAsync)).ConfigureAwait(false);
    }

    private static async Task EndedAsync(TConnection connection)
    {
        // The task below ends without an exception, as `Closed` never faults: only the time can run out.
        await ((Task)Task.WhenAny(connection.Closed, Task.Delay(CloseTimeout))).ConfigureAwait(false);
        if (connection.IsOpen)
            connection.Drop();
    }
}
