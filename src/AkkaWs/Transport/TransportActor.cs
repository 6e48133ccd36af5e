using Akka.Actor;
using Akka.Event;
using AkkaWs.Errors;
using AkkaWs.Messages;
using AkkaWs.Options;
using AkkaWs.Policies;
using AkkaWs.Primitives;
using AkkaWs.Protocol;
using AkkaWs.Telemetry;
using AkkaWs.Wire;

namespace AkkaWs.Transport;

/// <summary>
/// Owns one physical socket from connect to its end. A failure in one of its tasks comes back as a message and is thrown here, so that the
/// parent's supervision sees it; it never retries.
/// </summary>
#pragma warning disable CA1001 // An actor's life ends in PostStop, where its resources are let go.
internal sealed class TransportActor : ReceiveActor
#pragma warning restore CA1001
{
    private readonly TransportContext _context;
    private readonly CancellationTokenSource _stopped = new();
    private readonly Socket _socket = new();
    private readonly IActorRef _parent = Context.Parent;
    private bool _reading;

    // Where this attempt leads, once that is known.
    private volatile Uri? _url;
    private volatile ServerCertificateCheck? _certificate;

    public TransportActor(TransportContext context)
    {
        _context = context;
        Receive<Connected>(_ => OnConnected());
        Receive<Ended>(m => throw new TransportFailedException(Explain(m.Status, _context.Handler)));
        Receive<Failed>(m => OnFailed(m.Error));
        Receive<CloseTransport>(OnClose);
        Receive<AbortTransport>(_ => OnAbort());
        Receive<HandshakeOver>(_ => Stop());
    }

    public static Props Props(TransportContext context) => Akka.Actor.Props.Create<TransportActor>(context).WithDeploy(Deploy.Local);

    protected override void PreStart() =>
        ConnectAsync().PipeTo(Self, success: () => Connected.Instance, failure: e => new Failed(e));

    protected override void PostStop()
    {
        _stopped.Cancel();
        _stopped.Dispose();
        _socket.Close();
    }

    private async Task ConnectAsync()
    {
        // The turn first: an address that is only good for a short time is asked for right before it is used.
        await TakeTurnAsync(_context.Options.Url.IdnHost).ConfigureAwait(false);
        var options = await ResolveAsync().ConfigureAwait(false);
        if (!string.Equals(options.Url.IdnHost, _context.Options.Url.IdnHost, StringComparison.OrdinalIgnoreCase))
            await TakeTurnAsync(options.Url.IdnHost).ConfigureAwait(false);
        _url = options.Url;
        var certificate = _certificate = new ServerCertificateCheck(options.Tls, _context.Hooks.CertificateValidation);
        var wire = WireSettings.Of(options, _context.Hooks, certificate.Callback);
        _socket.Open(await _context.Connect(options.Url, wire, _stopped.Token).ConfigureAwait(false));
    }

    private Task TakeTurnAsync(string host) => _context.Attempts?.EnterAsync(
        host,
        _context.Options.Rates.ConnectionAttempts,
        ahead => _parent.Tell(new TransportWaits(_context.Epoch, ahead), ActorRefs.NoSender),
        _stopped.Token) ?? Task.CompletedTask;

    private async Task<WebSocketClientOptions> ResolveAsync()
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(_stopped.Token);
        deadline.CancelAfter(_context.Options.ConnectTimeout);
        var cancellationToken = deadline.Token;
        var configured = new ConnectionEndpoint(_context.Options.Url, _context.Options.Headers);
        try
        {
            var endpoint = await FindEndpointAsync(configured, cancellationToken).WaitAsync(cancellationToken).ConfigureAwait(false);
            if (endpoint == configured)
                return _context.Options;
            var options = _context.Options with { Url = endpoint.Url, Headers = endpoint.Headers };
            return OptionsValidator.Validate(options) is { Count: > 0 } errors ? throw new InvalidOptionsException(options.Name, errors) : options;
        }
        catch (Exception e) when (!_stopped.IsCancellationRequested)
        {
            throw new EndpointException(e);
        }
    }

    private async Task<ConnectionEndpoint> FindEndpointAsync(ConnectionEndpoint configured, CancellationToken cancellationToken)
    {
        var endpoint = await _context.Handler.GetEndpointAsync(configured, cancellationToken).ConfigureAwait(false);
        foreach (var provider in _context.Endpoints)
            endpoint = await provider.GetEndpointAsync(endpoint, cancellationToken).ConfigureAwait(false);
        return endpoint;
    }

    private void OnConnected()
    {
        if (_socket.Wire is not { } wire)
            return;
        ReportCertificate();
        _reading = true;
        Context.Parent.Tell(new TransportOpened(_context.Epoch, wire));
        var loop = new ReadLoop(_context, wire, Context.Parent, LogTarget.Of(Context));
        var stopped = _stopped.Token;
        Task.Run(() => loop.RunAsync(stopped), stopped)
            .PipeTo(Self, success: status => new Ended(status), failure: e => new Failed(e));
    }

    private void ReportCertificate()
    {
        if (_certificate?.AcceptedDespite is { } problem)
            LogTarget.Of(Context).CertificateAccepted(new LogScope(_context.Options.Name, _context.Epoch.Value, ConnectionState.Connecting), problem);
    }

    private void OnFailed(Exception error)
    {
        // Headers have gone to that server all the same.
        if (_socket.Wire is null)
            ReportCertificate();
        _reading = false;
        if (error is not OperationCanceledException || !_stopped.IsCancellationRequested)
            throw new TransportFailedException(WithDetails(Explain(error, _context.Handler), error), error);
        Context.Stop(Self);
    }

    // What the wire cannot say: it knows neither a key in a path nor what a callback of ours found.
    private CloseReason WithDetails(CloseReason reason, Exception error) => error switch
    {
        WireHandshakeException { HttpStatusCode: not null } when _url is { } url =>
            reason with { Description = $"{reason.Description} The path was {Redactor.Path(url, _context.Options.Url)}" },
        WireTlsException when _certificate?.PinRefusal is { } refusal => reason with { Description = $"{reason.Description} The certificate is not pinned: {refusal}" },
        _ => reason,
    };

    private void OnClose(CloseTransport how)
    {
        if (_socket.Wire is { } wire)
            CloseAsync(wire, how == CloseTransport.AfterFlush).PipeTo(Self, success: () => HandshakeOver.Instance, failure: _ => HandshakeOver.Instance);
        else
            Context.Stop(Self);
    }

    // The close frame passes everything that waits: a ping behind it all tells that it was written.
    private async Task CloseAsync(WireConnection wire, bool flush)
    {
        if (flush)
        {
            using var deadline = new CancellationTokenSource(_context.Options.CloseTimeout);
            await wire.SendAsync(WireOpcode.Ping, ReadOnlyMemory<byte>.Empty, deadline.Token).AsTask()
                .WaitAsync(_context.Options.CloseTimeout).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        await wire.CloseAsync().ConfigureAwait(false);
    }

    private void OnAbort()
    {
        _socket.Close();
        Stop();
    }

    // The actor outlives its read loop, so that its end comes behind everything the loop delivered. A loop that waits for a consumer waits no longer.
    private void Stop()
    {
        _stopped.Cancel();
        if (!_reading)
            Context.Stop(Self);
    }

    private static CloseReason Explain(Exception error, ProtocolHandler handler) => error switch
    {
        EndpointException { InnerException: InvalidOptionsException } => new CloseReason(ErrorClass.HandshakeRejected, error.Message),
        EndpointException => new CloseReason(ErrorClass.EndpointUnavailable, error.Message),
        TooManyAttemptsException => new CloseReason(ErrorClass.RateLimited, error.Message),
        _ => ErrorClassifier.Explain(error, handler),
    };

    private static CloseReason Explain(WireCloseStatus? status, ProtocolHandler handler)
    {
        var (code, reason) = (status?.Code ?? CloseCode.NoStatusReceived, status?.Reason ?? "");
        var description = $"closed by the {(status is { ByPeer: false } ? "client" : "server")}{(reason.Length > 0 ? $": {reason}" : "")}";
        return status is { ByPeer: false }
            ? new CloseReason(ErrorClassifier.Classify(code), description, (int)code)
            : ErrorClassifier.Explain(code, reason, description, handler);
    }

    private sealed record Connected : INoSerializationVerificationNeeded, IDeadLetterSuppression
    {
        public static Connected Instance { get; } = new();
    }

    private sealed record Ended(WireCloseStatus? Status) : INoSerializationVerificationNeeded, IDeadLetterSuppression;

    private sealed record Failed(Exception Error) : INoSerializationVerificationNeeded, IDeadLetterSuppression;

    private sealed record HandshakeOver : INoSerializationVerificationNeeded, IDeadLetterSuppression
    {
        public static HandshakeOver Instance { get; } = new();
    }

    /// <summary>The socket's only owner: one that is connected after its actor stopped is dropped at once.</summary>
    private sealed class Socket
    {
        private readonly Lock _lock = new();
        private bool _closed;

        public WireConnection? Wire { get; private set; }

        public void Open(WireConnection wire)
        {
            lock (_lock)
            {
                if (!_closed)
                {
                    Wire = wire;
                    return;
                }
            }

            wire.Abort();
        }

        public void Close()
        {
            lock (_lock)
                _closed = true;
            Wire?.Abort();
        }
    }
}

/// <summary>The protocol handler could not tell where to connect, or told what the options do not allow.</summary>
internal sealed class EndpointException(Exception inner) : Exception(
    inner is InvalidOptionsException ? inner.Message : $"the protocol handler could not tell where to connect: {Name(inner)}", OutsideText.Cause(inner))
{
    // Its words may hold a secret; the status of an answer holds none.
    private static string Name(Exception inner) =>
        inner.GetType().Name + (inner is HttpRequestException { StatusCode: { } status } ? $" (HTTP {(int)status})" : "");
}

/// <summary>The physical connection ended: what a transport throws to its supervisor.</summary>
internal sealed class TransportFailedException(CloseReason reason, Exception? inner = null) : Exception(reason.ToString(), inner)
{
    public CloseReason Reason { get; } = reason;
}
