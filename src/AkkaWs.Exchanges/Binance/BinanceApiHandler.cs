using System.Buffers.Text;
using System.Globalization;
using System.Text;
using System.Text.Json;
using AkkaWs.Errors;
using AkkaWs.Primitives;
using AkkaWs.Protocol;

namespace AkkaWs.Exchanges;

/// <summary>
/// Speaks with Binance's WebSocket API: requests such as <c>order.place</c>, signed here, and <see cref="Binance.UserData"/>, the account's events.
/// A request's payload is <c>{"method":…,"params":{…}}</c>; id, key, timestamp and signature are added. A result is the <c>result</c> of the response.
/// </summary>
/// <remarks>
/// Two ways to prove the key: each request carries its signature (default), or the session logs on once (<c>session.logon</c>, which Binance allows
/// for Ed25519 keys alone) and requests go unsigned. The base library has no Ed25519: give a function that signs. With a source of listen tokens,
/// <see cref="Binance.UserData"/> brings the events of a margin account (<c>userDataStream.subscribe.listenToken</c>) in place of those of spot.
/// </remarks>
/// <example><code>
/// var handler = new BinanceApiHandler(CredentialsProvider.FromEnvironment("BINANCE"));
/// await using var api = await WebSocketClient.ConnectAsync(system, Binance.CreateApiOptions(BinanceMarket.Spot), handler);
/// await using var account = await api.SubscribeAsync(Binance.UserData);
/// </code></example>
public class BinanceApiHandler : ProtocolHandler
{
    // In front of our own ids, so that an answer to them is told from the response to a request (ids may have 36 characters).
    private const string SubscriptionMark = "sub-";
    private const string LogonMark = "log-";

    private static readonly string[] PublicMethods =
    [
        "ping", "time", "exchangeInfo", "executionRules", "depth", "trades.", "blockTrades.", "klines", "uiKlines", "avgPrice", "ticker", "referencePrice",
        "session.status", "session.logout", "session.subscriptions", "userDataStream.",
    ];

    private static readonly string[] FuturesPaths =
        [new Uri(BinanceFacts.LiveApi.UsdMargined!).AbsolutePath, new Uri(BinanceFacts.LiveApi.CoinMargined!).AbsolutePath];

    private readonly ICredentialsProvider _provider;
    private readonly IListenTokenSource? _listenTokens;
    private readonly bool _sessionLogon;
    private readonly Func<ApiCredentials, string, string> _sign;
    private readonly TimeProvider _clock;
    private ApiCredentials? _credentials;
    private string? _listenToken;
    private bool _isOfFutures;

    /// <summary>Makes a handler for one connection.</summary>
    /// <param name="credentials">Where the key comes from: asked on each connect.</param>
    /// <param name="sessionLogon">Whether the session logs on once instead of signing each request.</param>
    /// <param name="sign">Signs a payload for the key: hex for HMAC, base64 for RSA and Ed25519; null: HMAC-SHA-256 with the secret.</param>
    /// <param name="clock">The clock of the timestamps; null: the system's. It must agree with Binance's within seconds.</param>
    /// <param name="listenTokens">
    /// Where the listen token of a margin account comes from; null: <see cref="Binance.UserData"/> is that of the key's spot account.
    /// </param>
    public BinanceApiHandler(
        ICredentialsProvider credentials,
        bool sessionLogon = false,
        Func<ApiCredentials, string, string>? sign = null,
        TimeProvider? clock = null,
        IListenTokenSource? listenTokens = null)
    {
        ArgumentNullException.ThrowIfNull(credentials);
        (_provider, _sessionLogon, _clock, _listenTokens) = (credentials, sessionLogon, clock ?? TimeProvider.System, listenTokens);
        _sign = sign ?? ((key, payload) => Signature.Hex(key.Secret, payload));
    }

    /// <inheritdoc/>
    public override bool RequiresAuthentication => _sessionLogon;

