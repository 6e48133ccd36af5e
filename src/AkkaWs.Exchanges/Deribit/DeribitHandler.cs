using System.Buffers.Text;
using System.Text;
using AkkaWs.Primitives;
using AkkaWs.Protocol;
using AkkaWs.Protocol.JsonRpc;

namespace AkkaWs.Exchanges;

/// <summary>
/// Speaks Deribit's JSON-RPC 2.0: topics are channels, a request's payload is <c>{"method":…,"params":{…}}</c>, a result is the <c>result</c> of the
/// response, an error a <see cref="JsonRpcException"/>. It logs in by signature, so that the secret never leaves, renews the login with the refresh
/// token, and answers the exchange's test requests.
/// </summary>
/// <example><code>
/// var handler = new DeribitHandler(CredentialsProvider.FromEnvironment("DERIBIT"));
/// await using var client = await WebSocketClient.ConnectAsync(system, Deribit.CreateOptions(), handler);
/// await using var orders = await client.SubscribeAsync(Deribit.UserOrders("BTC-PERPETUAL"));
/// </code></example>
public sealed class DeribitHandler : JsonRpcHandler
{
    private readonly DeribitLogin? _login;

    /// <summary>Makes a handler for one connection.</summary>
    /// <param name="credentials">Where client id and secret come from; null: no login.</param>
    /// <param name="clock">The clock that logins are signed with; null: the system's. It must agree with Deribit's within a minute.</param>
    public DeribitHandler(ICredentialsProvider? credentials = null, TimeProvider? clock = null)
        : this(credentials is null ? null : new DeribitLogin(credentials, clock ?? TimeProvider.System))
    {
    }

    private DeribitHandler(DeribitLogin? login)
        : base(new DeribitStyle(), new JsonRpcOptions { PingMethod = "public/test", Login = login is null ? null : login.CallAsync }) => _login = login;

    private static ReadOnlySpan<byte> UpdateHead => """{"jsonrpc":"2.0","method":"subscription","params":{"channel":" """u8[..^1];

    /// <inheritdoc/>
    public override Classification Classify(ReadOnlySpan<byte> message)
    {
        if (message.StartsWith(UpdateHead))
        {
            var length = message[UpdateHead.Length..].IndexOfAny((byte)'"', (byte)'\\');
            if (length > 0 && message[UpdateHead.Length + length] == '"')
                return Classification.Update(UpdateHead.Length, length);
        }

        return base.Classify(message);
    }

    /// <summary>32,000: Deribit refuses a larger frame.</summary>
    public override int? MaxSubscribeBytes => DeribitFacts.MaxFrameBytes;

    /// <summary>60 s for tickers, quotes and order books.</summary>
    public override TimeSpan? DefaultMaxAgeOf(Topic topic) => TopicKindOf(topic) is "ticker" or "book" or "quote" ? VenueAges.Lively : null;

    /// <summary>The <c>change_id</c> of a book. The numbers have holes; a change names the one before it.</summary>
    public override long? SequenceOf(ReadOnlySpan<byte> update) => NumberOf(update, "\"change_id\":"u8);

    /// <summary>The <c>prev_change_id</c> of a book's change.</summary>
    public override long? PreviousSequenceOf(ReadOnlySpan<byte> update) => NumberOf(update, "\"prev_change_id\":"u8);

    /// <summary>A book that names no change before it is whole.</summary>
    public override UpdateKind KindOf(ReadOnlySpan<byte> update) => SequenceOf(update) is null ? UpdateKind.Unknown
        : PreviousSequenceOf(update) is null ? UpdateKind.Snapshot
        : UpdateKind.Delta;

    /// <summary>A new connection: the refresh token of the old one is void.</summary>
    public override ValueTask<ConnectionEndpoint> GetEndpointAsync(ConnectionEndpoint configured, CancellationToken cancellationToken)
    {
        _login?.Forget();
        return new(configured);
    }

    /// <summary>Asks Deribit for heartbeats each 30 s, so that it notices a client that is gone.</summary>
    public override IReadOnlyList<OutboundMessage> OnConnect() => [Call("public/set_heartbeat", new { interval = DeribitFacts.HeartbeatSeconds })];

    /// <inheritdoc/>
    public override AuthenticationVerdict ReadAuthentication(ReadOnlySpan<byte> message)
    {
        var verdict = base.ReadAuthentication(message);
        if (verdict is { IsAnswer: true, Rejection: null })
            _login?.Read(new JsonRpcMessage(message));
        return verdict;
    }

    /// <summary>Logins, exchanges of tokens, and whatever holds a token.</summary>
    public override bool IsSensitive(ReadOnlySpan<byte> message)
    {
        var method = JsonBody.Find(message, "method"u8);
        return base.IsSensitive(message)
            || (method.Has() && (method.TextIs(message, "public/auth"u8) || method.TextIs(message, "public/exchange_token"u8) || method.TextIs(message, "public/fork_token"u8)))
            || message.IndexOf("\"access_token\""u8) >= 0
            || message.IndexOf("\"refresh_token\""u8) >= 0;
    }

    /// <summary>The <c>label</c> of the order that the request speaks of.</summary>
    public override string? ClientOrderIdOf(ReadOnlyMemory<byte> payload) => JsonBody.OfOrder(payload, "params", "label");

    /// <summary>Calls that go to the matching engine, which has a limit of its own.</summary>
    public override bool IsOrder(ReadOnlyMemory<byte> payload)
    {
        var method = JsonBody.Find(payload.Span, "method"u8);
        if (!method.Has())
            return false;
        var name = method.TextOf(payload.Span);
        foreach (var order in DeribitFacts.OrderMethods)
        {
            if (Ascii.Equals(name, order))
                return true;
        }

        return false;
    }

    /// <summary>Of an error that does not say what became of an order, that its outcome is unknown; also where another call is answered so.</summary>
    public override ResponseVerdict ReadResponse(ReadOnlyMemory<byte> message)
    {
        var verdict = base.ReadResponse(message);
        return verdict is { IsError: true, ErrorCode: { } code } && DeribitFacts.OpenOutcomes.Contains(code)
            ? ResponseVerdict.OutcomeUnknown(code, verdict.ErrorMessage ?? "", verdict.ErrorData)
            : verdict;
    }

    /// <summary>Whether the other logs in by keys of an equal provider, or not at all as this one does.</summary>
    public override bool IsInterchangeableWith(ProtocolHandler other) =>
        other is DeribitHandler deribit && Equals(deribit._login?.Credentials, _login?.Credentials) && deribit._login?.Clock == _login?.Clock;

    /// <summary>Never the credentials.</summary>
    public override string ToString() => nameof(DeribitHandler);

    // A quote inside a string would be escaped: these bytes are the field.
    private static long? NumberOf(ReadOnlySpan<byte> update, ReadOnlySpan<byte> name)
    {
        var at = update.IndexOf(name);
        return at >= 0 && Utf8Parser.TryParse(update[(at + name.Length)..].TrimStart((byte)' '), out long number, out _) ? number : null;
    }
}
