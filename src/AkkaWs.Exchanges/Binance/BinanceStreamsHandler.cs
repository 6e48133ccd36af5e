using System.Buffers.Text;
using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;
using AkkaWs.Errors;
using AkkaWs.Primitives;
using AkkaWs.Protocol;
using AkkaWs.Wire;

namespace AkkaWs.Exchanges;

/// <summary>
/// Speaks with Binance's combined streams: topics are stream names, updates arrive as <c>{"stream":…,"data":…}</c>. With a source of listen keys,
/// <see cref="Binance.UserData"/> brings the account's events (futures). Ids are numbers: even ones for subscriptions, odd ones for requests such as
/// <c>LIST_SUBSCRIPTIONS</c>.
/// </summary>
/// <remarks>
/// <para>The address says which <see cref="BinanceRoute"/> of USDⓈ-margined futures a connection has. A topic of another route is refused with a
/// <see cref="BinanceRouteException"/> before anything is written, since Binance would confirm it and stay silent. Binance's own hosts are known by name; name
/// the market where the connection goes through another, such as a gateway.</para>
/// <para>On <see cref="BinanceRoute.Private"/> the account's events come by the address: the listen key, a fresh one for each attempt, and the events that
/// are wanted, which are all that are known unless the options' address names others (<c>?events=A/B</c>; <c>listenKeyExpired</c> is always one). Binance
/// accepts a dead key as well and then sends nothing: it is asked what it subscribed, and the topic is refused where the account's events are not in the list.
/// The key ends after 60 minutes without a sign of life; on <c>listenKeyExpired</c> the connection is made anew with another key.</para>
/// </remarks>
/// <example><code>
/// await using var keys = new BinanceListenKeys(BinanceMarket.UsdMargined, credentials);
/// var options = Binance.CreateOptions(BinanceMarket.UsdMargined, route: BinanceRoute.Private);
/// await using var account = await WebSocketClient.ConnectAsync(system, options, new BinanceStreamsHandler(keys));
/// await using var events = await account.SubscribeAsync(Binance.UserData);
/// </code></example>
public sealed class BinanceStreamsHandler : ProtocolHandler
{
    private const string List = "LIST_SUBSCRIPTIONS";

    private readonly IListenKeySource? _listenKeys;
    private readonly BinanceFeedKeys? _feedKeys;
    private readonly BinanceMarket? _market;
    private ListenKey? _listenKey;
    private BinanceRoute? _route;
    private long _lastId;

    /// <summary>Makes a handler for one connection.</summary>
    /// <param name="listenKeys">Where the account's listen key comes from; null: no account's events.</param>
    /// <param name="market">
    /// Which market: that of USDⓈ-margined futures alone has routes. Null: the address tells, where its host is one of Binance's own or its path begins with a route.
    /// </param>
    public BinanceStreamsHandler(IListenKeySource? listenKeys = null, BinanceMarket? market = null) => (_listenKeys, _market) = (listenKeys, market);

    internal BinanceStreamsHandler(BinanceFeedKeys feedKeys, BinanceMarket market) => (_feedKeys, _market) = (feedKeys, market);

    /// <summary>As many as fit into <see cref="MaxSubscribeBytes"/>, at most 200.</summary>
    public override int MaxTopicsPerMessage => 200;

    /// <summary>4,096: Binance ignores larger messages.</summary>
    public override int? MaxSubscribeBytes => BinanceFacts.MaxMessageBytes;

    /// <summary>The listen keys that end with the feed which the factory made.</summary>
    internal BinanceFeedKeys? FeedKeys => _feedKeys;

    private static ReadOnlySpan<byte> KeyExpired => "listenKeyExpired"u8;

    private static ReadOnlySpan<byte> StreamHead => """{"stream":" """u8[..^1];

    /// <inheritdoc/>
    public override Classification Classify(ReadOnlySpan<byte> message)
    {
        if (message.StartsWith(StreamHead))
        {
            var length = message[StreamHead.Length..].IndexOfAny((byte)'"', (byte)'\\');
            if (length > 0 && message[StreamHead.Length + length] == '"')
                return Update(message, StreamHead.Length, length);
        }

        return ClassifySlowly(message);
    }

    /// <summary>A stream's name; a listen key, be it alone or in front of an event (<c>KEY@ORDER_TRADE_UPDATE</c>), is <see cref="Binance.UserData"/>.</summary>
    public override Topic TopicOf(ReadOnlySpan<byte> key) => IsUserData(key) ? Binance.UserData : new Topic(JsonSlice.Unescape(key));

