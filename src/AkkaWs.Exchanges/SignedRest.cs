using System.Net.Sockets;
using AkkaWs.Wire;

namespace AkkaWs.Exchanges;

/// <summary>
/// Requests over HTTP that carry a key: encrypted, to one address, and wherever an answer sends them they do not go. What it throws says nothing
/// that the server said, who may repeat the key.
/// </summary>
internal sealed class SignedRest
{
    private const int MaxBody = 64 * 1024;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly Uri _url;
    private readonly HttpMessageHandler? _handler;
    private readonly TimeProvider _clock;

    /// <param name="url">Where the requests go.</param>
    /// <param name="handler">What sends them, which stays the caller's; null: one of our own for each.</param>
    /// <param name="clock">Times them.</param>
    /// <exception cref="ArgumentException">The address is not encrypted, or the handler follows redirects.</exception>
    public SignedRest(Uri url, HttpMessageHandler? handler, TimeProvider clock)
    {
        if (!url.IsAbsoluteUri || (url.Scheme != Uri.UriSchemeHttps && !(url.Scheme == Uri.UriSchemeHttp && url.IsLoopback)))
            throw new ArgumentException("A request with a key goes to https:// only, or to http:// on loopback.", nameof(url));
        if (FollowsRedirects(handler))
            throw new ArgumentException("The handler follows redirects, which would take the key along: set AllowAutoRedirect to false.", nameof(handler));
        (_url, _handler, _clock) = (url, handler, clock);
    }

    /// <summary>Sends and gives the answer's body.</summary>
    /// <exception cref="HttpRequestException">There is no answer, or another than success.</exception>
    public async Task<byte[]> SendAsync(HttpMethod method, string header, string key, CancellationToken cancellationToken)
    {
        if (key.AsSpan().ContainsAnyExceptInRange('!', '~'))
            throw new HttpRequestException("The key has characters that no header can carry.");
        using var timeout = new CancellationTokenSource(Patience, _clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        // One of our own serves one request: nothing is pooled, and the name is resolved anew.
        using var invoker = new HttpMessageInvoker(_handler ?? WireProxy.System.CreateHttpHandler(_url), disposeHandler: _handler is null);
        using var request = new HttpRequestMessage(method, _url);
        request.Headers.Add(header, key);
        try
        {
            using var answer = await invoker.SendAsync(request, either.Token).ConfigureAwait(false);
            Check(answer, request);
            return await ReadAsync(answer, either.Token).ConfigureAwait(false);
        }
        catch (Exception failed) when (failed is IOException || failed is HttpRequestException { StatusCode: null })
        {
            var error = (failed as HttpRequestException)?.HttpRequestError ?? HttpRequestError.ResponseEnded;
            throw new HttpRequestException(error, $"{_url.Host} gave no answer: {error}.", CauseOf(failed));
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new HttpRequestException(HttpRequestError.ConnectionError, $"{_url.Host} did not answer within {Patience.TotalSeconds} s.");
        }
    }

    private void Check(HttpResponseMessage answer, HttpRequestMessage request)
    {
        var status = (int)answer.StatusCode;
        // The framework writes into the request where it was redirected.
        if ((answer.RequestMessage ?? request).RequestUri != _url || request.RequestUri != _url)
            throw Refused($"Another address answered in place of {_url.Host}: a request with a key follows no redirect.", answer);
        if (status is >= 300 and < 400)
            throw Refused($"{_url.Host} answered with a redirect (HTTP {status}), which a request with a key never follows.", answer);
        if (!answer.IsSuccessStatusCode)
            throw Refused($"{_url.Host} answered with HTTP {status}.", answer);
    }

    private async Task<byte[]> ReadAsync(HttpResponseMessage answer, CancellationToken cancellationToken)
    {
        var body = new byte[MaxBody + 1];
        using var stream = await answer.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
        var length = await stream.ReadAtLeastAsync(body, body.Length, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false);
        return length <= MaxBody ? body[..length] : throw Refused($"{_url.Host} answered with more than {MaxBody} bytes.", answer);
    }

    private static HttpRequestException Refused(string why, HttpResponseMessage answer) => new(why, null, answer.StatusCode);

    // The system's words, not the server's.
    private static SocketException? CauseOf(Exception? failed)
    {
        while (failed is not (null or SocketException))
            failed = failed.InnerException;
        return failed as SocketException;
    }

    private static bool FollowsRedirects(HttpMessageHandler? handler)
    {
        while (handler is DelegatingHandler outer)
            handler = outer.InnerHandler;
        return handler is SocketsHttpHandler { AllowAutoRedirect: true } or HttpClientHandler { AllowAutoRedirect: true };
    }
}
