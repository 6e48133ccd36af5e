using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using AkkaWs.Primitives;
using AkkaWs.Protocol;

namespace AkkaWs.Exchanges;

/// <summary>
/// Speaks Deribit's JSON-RPC 2.0: topics are channels, a request's payload is <c>{"method":…,"params":{…}}</c>, a result is the <c>result</c> of the
/// response. It logs in by signature, so that the secret never leaves, renews the login with the refresh token, and answers the exchange's test requests.
/// </summary>
/// <remarks>Ids are numbers whose remainder by four tells what is answered: a request (0), a subscription (1), a login (2), housekeeping (3).</remarks>
/// <example><code>
/// var handler = new DeribitHandler(CredentialsProvider.FromEnvironment("DERIBIT"));
/// await using var client = await WebSocketClient.ConnectAsync(system, Deribit.CreateOptions(), handler);
/// await using var orders = await client.SubscribeAsync(Deribit.UserOrders("BTC-PERPETUAL"));
/// </code></example>
public sealed class DeribitHandler : ProtocolHandler
{
    private const int Classes = 4;
    private const int RequestClass = 0;
    private const int SubscriptionClass = 1;
    private const int LoginClass = 2;
    private const int HousekeepingClass = 3;
    private const int MaxOpenSubscriptions = 1_024;
    private const int HeartbeatSeconds = 30;

    private readonly Dictionary<string, IReadOnlyList<Topic>> _asked = new(StringComparer.Ordinal);
    private readonly ICredentialsProvider? _credentials;
    private readonly TimeProvider _clock;
    private string? _refreshToken;
    private TimeSpan? _lifetime;
    private long _lastId;

    /// <summary>Makes a handler for one connection.</summary>
    /// <param name="credentials">Where client id and secret come from; null: no login.</param>
    /// <param name="clock">The clock that logins are signed with; null: the system's. It must agree with Deribit's within a minute.</param>
    public DeribitHandler(ICredentialsProvider? credentials = null, TimeProvider? clock = null) => (_credentials, _clock) = (credentials, clock ?? TimeProvider.System);

    /// <inheritdoc/>
    public override bool RequiresAuthentication => _credentials is not null;

    /// <summary>What Deribit granted with the last login (<c>expires_in</c>).</summary>
    public override TimeSpan? AuthenticationLifetime => _lifetime;

    /// <summary>500, Deribit's limit.</summary>
    public override int MaxTopicsPerMessage => 500;

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