    /// <inheritdoc/>
    public override RequestId RequestIdOf(ReadOnlySpan<byte> key) => Utf8Parser.TryParse(key, out long number, out _)
        ? new RequestId((number / 2).ToString(CultureInfo.InvariantCulture))
        : base.RequestIdOf(key);

    /// <summary>The last update id (<c>u</c>) of a change of a book, or of its best prices; a trade's id. Account's events have none.</summary>
    public override long? SequenceOf(ReadOnlySpan<byte> update) => BinanceNumbers.Read(update).Last;

    /// <summary>What a change of a book follows: <c>pu</c> of futures, else the one before its first update id (<c>U</c>).</summary>
    public override long? PreviousSequenceOf(ReadOnlySpan<byte> update) => BinanceNumbers.Read(update).Previous;

    /// <summary>60 s for tickers, best prices and order books.</summary>
    public override TimeSpan? DefaultMaxAgeOf(Topic topic) =>
        TopicKindOf(topic) is var kind && (kind is "ticker" or "bookTicker" || kind.StartsWith("depth", StringComparison.Ordinal)) ? VenueAges.Lively : null;

    /// <summary>Best prices stand for themselves; a book comes as changes alone: its snapshot is got over HTTP or from the WebSocket API.</summary>
    public override UpdateKind KindOf(ReadOnlySpan<byte> update) => BinanceNumbers.Read(update).Kind;

    /// <inheritdoc/>
    public override RequestId NextRequestId() => Interlocked.Increment(ref _lastId).ToString(CultureInfo.InvariantCulture);

    /// <summary>The configured endpoint; a listen key is asked for on the way, and on <see cref="BinanceRoute.Private"/> put into the query.</summary>
    /// <exception cref="MissingCredentialsException">The endpoint is that of the account's events, and there is no source of listen keys.</exception>
    public override async ValueTask<ConnectionEndpoint> GetEndpointAsync(ConnectionEndpoint configured, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(configured);
        _route = BinanceRoutes.Of(configured.Url, _market);
        if (_route is BinanceRoute.Public or BinanceRoute.Market)
            return configured;
        if ((_feedKeys?.For(configured.Url) ?? _listenKeys) is not { } listenKeys)
        {
            return _route is null
                ? configured
                : throw new MissingCredentialsException($"the {nameof(IListenKeySource)} of the handler of Binance's private route");
        }

        var key = new ListenKey(await listenKeys.GetAsync(cancellationToken).ConfigureAwait(false));
        _listenKey = key;
        return _route is null ? configured : configured with { Url = key.AddTo(configured.Url) };
    }

    /// <summary>Subscribes. The account's events of <see cref="BinanceRoute.Private"/> come by the address: there Binance is asked what it subscribed.</summary>
    /// <exception cref="BinanceRouteException">A topic comes on another route than this connection's.</exception>
    /// <exception cref="MissingCredentialsException">The account's events are asked for without a source of listen keys: Binance would confirm a stream of that name.</exception>
    public override OutboundMessage BuildSubscribe(IReadOnlyList<Topic> topics, RequestId id)
    {
        ArgumentNullException.ThrowIfNull(topics);
        if (_route is { } route)
            CheckRoute(topics, route);
        if (_listenKeys is null && _feedKeys is null && topics.Contains(Binance.UserData))
        {
            throw new MissingCredentialsException(
                $"the {nameof(IListenKeySource)} of the handler of futures (on spot the account's events come by {nameof(BinanceApiHandler)})");
        }

        return _route == BinanceRoute.Private ? Build(List, [], id) : Build("SUBSCRIBE", topics, id);
    }

    /// <summary>Unsubscribes. The account's events of <see cref="BinanceRoute.Private"/> end with the connection alone: there Binance is asked what it has.</summary>
    public override OutboundMessage BuildUnsubscribe(IReadOnlyList<Topic> topics, RequestId id) =>
        _route == BinanceRoute.Private ? Build(List, [], id) : Build("UNSUBSCRIBE", topics, id);

    /// <summary>The answer by its id. On <see cref="BinanceRoute.Private"/> a list without the account's events refuses: they would never come.</summary>
    public override Acknowledgement? ReadAcknowledgement(ReadOnlySpan<byte> message)
    {
        var id = JsonBody.Find(message, "id"u8);
        return id.Kind == JsonValueKind.Number ? new Acknowledgement { RequestId = RequestIdOf(id.TextOf(message)), Rejection = RejectionIn(message) } : null;
    }

