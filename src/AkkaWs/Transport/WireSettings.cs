using System.Net;
using System.Net.Security;
using AkkaWs.Options;
using AkkaWs.Protocol;
using AkkaWs.Wire;

namespace AkkaWs.Transport;

/// <summary>A connection's options as the wire takes them.</summary>
internal static class WireSettings
{
    public static WireOptions Of(WebSocketClientOptions options, TransportHooks hooks, RemoteCertificateValidationCallback? validation) => new()
    {
        Headers = options.Headers,
        SubProtocols = options.SubProtocols,
        ConnectTimeout = options.ConnectTimeout,
        CloseTimeout = options.CloseTimeout,
        MaxMessageSize = options.MaxMessageSize,
        MaxFrameSize = options.MaxMessageSize,
        MaxQueuedWrites = TransportContext.MaxQueuedWrites,
        FollowRedirects = options.FollowRedirects,
        TcpKeepAlive = options.TcpKeepAlive,
        Proxy = ProxyOf(options.Proxy),
        Deflate = DeflateOf(options.Deflate),
        ClientCertificates = hooks.ClientCertificates,
        CertificateValidation = validation,
        CheckRevocation = options.Tls.Revocation == TlsRevocation.Online,
        ConnectCallback = hooks.ConnectCallback,
    };

    private static WireProxy ProxyOf(ProxyOptions options) => options.Address switch
    {
        ProxyOptions.System => WireProxy.System,
        ProxyOptions.Off => WireProxy.None,
        var address => WireProxy.At(new Uri(address), options.User.Length == 0 ? null : new NetworkCredential(options.User, options.Password)),
    };

    private static WireDeflateOptions? DeflateOf(DeflateOptions options) => !options.Enabled ? null : new WireDeflateOptions
    {
        ClientMaxWindowBits = options.ClientMaxWindowBits,
        ServerMaxWindowBits = options.ServerMaxWindowBits,
        ClientContextTakeover = options.ClientContextTakeover,
        ServerContextTakeover = options.ServerContextTakeover,
        MinimumSize = options.MinimumSize,
    };
}
