using System.Collections.Concurrent;
using System.Net;
using System.Net.Security;
using System.Net.WebSockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.Logging;

namespace AkkaWs.Wire.Tests.Support;

/// <summary>One Kestrel for all tests, with and without TLS, on free loopback ports; each test has a path of its own.</summary>
internal sealed class WebServer
{
    private static readonly Lazy<Task<WebServer>> Shared = new(StartAsync);

    private readonly ConcurrentDictionary<string, RequestDelegate> _routes = new();
    private Uri _plain = null!;
    private Uri _tls = null!;

    public static X509Certificate2 Certificate { get; } = CreateCertificate("localhost");

    /// <summary>Accepts this server's certificate and no other.</summary>
    public static RemoteCertificateValidationCallback Trust { get; } = (_, certificate, _, _) => certificate?.GetCertHashString() == Certificate.GetCertHashString();

    public static Task<WebServer> GetAsync() => Shared.Value;

    /// <summary>The URL at which <paramref name="handler"/> answers.</summary>
    public Uri Route(RequestDelegate handler, bool tls = false)
    {
        var path = "/" + Guid.NewGuid().ToString("N");
        _routes[path] = handler;
        return new Uri(tls ? _tls : _plain, path);
    }

    /// <summary>A URL that upgrades, and the server's side of the first connection to it.</summary>
    public (Uri Url, Task<WebSocket> Accepted) Accept(bool tls = false, WebSocketAcceptContext? how = null)
    {
        var accepted = new TaskCompletionSource<WebSocket>(TaskCreationOptions.RunContinuationsAsynchronously);
        var url = Route(
            async context =>
            {
                var socket = await context.WebSockets.AcceptWebSocketAsync(how ?? new WebSocketAcceptContext());
                accepted.TrySetResult(socket);
                await context.RequestAborted.WaitAsync();
            },
            tls);
        return (url, accepted.Task.WaitAsync(Peer.Patience));
    }

    public static X509Certificate2 CreateCertificate(string name)
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(name);
        request.CertificateExtensions.Add(names.Build());
        using var made = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        return X509CertificateLoader.LoadPkcs12(made.Export(X509ContentType.Pfx), null);
    }

    private static async Task<WebServer> StartAsync()
    {
        var server = new WebServer();
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.Listen(IPAddress.Loopback, 0);
            kestrel.Listen(IPAddress.Loopback, 0, listen => listen.UseHttps(Certificate, https =>
            {
                https.ClientCertificateMode = ClientCertificateMode.AllowCertificate;
                https.AllowAnyClientCertificate();
            }));
        });
        var app = builder.Build();
        app.UseWebSockets(new WebSocketOptions { KeepAliveInterval = TimeSpan.Zero });
        app.Run(context => server._routes[context.Request.Path](context));
        await app.StartAsync();
        server._plain = new Uri(app.Urls.Single(url => url.StartsWith("http:", StringComparison.Ordinal)).Replace("http", "ws", StringComparison.Ordinal));
        server._tls = new Uri(app.Urls.Single(url => url.StartsWith("https:", StringComparison.Ordinal)).Replace("https", "wss", StringComparison.Ordinal).Replace("127.0.0.1", "localhost", StringComparison.Ordinal));
        return server;
    }
}

internal static class CancellationWaits
{
    public static Task WaitAsync(this CancellationToken token)
    {
        var cancelled = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        token.Register(() => cancelled.TrySetResult());
        return cancelled.Task;
    }
}