    /// <inheritdoc/>
    public override OutboundMessage EncodeRequest(RequestId id, ReadOnlyMemory<byte> payload) =>
        new(JsonBody.With(payload, "id", Encoding.UTF8.GetBytes(Number(id, 1).ToString(CultureInfo.InvariantCulture))));

    /// <inheritdoc/>
    public override ResponseVerdict ReadResponse(ReadOnlyMemory<byte> message)
    {
        if (BinanceError.Read(message.Span) is { } error)
            return ResponseVerdict.Error(error.Code, error.Words);
        var result = JsonBody.Find(message.Span, "result"u8);
        return ResponseVerdict.Ok(result.Has() ? result.Of(message) : message);
    }

    /// <summary>Whatever holds a listen key: the account's events, their subscribe messages, the list of subscriptions.</summary>
    public override bool IsSensitive(ReadOnlySpan<byte> message) => _listenKey?.IsIn(message) == true || HasUserData(message);

    /// <summary>Binance tells ahead that a server shuts down, and that a listen key has ended.</summary>
    public override bool ShouldReconnect(ReadOnlySpan<byte> message) =>
        message.IndexOf("\"serverShutdown\""u8) >= 0 || message.IndexOf("\"listenKeyExpired\""u8) >= 0;

    /// <inheritdoc cref="BinanceError.Classify(int)"/>
    public override ErrorClass? ClassifyClose(int closeCode, string reason) => BinanceError.Classify(closeCode);

    /// <inheritdoc cref="BinanceError.Classify(Exception)"/>
    public override ErrorClass? ClassifyError(Exception error) => BinanceError.Classify(error);

    /// <summary>Whether the other is of the same market and gets its listen key from an equal source, or has none as this one.</summary>
    public override bool IsInterchangeableWith(ProtocolHandler other) =>
        other is BinanceStreamsHandler streams && streams._market == _market && Equals(streams._listenKeys, _listenKeys) && streams._feedKeys == _feedKeys;

    /// <summary>Never the listen key.</summary>
    public override string ToString() => nameof(BinanceStreamsHandler);

    private static void CheckRoute(IReadOnlyList<Topic> topics, BinanceRoute connected)
    {
        foreach (var topic in topics)
        {
            if (BinanceRoutes.Needed(topic, connected) is var needed && needed != connected)
                throw new BinanceRouteException(topic, needed, connected);
        }
    }

    private string? RejectionIn(ReadOnlySpan<byte> answer) =>
        BinanceError.Read(answer) is { } error ? error.ToString()
        : _route == BinanceRoute.Private && !ListsUserData(answer) ? "Binance lists no events of the account for this listen key"
        : null;

    private static bool ListsUserData(ReadOnlySpan<byte> answer)
    {
        var result = JsonBody.Find(answer, "result"u8);
        if (result.Kind != JsonValueKind.Array)
            return false;
        var list = result.Of(answer);
        var streams = new JsonItemReader(list);
        while (streams.Next())
        {
            if (streams.Value.Kind == JsonValueKind.String && IsUserData(streams.Value.TextOf(list)))
                return true;
        }

        return false;
    }

    // A key alone; a key and an event, which has capitals where a stream has none; or what is as long as a key, whatever it is followed by.
    private static bool IsUserData(ReadOnlySpan<byte> stream)
    {
        var end = stream.IndexOf((byte)'@');
        return end < 0 ? !stream.Contains((byte)'!')
            : end >= BinanceFacts.ListenKeyLength || IsEvent(stream[(end + 1)..]);
    }

    private static bool IsEvent(ReadOnlySpan<byte> name) =>
        !name.IsEmpty && (char.IsAsciiLetterUpper((char)name[0]) || name.SequenceEqual(KeyExpired));

    // Of an earlier key, too.
    private static bool HasUserData(ReadOnlySpan<byte> message)
    {
        if (message.IndexOf("\"listenKey\""u8) >= 0)
            return true;
        var stream = JsonBody.Find(message, "stream"u8);
        return stream.Kind == JsonValueKind.String && IsUserData(stream.TextOf(message));
    }

    private static Classification Update(ReadOnlySpan<byte> message, int start, int length)
    {
        var stream = message.Slice(start, length);
        var ends = stream.SequenceEqual("!serverShutdown"u8) || (IsUserData(stream) && message.IndexOf("\"e\":\"listenKeyExpired\""u8) >= 0);
        return ends ? Classification.System : Classification.Update(start, length);
    }