    /// <inheritdoc/>
    public override Classification Classify(ReadOnlySpan<byte> message)
    {
        JsonSlice id = default, subscription = default, happened = default;
        var fields = new JsonFieldReader(message);
        while (fields.Next())
        {
            if (fields.NameIs("id"u8))
                id = fields.Value;
            else if (fields.NameIs("subscriptionId"u8))
                subscription = fields.Value;
            else if (fields.NameIs("event"u8))
                happened = fields.Value;
            if (id.TextLength > 0 && id.Kind != JsonValueKind.Null)
                return ClassifyAnswer(message, id);
        }

        if (!fields.IsComplete)
            return Classification.Unknown;
        if (happened.Kind == JsonValueKind.Object)
            return subscription.Kind == JsonValueKind.Number && !IsEnd(happened.Of(message)) ? Classification.Update(subscription.Start, subscription.Length) : Classification.System;
        return id.Kind == JsonValueKind.Null ? Classification.System : Classification.Unknown;
    }

    /// <summary>The account's events, whichever number Binance gave to the subscription.</summary>
    public override Topic TopicOf(ReadOnlySpan<byte> key) => Binance.UserData;

    /// <summary>The configured endpoint; the key that signs requests and the listen token are asked for on the way.</summary>
    public override async ValueTask<ConnectionEndpoint> GetEndpointAsync(ConnectionEndpoint configured, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(configured);
        _isOfFutures = FuturesPaths.Any(path => configured.Url.AbsolutePath.EndsWith(path, StringComparison.Ordinal));
        if (!_sessionLogon)
            _credentials = await _provider.GetAsync(cancellationToken).ConfigureAwait(false);
        if (_listenTokens is not null)
            _listenToken = await _listenTokens.GetAsync(cancellationToken).ConfigureAwait(false);
        return configured;
    }

    /// <inheritdoc/>
    public override async ValueTask<OutboundMessage> BuildAuthenticationAsync(CancellationToken cancellationToken)
    {
        _credentials = await _provider.GetAsync(cancellationToken).ConfigureAwait(false);
        return Build(LogonMark + NextRequestId().Value, "session.logon", Sign(NoParameters));
    }

    /// <inheritdoc/>
    public override AuthenticationVerdict ReadAuthentication(ReadOnlySpan<byte> message)
    {
        var id = JsonBody.Find(message, "id"u8);
        if (id.Kind != JsonValueKind.String || !id.TextOf(message).StartsWith("log-"u8))
            return AuthenticationVerdict.NotAnAnswer;
        return BinanceError.Read(message) is { } error ? AuthenticationVerdict.Rejected(error.ToString()) : AuthenticationVerdict.Accepted;
    }

    /// <summary>Asks for the account's events, the only topic there is; any other is left to Binance to refuse.</summary>
    public override OutboundMessage BuildSubscribe(IReadOnlyList<Topic> topics, RequestId id)
    {
        ArgumentNullException.ThrowIfNull(topics);
        var isUserData = topics is [var only] && only == Binance.UserData;
        return !isUserData ? Build(SubscriptionMark + id.Value, string.Join(',', topics.Select(topic => topic.Value)), NoParameters)
            : _listenToken is { } token ? Build(SubscriptionMark + id.Value, "userDataStream.subscribe.listenToken", Listen(token))
            : _sessionLogon ? Build(SubscriptionMark + id.Value, "userDataStream.subscribe", NoParameters)
            : Build(SubscriptionMark + id.Value, "userDataStream.subscribe.signature", Sign(NoParameters));
    }

    /// <summary>Ends all subscriptions of the session to the account's events.</summary>
    public override OutboundMessage BuildUnsubscribe(IReadOnlyList<Topic> topics, RequestId id) => Build(SubscriptionMark + id.Value, "userDataStream.unsubscribe", NoParameters);

    /// <summary>Those that begin as the ids of its logins and subscriptions do.</summary>
    public override bool IsOwnId(RequestId id) =>
        id.Value.StartsWith(SubscriptionMark, StringComparison.Ordinal) || id.Value.StartsWith(LogonMark, StringComparison.Ordinal);

    /// <summary>One: topics other than the account's events are refused one by one.</summary>
    public override int MaxTopicsPerMessage => 1;

    /// <inheritdoc/>
    public override Acknowledgement? ReadAcknowledgement(ReadOnlySpan<byte> message)
    {
        var id = JsonBody.Find(message, "id"u8);
        return id.Kind == JsonValueKind.String && id.TextLength > SubscriptionMark.Length
            ? new Acknowledgement { RequestId = new RequestId(id.GetText(message)[SubscriptionMark.Length..]), Rejection = BinanceError.Read(message)?.ToString() }
            : null;
    }

