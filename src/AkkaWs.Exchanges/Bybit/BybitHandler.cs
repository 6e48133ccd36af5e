using System.Globalization;
using System.Net;
using AkkaWs.Errors;
using AkkaWs.Primitives;
using AkkaWs.Protocol;
using AkkaWs.Wire;

namespace AkkaWs.Exchanges;

/// <summary>
/// Speaks Bybit v5: public, private and trade sockets. Requests are correlated by <c>reqId</c>; an order request gets its timestamp header here
/// unless it has one. A result is the <c>data</c> of the response; of a batch it is the whole response, because <c>retExtInfo</c> tells of each order.
/// </summary>
/// <example><code>
/// var credentials = CredentialsProvider.FromEnvironment("BYBIT");
/// await using var trade = await WebSocketClient.ConnectAsync(system, Bybit.CreateOptions(BybitStream.Trade), new BybitHandler(BybitStream.Trade, credentials));
/// </code></example>
public sealed class BybitHandler : GenericJsonHandler
{
    // Bybit names no bound but that of characters.
    private const int TopicsPerMessage = 200;

    private const string TopicMark = ",topic:";
    private const string RepeatedMark = "error:already subscribed";

    // How long a login may travel: it is rejected once this is over by the exchange's clock.
    private static readonly TimeSpan LoginValidity = TimeSpan.FromSeconds(10);

    private readonly BybitStream _stream;
    private readonly ICredentialsProvider? _credentials;
    private readonly TimeProvider _clock;

    /// <summary>Makes a handler for one connection.</summary>
    /// <param name="stream">Which socket it speaks with.</param>
    /// <param name="credentials">Where the key comes from; null: no login, which the public sockets need none of.</param>
    /// <param name="clock">The clock that logins are signed with; null: the system's. It must agree with Bybit's within seconds.</param>
    /// <exception cref="MissingCredentialsException">The socket needs a login, and there are no credentials.</exception>
    public BybitHandler(BybitStream stream, ICredentialsProvider? credentials = null, TimeProvider? clock = null)
        : base(WordsOf(stream))
    {
        if (credentials is null && stream is BybitStream.Private or BybitStream.Trade)
            throw new MissingCredentialsException($"the {nameof(ICredentialsProvider)} of the handler of Bybit's {stream} socket, which needs a login,");
        (_stream, _credentials, _clock) = (stream, credentials, clock ?? TimeProvider.System);
    }

    /// <summary>21,000: Bybit's bound on the characters of a message's arguments.</summary>
    public override int? MaxSubscribeBytes => BybitFacts.MaxArgumentCharacters;

    /// <summary>60 s for tickers and order books.</summary>
    public override TimeSpan? DefaultMaxAgeOf(Topic topic) => TopicKindOf(topic) is "tickers" or "orderbook" ? VenueAges.Lively : null;

    /// <inheritdoc/>
    public override bool RequiresAuthentication => _credentials is not null;

    /// <inheritdoc/>
    public override Classification Classify(ReadOnlySpan<byte> message)
    {
        var known = base.Classify(message);
        // The options socket answers a subscription with an id, perhaps, and without an operation.
        return known.Kind == MessageKind.Response && IsCommandResponse(message) ? Classification.Control : known;
    }

    /// <summary>As the message says; of a full book, which has no snapshots, the change that begins it anew is one.</summary>
    public override UpdateKind KindOf(ReadOnlySpan<byte> update) => base.KindOf(update) switch
    {
        UpdateKind.Delta when IsOfFullBook(update) && SequenceOf(update) == BybitFacts.FirstUpdateId => UpdateKind.Snapshot,
        var kind => kind,
    };

    /// <inheritdoc/>
    public override async ValueTask<OutboundMessage> BuildAuthenticationAsync(CancellationToken cancellationToken)
    {
        var credentials = await (_credentials ?? throw new MissingCredentialsException($"the {nameof(ICredentialsProvider)} of the handler of Bybit's {_stream} socket")).GetAsync(cancellationToken).ConfigureAwait(false);
        var expires = (_clock.GetUtcNow() + LoginValidity).ToUnixTimeMilliseconds();
        return BuildCommand("auth", NextRequestId(), json =>
        {
            json.WriteStringValue(credentials.Key);
            json.WriteNumberValue(expires);
            json.WriteStringValue(Sign(credentials, expires));
        });
    }

    /// <summary>The <c>orderLinkId</c> of the order that the request speaks of; null in batches.</summary>
    public override string? ClientOrderIdOf(ReadOnlyMemory<byte> payload) => JsonBody.OfOrder(payload, "args", "orderLinkId");

    /// <summary>Operations that begin with <c>order.</c>, batches among them.</summary>
    public override bool IsOrder(ReadOnlyMemory<byte> payload) =>
        JsonBody.Find(payload.Span, "op"u8) is { } operation && operation.Has() && operation.TextOf(payload.Span).StartsWith("order."u8);