        return ClassifySlowly(message);
    }

    /// <inheritdoc/>
    public override Topic TopicOf(ReadOnlySpan<byte> key) => new(JsonSlice.Unescape(key));

    /// <inheritdoc/>
    public override RequestId RequestIdOf(ReadOnlySpan<byte> key) =>
        long.TryParse(key, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? IdOf(number) : base.RequestIdOf(key);

    /// <inheritdoc/>
    public override RequestId NextRequestId() => Interlocked.Increment(ref _lastId).ToString(CultureInfo.InvariantCulture);

    /// <summary>The <c>change_id</c> of a book, which links to the one before by its <c>prev_change_id</c>: the numbers have holes.</summary>
    public override long? SequenceOf(ReadOnlySpan<byte> update)
    {
        var at = update.IndexOf("\"change_id\":"u8);
        return at >= 0 && System.Buffers.Text.Utf8Parser.TryParse(update[(at + "\"change_id\":".Length)..].TrimStart((byte)' '), out long sequence, out _) ? sequence : null;
    }

    /// <summary>A new connection: what was asked on the old one is void, and so is its refresh token.</summary>
    public override ValueTask<ConnectionEndpoint> GetEndpointAsync(ConnectionEndpoint configured, CancellationToken cancellationToken)
    {
        _refreshToken = null;
        return new(configured);
    }

    /// <summary>Asks Deribit for heartbeats each 30 s, so that it notices a client that is gone.</summary>
    public override IReadOnlyList<OutboundMessage> OnConnect()
    {
        _asked.Clear();
        return [Call(Next(HousekeepingClass), "public/set_heartbeat", json => json.WriteNumber("interval", HeartbeatSeconds))];
    }

    /// <inheritdoc/>
    public override OutboundMessage BuildSubscribe(IReadOnlyList<Topic> topics, RequestId id)
    {
        ArgumentNullException.ThrowIfNull(topics);
        if (_asked.Count < MaxOpenSubscriptions)
            _asked[id.Value] = topics;
        return BuildTopics("subscribe", topics, id);
    }

    /// <inheritdoc/>
    public override OutboundMessage BuildUnsubscribe(IReadOnlyList<Topic> topics, RequestId id) => BuildTopics("unsubscribe", topics, id);

    /// <summary>Deribit answers with the channels that it subscribed, and leaves out those that it did not.</summary>
    public override Acknowledgement? ReadAcknowledgement(ReadOnlySpan<byte> message)
    {
        var slice = JsonBody.Find(message, "id"u8);
        if (slice.Kind != JsonValueKind.Number)
            return null;
        var id = RequestIdOf(slice.TextOf(message));
        _asked.Remove(id.Value, out var asked);
        if (ReadError(message) is { } error)
            return new Acknowledgement { RequestId = id, Rejection = $"{error.Words} (code {error.Code})" };
        var result = JsonBody.Find(message, "result"u8);
        if (result.Kind != JsonValueKind.Array || asked is null)
            return new Acknowledgement { RequestId = id };
        var granted = JsonBody.Strings(result.Of(message)).ToHashSet(StringComparer.Ordinal);
        return new Acknowledgement
        {
            RequestId = id,
            Failures = [.. asked.Where(topic => !granted.Contains(topic.Value)).Select(topic => new AkkaWs.Errors.TopicFailure(topic, "Deribit did not subscribe it"))],
            Topics = [.. asked.Where(topic => granted.Contains(topic.Value))],
        };
    }

    /// <inheritdoc/>
    public override async ValueTask<OutboundMessage> BuildAuthenticationAsync(CancellationToken cancellationToken)
    {
        if (_refreshToken is { } token)
        {
            _refreshToken = null;
            return Call(Next(LoginClass), "public/auth", json =>
            {
                json.WriteString("grant_type", "refresh_token");
                json.WriteString("refresh_token", token);
            });
        }

        var credentials = await (_credentials ?? throw new InvalidOperationException("This handler has no credentials.")).GetAsync(cancellationToken).ConfigureAwait(false);
        var timestamp = _clock.GetUtcNow().ToUnixTimeMilliseconds();
        var nonce = RandomNumberGenerator.GetHexString(16, lowercase: true);
        return Call(Next(LoginClass), "public/auth", json =>
        {
            json.WriteString("grant_type", "client_signature");
            json.WriteString("client_id", credentials.Key);
            json.WriteNumber("timestamp", timestamp);
            json.WriteString("nonce", nonce);
            json.WriteString("data", "");
            json.WriteString("signature", Sign(credentials, timestamp, nonce));
        });
    }

    /// <inheritdoc/>
    public override AuthenticationVerdict ReadAuthentication(ReadOnlySpan<byte> message)
    {
        if (ClassOf(message) != LoginClass)
            return AuthenticationVerdict.NotAnAnswer;
        if (ReadError(message) is { } error)
            return AuthenticationVerdict.Rejected($"{error.Words} (code {error.Code})");
        var result = JsonBody.Find(message, "result"u8);
        var granted = result.Has() ? result.Of(message) : default;
        var token = JsonBody.Find(granted, "refresh_token"u8);
        var seconds = JsonBody.Find(granted, "expires_in"u8);
        _refreshToken = token.Kind == JsonValueKind.String ? token.GetText(granted) : null;
        _lifetime = seconds.Kind == JsonValueKind.Number && long.TryParse(seconds.TextOf(granted), NumberStyles.None, CultureInfo.InvariantCulture, out var lifetime)
            ? TimeSpan.FromSeconds(Math.Clamp(lifetime, 1, 1_000_000))
            : null;
        return AuthenticationVerdict.Accepted;
    }

    /// <summary>The <c>label</c> of the order that the request speaks of.</summary>
    public override string? ClientOrderIdOf(ReadOnlyMemory<byte> payload) => JsonBody.OfOrder(payload, "params", "label");

    /// <summary>Writes <c>jsonrpc</c> and the id into the payload.</summary>
    public override OutboundMessage EncodeRequest(RequestId id, ReadOnlyMemory<byte> payload) => new(JsonBody.With(
        JsonBody.With(payload, "id", Encoding.UTF8.GetBytes(Number(id, RequestClass).ToString(CultureInfo.InvariantCulture))), "jsonrpc", "\"2.0\""u8));

    /// <inheritdoc/>
    public override ResponseVerdict ReadResponse(ReadOnlyMemory<byte> message)
    {
        if (ReadError(message.Span) is { } error)
            return ResponseVerdict.Error(error.Code, error.Words);
        var result = JsonBody.Find(message.Span, "result"u8);
        return ResponseVerdict.Ok(result.Has() ? result.Of(message) : message);
    }

    /// <summary><c>public/test</c>.</summary>
    public override OutboundMessage? BuildPing() => Call(Next(HousekeepingClass), "public/test");

    /// <inheritdoc/>
    public override bool IsPong(ReadOnlySpan<byte> message) => ClassOf(message) == HousekeepingClass && ReadError(message) is null;

    /// <summary>A <c>heartbeat</c> of the type <c>test_request</c>.</summary>
    public override bool IsServerPing(ReadOnlySpan<byte> message)
    {
        var parameters = JsonBody.Find(message, "params"u8);
        if (parameters.Kind != JsonValueKind.Object)
            return false;
        var type = JsonBody.Find(parameters.Of(message), "type"u8);
        return type.Kind == JsonValueKind.String && type.TextIs(parameters.Of(message), "test_request"u8);
    }

    /// <inheritdoc/>
    public override OutboundMessage? BuildPong(ReadOnlySpan<byte> ping) => BuildPing();

    /// <summary>Never the credentials or tokens.</summary>
    public override string ToString() => nameof(DeribitHandler);

    /// <summary>Hex of HMAC-SHA-256 over timestamp, nonce and (no) data, each on its line.</summary>
    internal static string Sign(ApiCredentials credentials, long timestamp, string nonce) =>
        Signature.Hex(credentials.Secret, string.Create(CultureInfo.InvariantCulture, $"{timestamp}\n{nonce}\n"));

    private static Classification ClassifySlowly(ReadOnlySpan<byte> message)
    {
        JsonSlice id = default, method = default, parameters = default;
        var fields = new JsonFieldReader(message);
        while (fields.Next())
        {
            if (fields.NameIs("id"u8))
                id = fields.Value;
            else if (fields.NameIs("method"u8))
                method = fields.Value;
            else if (fields.NameIs("params"u8))
                parameters = fields.Value;
        }

        if (!fields.IsComplete)
            return Classification.Unknown;
        if (method.Kind == JsonValueKind.String)
            return ClassifyNotification(message, method, parameters);
        if (id.Kind != JsonValueKind.Number)
            return id.Kind == JsonValueKind.Undefined ? Classification.Unknown : Classification.System;
        return ClassOf(id.TextOf(message), out _) switch
        {
            SubscriptionClass => Classification.Control,
            LoginClass or HousekeepingClass => Classification.System,
            _ => Classification.Response(id.Start, id.Length),
        };
    }

    private static Classification ClassifyNotification(ReadOnlySpan<byte> message, JsonSlice method, JsonSlice parameters)
    {
        if (method.TextIs(message, "heartbeat"u8))
            return Classification.System;
        if (!method.TextIs(message, "subscription"u8) || parameters.Kind != JsonValueKind.Object)
            return Classification.Unknown;
        var channel = JsonBody.Find(parameters.Of(message), "channel"u8);
        return channel is { Kind: JsonValueKind.String, TextLength: > 0 }
            ? Classification.Update(parameters.Start + channel.TextStart, channel.TextLength)
            : Classification.Unknown;
    }

    private static int ClassOf(ReadOnlySpan<byte> message)
    {
        var id = JsonBody.Find(message, "id"u8);
        return id.Kind == JsonValueKind.Number ? ClassOf(id.TextOf(message), out _) : -1;
    }

    private static int ClassOf(ReadOnlySpan<byte> id, out long number) =>
        System.Buffers.Text.Utf8Parser.TryParse(id, out number, out var used) && used == id.Length ? (int)(number % Classes) : RequestClass;

    private static RequestId IdOf(long number) => (number / Classes).ToString(CultureInfo.InvariantCulture);

    private static (string Code, string Words)? ReadError(ReadOnlySpan<byte> message)
    {
        var slice = JsonBody.Find(message, "error"u8);
        if (slice.Kind != JsonValueKind.Object)
            return null;
        var error = slice.Of(message);
        var code = JsonBody.Find(error, "code"u8);
        var words = JsonBody.Find(error, "message"u8);
        return (code.Has() ? code.GetText(error) : "error", words.Has() ? words.GetText(error) : "");
    }

    // Private channels need the private method, which takes public ones too.
    private static OutboundMessage BuildTopics(string verb, IReadOnlyList<Topic> topics, RequestId id)
    {
        var isPrivate = topics.Any(topic => topic.Value.StartsWith("user.", StringComparison.Ordinal));
        return Call(Number(id, SubscriptionClass), $"{(isPrivate ? "private" : "public")}/{verb}", json =>
        {
            json.WriteStartArray("channels");
            foreach (var topic in topics)
                json.WriteStringValue(topic.Value);
            json.WriteEndArray();
        });
    }

    private static OutboundMessage Call(long id, string method, Action<Utf8JsonWriter>? parameters = null) => JsonBody.Message(json =>
    {
        json.WriteString("jsonrpc", "2.0");
        json.WriteNumber("id", id);
        json.WriteString("method", method);
        json.WriteStartObject("params");
        parameters?.Invoke(json);
        json.WriteEndObject();
    });

    private long Next(int kind) => (Interlocked.Increment(ref _lastId) * Classes) + kind;

    private static long Number(RequestId id, int kind) => long.TryParse(id.Value, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
        ? (number * Classes) + kind
        : throw new ArgumentException($"Deribit numbers its requests; '{id}' is no number.", nameof(id));
}
