using System.Net;
using System.Net.Sockets;
using AkkaWs.Wire;

namespace AkkaWs.Exchanges;

/// <summary>
/// Requests over HTTP, most of which carry a key: encrypted, to one address, and wherever an answer sends them they do not go. What it throws says
/// nothing that the server said, who may repeat the key.
/// </summary>
internal sealed class SignedRest
{
    private const int FirstBody = 64 * 1024;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly Uri _url;
    private readonly HttpMessageHandler? _handler;
    private readonly TimeProvider _clock;
    private readonly int _maxBody;

    /// <param name="url">Where the requests go.</param>
    /// <param name="handler">What sends them, which stays the caller's; null: one of our own for each.</param>
    /// <param name="clock">Times them.</param>
    /// <param name="maxBody">How many bytes an answer may have.</param>
    /// <exception cref="ArgumentException">The address is not encrypted, or the handler follows redirects.</exception>
    public SignedRest(Uri url, HttpMessageHandler? handler, TimeProvider clock, int maxBody = FirstBody)
    {
        if (!url.IsAbsoluteUri || (url.Scheme != Uri.UriSchemeHttps && !(url.Scheme == Uri.UriSchemeHttp && url.IsLoopback)))
            throw new ArgumentException("A request with a key goes to https:// only, or to http:// on loopback.", nameof(url));
        if (FollowsRedirects(handler))
            throw new ArgumentException("The handler follows redirects, which would take the key along: set AllowAutoRedirect to false.", nameof(handler));
        (_url, _handler, _clock, _maxBody) = (url, handler, clock, maxBody);
    }

    /// <summary>Sends and gives the answer's body.</summary>
    /// <exception cref="HttpRequestException">There is no answer, or another than success.</exception>
    public async Task<byte[]> SendAsync(HttpMethod method, string header, string key, CancellationToken cancellationToken) =>
        (await SendAsync(method, (header, key), takesRefusal: false, cancellationToken).ConfigureAwait(false)).Body;

    /// <summary>Sends and gives the answer, also one that refuses (a status from 400 to 499): its body is the server's, and never shown.</summary>
    /// <exception cref="HttpRequestException">There is no answer, or a redirect, or an error of the server's.</exception>
    public Task<(HttpStatusCode Status, byte[] Body)> AskAsync(HttpMethod method, string header, string key, CancellationToken cancellationToken) =>
        SendAsync(method, (header, key), takesRefusal: true, cancellationToken);

    /// <summary>Sends without a key and gives the answer's body.</summary>
    /// <inheritdoc cref="SendAsync(HttpMethod, string, string, CancellationToken)"/>
    public async Task<byte[]> GetAsync((string Name, string Value)? header, CancellationToken cancellationToken) =>
        (await SendAsync(HttpMethod.Get, header, takesRefusal: false, cancellationToken).ConfigureAwait(false)).Body;

    private async Task<(HttpStatusCode Status, byte[] Body)> SendAsync(
        HttpMethod method, (string Name, string Value)? header, bool takesRefusal, CancellationToken cancellationToken)
    {
        if (header is { } sent && sent.Value.AsSpan().ContainsAnyExceptInRange('!', '~'))
            throw new HttpRequestException("The key has characters that no header can carry.");
        using var timeout = new CancellationTokenSource(Patience, _clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        // One of our own serves one request: nothing is pooled, and the name is resolved anew.
        using var invoker = new HttpMessageInvoker(_handler ?? WireProxy.System.CreateHttpHandler(_url), disposeHandler: _handler is null);
        using var request = new HttpRequestMessage(method, _url);
        if (header is var (name, value))
            request.Headers.Add(name, value);
        try
        {
            using var answer = await invoker.SendAsync(request, either.Token).ConfigureAwait(false);
            Check(answer, request, takesRefusal);
            return (answer.StatusCode, await ReadAsync(answer, either.Token).ConfigureAwait(false));
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

    private void Check(HttpResponseMessage answer, HttpRequestMessage request, bool takesRefusal)
    {
        var status = (int)answer.StatusCode;
        // The framework writes into the request where it was redirected.
        if ((answer.RequestMessage ?? request).RequestUri != _url || request.RequestUri != _url)
            throw Refused($"Another address answered in place of {_url.Host}: a request with a key follows no redirect.", answer);
        if (status is >= 300 and < 400)
            throw Refused($"{_url.Host} answered with a redirect (HTTP {status}), which a request with a key never follows.", answer);
        if (!answer.IsSuccessStatusCode && !(takesRefusal && status is >= 400 and < 500))
            throw Refused($"{_url.Host} answered with HTTP {status}.", answer);
    }

    private async Task<byte[]> ReadAsync(HttpResponseMessage answer, CancellationToken cancellationToken)
    {
        var body = new byte[FirstBody + 1];
        var length = 0;
        using var stream = await answer.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
        while (true)
        {
            var rest = body.AsMemory(length);
            length += await stream.ReadAtLeastAsync(rest, rest.Length, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false);
            if (length < body.Length)
                return body[..length];
            if (length > _maxBody)
                throw Refused($"{_url.Host} answered with more than {_maxBody} bytes.", answer);
            Array.Resize(ref body, (int)Math.Min(2L * body.Length, _maxBody + 1L));
        }
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