    /// <inheritdoc/>
    public override OutboundMessage EncodeRequest(RequestId id, ReadOnlyMemory<byte> payload)
    {
        if (IsOrder(payload) && !JsonBody.Find(payload.Span, "header"u8).Has())
        {
            var now = _clock.GetUtcNow().ToUnixTimeMilliseconds();
            payload = JsonBody.With(payload, "header", JsonBody.Object(json =>
            {
                json.WriteString("X-BAPI-TIMESTAMP", now.ToString(CultureInfo.InvariantCulture));
                json.WriteString("X-BAPI-RECV-WINDOW", BybitFacts.ReceiveWindow.ToString(CultureInfo.InvariantCulture));
            }).Span);
        }

        return base.EncodeRequest(id, payload);
    }

    /// <summary>The <c>data</c> of a result, and all of a batch's; of an error that does not say what became of an order, that its outcome is unknown.</summary>
    public override ResponseVerdict ReadResponse(ReadOnlyMemory<byte> message)
    {
        var verdict = base.ReadResponse(message);
        if (verdict is { IsError: true, ErrorCode: { } code })
            return IsOrder(message) && BybitFacts.OpenOutcomes.Contains(code) ? ResponseVerdict.OutcomeUnknown(code, verdict.ErrorMessage ?? "") : verdict;
        return JsonBody.Find(message.Span, "op"u8) is { } operation && operation.Has() && operation.TextOf(message.Span).EndsWith("-batch"u8)
            ? ResponseVerdict.Ok(message)
            : verdict;
    }

    /// <summary>Bybit refuses a subscribe message as a whole for one bad topic, which it names; one that is subscribed already counts as confirmed.</summary>
    public override Acknowledgement? ReadAcknowledgement(ReadOnlySpan<byte> message) =>
        IsCommandResponse(message) ? ReadCommandResponse(message) : WithNamedTopic(base.ReadAcknowledgement(message));

    /// <summary>An upgrade that is refused with 403 means that the address made too many requests, and is banned for a while.</summary>
    public override ErrorClass? ClassifyError(Exception error) =>
        error is WireHandshakeException { HttpStatusCode: HttpStatusCode.Forbidden } ? ErrorClass.RateLimited : null;

    /// <summary>Whether the other speaks with the same socket, by keys of an equal provider.</summary>
    public override bool IsInterchangeableWith(ProtocolHandler other) =>
        other is BybitHandler bybit && bybit._stream == _stream && Equals(bybit._credentials, _credentials) && bybit._clock == _clock;

    /// <summary>The socket; never the credentials.</summary>
    public override string ToString() => $"{nameof(BybitHandler)} ({_stream})";

    /// <summary>Hex of HMAC-SHA-256 over <c>GET/realtime</c> and the expiry in Unix milliseconds.</summary>
    internal static string Sign(ApiCredentials credentials, long expires) =>
        Signature.Hex(credentials.Secret, string.Create(CultureInfo.InvariantCulture, $"GET/realtime{expires}"));

    private static bool IsOfFullBook(ReadOnlySpan<byte> update) =>
        JsonBody.Find(update, "topic"u8) is { } topic && topic.Has() && topic.TextOf(update).StartsWith("orderbook.full."u8);

    private static bool IsCommandResponse(ReadOnlySpan<byte> message) =>
        JsonBody.Find(message, "type"u8) is { } type && type.Has() && type.TextIs(message, "COMMAND_RESP"u8);

    // error:handler not found,topic:publicTrade.NOSUCH, or error:already subscribed,topic:publicTrade.BTCUSDT
    private static Acknowledgement? WithNamedTopic(Acknowledgement? answer) =>
        answer?.Rejection is { } words && words.LastIndexOf(TopicMark, StringComparison.Ordinal) is >= 0 and var at
        && words[(at + TopicMark.Length)..].Trim() is { Length: > 0 } topic
            ? words.StartsWith(RepeatedMark, StringComparison.Ordinal)
                ? answer with { Topics = [new Topic(topic)] }
                : answer with { Failures = [new TopicFailure(topic, words)] }
            : answer;

    // {"success":…,"data":{"failTopics":[…],"successTopics":[…]},"type":"COMMAND_RESP"}
    private static Acknowledgement? ReadCommandResponse(ReadOnlySpan<byte> message)
    {
        var slice = JsonBody.Find(message, "data"u8);
        if (!slice.Has())
            return null;
        var data = slice.Of(message);
        var failed = JsonBody.Find(data, "failTopics"u8);
        var succeeded = JsonBody.Find(data, "successTopics"u8);
        return new Acknowledgement
        {
            Topics = succeeded.Has() ? [.. JsonBody.Strings(succeeded.Of(data)).Select(topic => new Topic(topic))] : [],
            Failures = failed.Has() ? [.. JsonBody.Strings(failed.Of(data)).Select(topic => new TopicFailure(topic, "the exchange does not offer it here"))] : [],
        };
    }

    private static GenericJsonOptions WordsOf(BybitStream stream) => new()
    {
        SequencePath = ["data", "u"],
        KindField = "type",
        SubscriptionIdField = stream == BybitStream.Trade ? "reqId" : "req_id",
        MaxTopicsPerMessage = stream switch { BybitStream.Spot => BybitFacts.MaxSpotTopics, BybitStream.Option => BybitFacts.MaxOptionTopics, _ => TopicsPerMessage },
    };
}