    private static Classification ClassifySlowly(ReadOnlySpan<byte> message)
    {
        JsonSlice id = default, stream = default, kind = default;
        var hasResult = false;
        var hasAnswer = false;
        var fields = new JsonFieldReader(message);
        while (fields.Next())
        {
            if (fields.NameIs("stream"u8))
                stream = fields.Value;
            else if (fields.NameIs("id"u8))
                id = fields.Value;
            else if (fields.NameIs("e"u8))
                kind = fields.Value;
            else if (fields.NameIs("result"u8))
                (hasAnswer, hasResult) = (true, fields.Value.Kind != JsonValueKind.Null);
            else if (fields.NameIs("error"u8) || fields.NameIs("code"u8))
                hasAnswer = true;
        }

        if (!fields.IsComplete)
            return Classification.Unknown;
        if (stream is { Kind: JsonValueKind.String, TextLength: > 0 })
            return Update(message, stream.TextStart, stream.TextLength);
        if (kind.Kind == JsonValueKind.String && kind.TextIs(message, "serverShutdown"u8))
            return Classification.System;
        if (id.Kind != JsonValueKind.Number || !hasAnswer)
            return hasAnswer ? Classification.System : Classification.Unknown;
        var isRequest = (message[id.Start + id.Length - 1] & 1) == 1;
        return isRequest || hasResult ? Classification.Response(id.Start, id.Length) : Classification.Control;
    }

    private OutboundMessage Build(string method, IReadOnlyList<Topic> topics, RequestId id) => JsonBody.Message(json =>
    {
        json.WriteString("method", method);
        if (topics.Count > 0)
        {
            json.WriteStartArray("params");
            foreach (var topic in topics)
                json.WriteStringValue(topic == Binance.UserData && _listenKey is { } key ? key.Value : topic.Value);
            json.WriteEndArray();
        }

        json.WriteNumber("id", Number(id, 0));
    });

    private static long Number(RequestId id, int parity) => long.TryParse(id.Value, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
        ? (number * 2) + parity
        : throw new ArgumentException($"Binance's streams number their requests; '{id}' is no number.", nameof(id));

    /// <summary>What proves the account: shown nowhere.</summary>
    private sealed class ListenKey(string value)
    {
        private readonly byte[] _utf8 = Encoding.UTF8.GetBytes(value);

        public string Value { get; } = value;

        public bool IsIn(ReadOnlySpan<byte> message) => _utf8.Length > 0 && message.IndexOf(_utf8) >= 0;

        public Uri AddTo(Uri url) => new UriBuilder(url) { Query = $"listenKey={Uri.EscapeDataString(Value)}&{BinanceRoutes.QueryOf(url)}" }.Uri;
    }
}

/// <summary>Binance's errors: <c>{"error":{"code":…,"msg":…}}</c> or, of streams, <c>{"code":…,"msg":…}</c>.</summary>
internal sealed record BinanceError(string Code, string Words)
{
    public static BinanceError? Read(ReadOnlySpan<byte> message)
    {
        var nested = JsonBody.Find(message, "error"u8);
        var error = nested.Kind == JsonValueKind.Object ? nested.Of(message) : message;
        var code = JsonBody.Find(error, "code"u8);
        if (!code.Has())
            return null;
        var words = JsonBody.Find(error, "msg"u8);
        return new BinanceError(code.GetText(error), words.Has() ? words.GetText(error) : "");
    }

    /// <summary>What Binance adds to an error: of a cancel-replace, what became of each half. Empty where it adds nothing.</summary>
    public static ReadOnlyMemory<byte> DataOf(ReadOnlyMemory<byte> message)
    {
        var error = JsonBody.Find(message.Span, "error"u8);
        if (error.Kind != JsonValueKind.Object)
            return default;
        var data = JsonBody.Find(error.Of(message).Span, "data"u8);
        return data.Has() ? data.Of(error.Of(message)) : default;
    }

    /// <summary>Binance closes with 1008 for too many messages and for a missing pong: neither is final.</summary>
    public static ErrorClass? Classify(int closeCode) => closeCode == BinanceFacts.TooManyMessages ? ErrorClass.RateLimited : null;

    /// <summary>403 (its firewall) and 418 (a ban) mean too many requests from this address.</summary>
    public static ErrorClass? Classify(Exception error) =>
        error is WireHandshakeException { HttpStatusCode: (HttpStatusCode)BinanceFacts.Firewall or (HttpStatusCode)BinanceFacts.Ban } ? ErrorClass.RateLimited : null;

    public override string ToString() => $"{Words} (code {Code})";
}