    /// <summary>Whatever holds the key, a signature or a listen token: logons, signed requests, subscribe messages of margin accounts.</summary>
    public override bool IsSensitive(ReadOnlySpan<byte> message) =>
        message.IndexOf("\"signature\""u8) >= 0 || message.IndexOf("\"apiKey\""u8) >= 0 || message.IndexOf("\"listenToken\""u8) >= 0;

    /// <summary>
    /// The <c>origClientOrderId</c>, <c>newClientOrderId</c> or, of conditional orders of futures, <c>clientAlgoId</c> of the order that the request speaks of.
    /// </summary>
    public override string? ClientOrderIdOf(ReadOnlyMemory<byte> payload) =>
        JsonBody.OfOrder(payload, "params", "origClientOrderId")
        ?? JsonBody.OfOrder(payload, "params", "newClientOrderId")
        ?? JsonBody.OfOrder(payload, "params", "clientAlgoId");

    /// <summary>Adds the id and, where <see cref="IsSigned"/> says so, timestamp, key and signature (on a logged-on session the timestamp alone).</summary>
    public override OutboundMessage EncodeRequest(RequestId id, ReadOnlyMemory<byte> payload)
    {
        using var document = JsonDocument.Parse(payload);
        var root = document.RootElement;
        if (root.ValueKind != JsonValueKind.Object || !root.TryGetProperty("method", out var method) || method.GetString() is not { Length: > 0 } name)
            throw new ArgumentException("A request to Binance is an object with a method and params.", nameof(payload));
        SortedDictionary<string, string> parameters = new(StringComparer.Ordinal);
        if (root.TryGetProperty("params", out var given) && given.ValueKind == JsonValueKind.Object)
        {
            foreach (var parameter in given.EnumerateObject())
                parameters[parameter.Name] = parameter.Value.GetRawText();
        }

        if (IsSigned(name) && !parameters.ContainsKey("signature"))
            parameters = _sessionLogon ? Stamp(parameters) : Sign(parameters);
        return Build(id.Value, name, parameters);
    }

    /// <summary>
    /// A result, or an error. One with a status of 500 and above, of 409, or with the code -1006 or -1007 does not refuse: the order may live, or a part of it
    /// (<see cref="SentOutcomeUnknownException"/>, whose data tell which part, where Binance does). On futures -1008, and 503 with the words of an unavailable
    /// service, refuse: Binance says that nothing was done. The path of the address tells futures (<c>/ws-fapi/v1</c>, <c>/ws-dapi/v1</c>).
    /// </summary>
    public override ResponseVerdict ReadResponse(ReadOnlyMemory<byte> message)
    {
        var status = StatusOf(message.Span);
        var error = BinanceError.Read(message.Span);
        if (LeavesOutcomeOpen(status, error?.Code) && !(_isOfFutures && error is not null && IsFailure(status, error)))
            return ResponseVerdict.OutcomeUnknown(error?.Code ?? status.ToString(CultureInfo.InvariantCulture), error?.Words ?? "", BinanceError.DataOf(message));
        if (error is not null)
            return ResponseVerdict.Error(error.Code, error.Words);
        var result = JsonBody.Find(message.Span, "result"u8);
        return ResponseVerdict.Ok(result.Has() ? result.Of(message) : message);
    }

    /// <summary>A server that shuts down, a stream of events that ended, or a session that was revoked (status 401 without an id).</summary>
    public override bool ShouldReconnect(ReadOnlySpan<byte> message)
    {
        var happened = JsonBody.Find(message, "event"u8);
        if (happened.Kind == JsonValueKind.Object)
            return IsEnd(happened.Of(message));
        var status = JsonBody.Find(message, "status"u8);
        return JsonBody.Find(message, "id"u8).Kind == JsonValueKind.Null && status.Has() && status.TextOf(message).SequenceEqual("401"u8);
    }

    /// <inheritdoc cref="BinanceStreamsHandler.ClassifyClose"/>
    public override ErrorClass? ClassifyClose(int closeCode, string reason) => BinanceError.Classify(closeCode);

    /// <inheritdoc cref="BinanceStreamsHandler.ClassifyError"/>
    public override ErrorClass? ClassifyError(Exception error) => BinanceError.Classify(error);

    /// <summary>
    /// Whether the other proves the same key in the same way, and hears of the same account. One that derives from this is interchangeable with itself alone, unless it says otherwise.
    /// </summary>
    public override bool IsInterchangeableWith(ProtocolHandler other) =>
        base.IsInterchangeableWith(other) || (IsPlain(this) && other is BinanceApiHandler api && IsPlain(api) && IsLike(api));

