using System.Net;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;

namespace AkkaWs.Wire;

/// <summary>What an upgrade gave. A class, like the step to it: each struct that an async method returns is code to compile for the first connection.</summary>
internal sealed record Upgraded(Stream Stream, string? SubProtocol, WireDeflateOptions? Deflate);

/// <summary>Opens the byte stream of a connection: an HTTP/1.1 request answered by 101 (RFC 6455, section 4.1). One instance serves one connection.</summary>
internal sealed class Upgrade(WireOptions options, TcpDialer dialer)
{
    private const int MaxRedirects = 5;
    private const int MaxHeadersKilobytes = 64;

    private readonly DialedAddresses _dialed = dialer.Begin();

    public async Task<Upgraded> OpenAsync(Uri url, CancellationToken cancellationToken)
    {
        try
        {
            var upgraded = await FollowAsync(url, cancellationToken).ConfigureAwait(false);
            _dialed.Remember();
            return upgraded;
        }
        catch (Exception failed)
        {
            _dialed.Suspect();
            // Whatever failed at a remembered address: the host may have moved from there.
            if (failed is WireException told && _dialed.Unresolved is { } unresolved)
                told.Remark = unresolved;
            throw;
        }
    }

    private async Task<Upgraded> FollowAsync(Uri url, CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(options.ConnectTimeout, options.TimeProvider);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        for (var redirects = 0; ; redirects++)
        {
            try
            {
                var step = await TryOnceAsync(url, redirects < MaxRedirects, either.Token).ConfigureAwait(false);
                if (step.Upgraded is { } upgraded)
                    return upgraded;
                url = Redirects.Check(url, step.Redirect!, step.Status, options);
            }
            catch (OperationCanceledException cancelled) when (!cancellationToken.IsCancellationRequested)
            {
                throw new WireTimeoutException($"Connecting to {UpgradeFailures.Name(url)} took longer than {options.ConnectTimeout}.", options.ConnectTimeout, cancelled);
            }
        }
    }

    private async Task<Step> TryOnceAsync(Uri url, bool mayRedirect, CancellationToken cancellationToken)
    {
        var key = Convert.ToBase64String(RandomNumberGenerator.GetBytes(16));
        // A handler per attempt: nothing is pooled, and every attempt resolves the name anew. The upgraded stream outlives it.
        var certificate = new CertificateVerdict(options.CertificateValidation);
        using var handler = CreateHandler(url, certificate, cancellationToken);
        using var invoker = new HttpMessageInvoker(handler);
        using var request = UpgradeRequest.Create(url, key, options);
        HttpResponseMessage response;
        try
        {
            response = await invoker.SendAsync(request, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception failed) when (failed is HttpRequestException or IOException or AuthenticationException or SocketException)
        {
            cancellationToken.ThrowIfCancellationRequested();
            throw UpgradeFailures.OfRequest(url, handler.Proxy, failed, certificate.Refusal);
        }

        var accepted = false;
        try
        {
            if (options.FollowRedirects && mayRedirect && Redirects.Target(response) is { } target)
                return new Step(null, target, response.StatusCode);
            if (response.StatusCode != HttpStatusCode.SwitchingProtocols)
                throw await UpgradeFailures.OfAnswerAsync(url, response, options.TimeProvider, cancellationToken).ConfigureAwait(false);
            var (subProtocol, deflate) = UpgradeAnswer.Check(response, key, options);
            var stream = await response.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
            accepted = true;
            return new Step(new Upgraded(stream, subProtocol, deflate), null, response.StatusCode);
        }
        finally
        {
            if (!accepted)
                response.Dispose();
        }
    }

    private SocketsHttpHandler CreateHandler(Uri url, CertificateVerdict certificate, CancellationToken cancellationToken)
    {
        var proxy = options.Proxy.For(url);
        var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            ActivityHeadersPropagator = null,
            AutomaticDecompression = DecompressionMethods.None,
            MaxResponseHeadersLength = MaxHeadersKilobytes,
            MaxResponseDrainSize = 0,
            UseProxy = proxy is not null,
            Proxy = proxy,
            ConnectTimeout = Timeout.InfiniteTimeSpan,
            ConnectCallback = (context, handler) => ConnectAsync(context.DnsEndPoint, cancellationToken, handler),
        };
        if (url.Scheme == "wss")
            handler.SslOptions = TlsRules.Create(options.CheckRevocation, options.ConnectTimeout, options.ClientCertificates, certificate.Decide);
        return handler;
    }

    // The handler cancels only seconds after the upgrade was given up.
    private async ValueTask<Stream> ConnectAsync(DnsEndPoint endPoint, CancellationToken upgrade, CancellationToken handler)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(upgrade, handler);
        var connecting = options.ConnectCallback is { } custom ? custom(endPoint, either.Token) : dialer.ConnectAsync(endPoint, options, _dialed, either.Token);
        return await connecting.ConfigureAwait(false);
    }

    private sealed record Step(Upgraded? Upgraded, string? Redirect, HttpStatusCode Status);
}
