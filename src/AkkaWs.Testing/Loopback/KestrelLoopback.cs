using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.AspNetCore.WebSockets;
using Microsoft.Extensions.Logging.Abstractions;
using MicrosoftOptions = Microsoft.Extensions.Options.Options;

namespace AkkaWs.Testing;

/// <summary>Kestrel without a host: no configuration, no logging, no signal handlers; one port of the loopback device.</summary>
internal sealed class KestrelLoopback : IHttpApplication<HttpContext>, IConnectionListenerFactory, IAsyncDisposable
{
    private readonly SocketTransportFactory _sockets = new(MicrosoftOptions.Create(new SocketTransportOptions()), NullLoggerFactory.Instance);
    private readonly RequestDelegate _pipeline;
    private readonly KestrelServer _server;
    private GatedListener? _listener;

    private KestrelLoopback(int port, RequestDelegate handler)
    {
        var options = new KestrelServerOptions { AddServerHeader = false };
        options.Listen(IPAddress.Loopback, port, listen => listen.Protocols = HttpProtocols.Http1);
        var webSockets = new WebSocketOptions { KeepAliveInterval = TimeSpan.Zero };
        _pipeline = new WebSocketMiddleware(handler, MicrosoftOptions.Create(webSockets), NullLoggerFactory.Instance).Invoke;
        _server = new KestrelServer(MicrosoftOptions.Create(options), this, NullLoggerFactory.Instance);
    }

    internal GatedListener Listener => _listener ?? throw new InvalidOperationException("The server has not been started.");

    internal int Port => ((IPEndPoint)Listener.EndPoint).Port;

    /// <param name="port">Where to listen; 0: where the system chooses.</param>
    /// <param name="handler">Answers requests.</param>
    /// <param name="cancellationToken">Ends the start.</param>
    /// <exception cref="PortInUseException">Another program listens there.</exception>
    internal static async Task<KestrelLoopback> StartAsync(int port, RequestDelegate handler, CancellationToken cancellationToken)
    {
        var loopback = new KestrelLoopback(port, handler);
        try
        {
            await loopback._server.StartAsync(loopback, cancellationToken).ConfigureAwait(false);
            return loopback;
        }
        catch (IOException taken) when (taken.InnerException is AddressInUseException)
        {
            loopback._server.Dispose();
            throw new PortInUseException(port, taken);
        }
    }

    public async ValueTask<IConnectionListener> BindAsync(EndPoint endpoint, CancellationToken cancellationToken = default) =>
        _listener = new GatedListener(_sockets, await _sockets.BindAsync(endpoint, cancellationToken).ConfigureAwait(false));

    public HttpContext CreateContext(IFeatureCollection contextFeatures) => new DefaultHttpContext(contextFeatures);

    public Task ProcessRequestAsync(HttpContext context)
    {
        if (context.Features.Get<IHttpUpgradeFeature>() is { IsUpgradableRequest: true } upgrade)
            context.Features.Set<IHttpUpgradeFeature>(new TransportUpgrade(upgrade));
        return _pipeline(context);
    }

    public void DisposeContext(HttpContext context, Exception? exception)
    {
    }

    public async ValueTask DisposeAsync()
    {
        using var atOnce = new CancellationTokenSource(TimeSpan.FromSeconds(2));
        await _server.StopAsync(atOnce.Token).ConfigureAwait(false);
        _server.Dispose();
    }
}