    /// <summary>Never the key.</summary>
    public override string ToString() => GetType().Name;

    private static bool IsPlain(BinanceApiHandler handler) => handler.GetType() == typeof(BinanceApiHandler);

    private bool IsLike(BinanceApiHandler other) => _provider.Equals(other._provider)
        && (_sessionLogon, _sign, _clock) == (other._sessionLogon, other._sign, other._clock)
        && Equals(_listenTokens, other._listenTokens);

    /// <summary>Whether a method needs the key: all but those for market data and the session itself. Override it for methods that are newer than this.</summary>
    /// <param name="method">The method, such as <c>order.place</c>.</param>
    protected virtual bool IsSigned(string method)
    {
        ArgumentNullException.ThrowIfNull(method);
        return !Array.Exists(PublicMethods, known => known[^1] == '.' || known is "ticker" or "referencePrice" ? method.StartsWith(known, StringComparison.Ordinal) : method == known);
    }

    /// <summary>What is signed: the parameters in alphabetical order as <c>name=value</c>, joined by ampersands.</summary>
    internal static string PayloadOf(SortedDictionary<string, string> parameters) =>
        string.Join('&', parameters.Select(parameter => $"{parameter.Key}={(parameter.Value.StartsWith('"') ? JsonSerializer.Deserialize<string>(parameter.Value) : parameter.Value)}"));

    private static Classification ClassifyAnswer(ReadOnlySpan<byte> message, JsonSlice id)
    {
        var text = id.TextOf(message);
        return text.StartsWith("sub-"u8) ? Classification.Control
            : text.StartsWith("log-"u8) ? Classification.System
            : Classification.Response(id.TextStart, id.TextLength);
    }

    private static bool LeavesOutcomeOpen(int status, string? code) =>
        status >= BinanceFacts.FirstOpenStatus || status == BinanceFacts.PartlyDone || code is BinanceFacts.UnexpectedResponse or BinanceFacts.BackendTimeout;

    // The words decide because Binance has nothing else that tells the two kinds of 503 apart.
    private static bool IsFailure(int status, BinanceError error) => error.Code == BinanceFacts.Throttled
        || (status == BinanceFacts.Unavailable && error.Words.StartsWith(BinanceFacts.UnavailableWords, StringComparison.Ordinal));

    private static int StatusOf(ReadOnlySpan<byte> message)
    {
        var status = JsonBody.Find(message, "status"u8);
        return status.Kind == JsonValueKind.Number && Utf8Parser.TryParse(status.TextOf(message), out int number, out _) ? number : 0;
    }

    private static bool IsEnd(ReadOnlySpan<byte> happened)
    {
        var kind = JsonBody.Find(happened, "e"u8);
        return kind.Has() && (kind.TextIs(happened, "serverShutdown"u8) || kind.TextIs(happened, "eventStreamTerminated"u8));
    }

    private SortedDictionary<string, string> Stamp(SortedDictionary<string, string> parameters)
    {
        parameters.TryAdd("timestamp", _clock.GetUtcNow().ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture));
        return parameters;
    }

    private SortedDictionary<string, string> Sign(SortedDictionary<string, string> parameters)
    {
        var credentials = _credentials ?? throw new InvalidOperationException("There is no key yet: it comes with the connection.");
        Stamp(parameters)["apiKey"] = Quote(credentials.Key);
        parameters["signature"] = Quote(_sign(credentials, PayloadOf(parameters)));
        return parameters;
    }

    private static SortedDictionary<string, string> Listen(string token) => new(StringComparer.Ordinal) { ["listenToken"] = Quote(token) };

    private static SortedDictionary<string, string> NoParameters => new(StringComparer.Ordinal);

    private static string Quote(string text) => Encoding.UTF8.GetString(JsonBody.Write(json => json.WriteStringValue(text)).Span);

    private static OutboundMessage Build(string id, string method, SortedDictionary<string, string> parameters) => JsonBody.Message(json =>
    {
        json.WriteString("id", id);
        json.WriteString("method", method);
        if (parameters.Count == 0)
            return;
        json.WriteStartObject("params");
        foreach (var (name, value) in parameters)
        {
            json.WritePropertyName(name);
            json.WriteRawValue(value);
        }

        json.WriteEndObject();
    });
}
