using System.Globalization;
using System.Text.Json;
using AkkaWs.Errors;
using AkkaWs.Primitives;
using AkkaWs.Protocol;

namespace AkkaWs.Exchanges;

/// <summary>
/// Speaks OKX v5: public, private and business sockets. Topics are those of <see cref="Okx"/>. Requests such as <c>order</c> are correlated by
/// <c>id</c>; a result is the <c>data</c> of the response, each of whose entries has its own <c>sCode</c>. A response with code 1 (everything
/// failed) is an error with the code and words of its first entry; one with code 2 (some failed) is a result. Errors that do not tell whether an order
/// lives (50001, 50004, 50013, 50026, 51054, 51149) leave its outcome unknown. Orders name their instrument by
/// <c>instId</c>; what is sent in its place is the number by which OKX takes it (<see cref="IInstrumentCodes"/>).
/// </summary>
/// <example><code>
/// var handler = new OkxHandler(OkxStream.Private, CredentialsProvider.FromEnvironment("OKX"), instruments: new OkxInstrumentCodes());
/// await using var client = await WebSocketClient.ConnectAsync(system, Okx.CreateOptions(OkxStream.Private), handler);
/// </code></example>
public sealed class OkxHandler : ProtocolHandler
{
    private readonly OkxStream _stream;
    private readonly ICredentialsProvider? _credentials;
    private readonly TimeProvider _clock;
    private readonly IInstrumentCodes? _instruments;

    /// <summary>Makes a handler for one connection.</summary>
    /// <param name="stream">Which socket it speaks with.</param>
    /// <param name="credentials">Where the key comes from, passphrase included; null: no login.</param>
    /// <param name="clock">The clock that logins are signed with; null: the system's. It must agree with OKX's within 30 s.</param>
    /// <param name="instruments">
    /// Where the numbers of instruments come from, for orders that name theirs; made ready before each connect. Null: each order has to have its <c>instIdCode</c>.
    /// </param>
    /// <exception cref="MissingCredentialsException">The socket needs a login, and there are no credentials.</exception>
    public OkxHandler(OkxStream stream, ICredentialsProvider? credentials = null, TimeProvider? clock = null, IInstrumentCodes? instruments = null)
    {
        if (credentials is null && stream == OkxStream.Private)
            throw new MissingCredentialsException($"the {nameof(ICredentialsProvider)} of the handler of OKX's {stream} socket, which needs a login,");
        (_stream, _credentials, _clock, _instruments) = (stream, credentials, clock ?? TimeProvider.System, instruments);
    }

    /// <inheritdoc/>
    public override bool RequiresAuthentication => _credentials is not null;

    /// <summary>As many as fit into <see cref="MaxSubscribeBytes"/>, at most 300.</summary>
    public override int MaxTopicsPerMessage => 300;

    /// <summary>32 KB: half of the 64 KB that OKX allows to all channels of a message.</summary>
    public override int? MaxSubscribeBytes => OkxFacts.MaxArgumentBytes / 2;

    private static ReadOnlySpan<byte> UpdateHead => """{"arg":{"""u8;

    /// <inheritdoc/>
    public override Classification Classify(ReadOnlySpan<byte> message)
    {
        // Nearly all messages are updates that begin with {"arg":{…},"data": or "action": nothing behind the argument needs to be read.
        if (message.StartsWith(UpdateHead) && EndOfArg(message) is > 0 and var end)
            return Classification.Update(UpdateHead.Length - 1, end - UpdateHead.Length + 1);
        if (message.SequenceEqual("pong"u8))
            return Classification.System;
        var read = new OkxEvent(message);
        if (!read.IsObject)
            return Classification.Unknown;
        if (read.Is("login"u8) || read.Is("notice"u8) || read.Is("channel-conn-count"u8) || read.IsLoginError)
            return Classification.System;
        if (read.HasEvent)
            return Classification.Control;
        if (read.HasArg)
            return Classification.Update(read.Arg.Start, read.Arg.Length);
        return read.HasId ? Classification.Response(read.Id.TextStart, read.Id.TextLength) : Classification.Unknown;
    }

    /// <summary>The topic of an <c>arg</c>; of one without a channel, its text, which nobody subscribes.</summary>
    public override Topic TopicOf(ReadOnlySpan<byte> key) => OkxTopic.TryRead(key) ?? base.TopicOf(key);

    /// <summary>
    /// The book's <c>seqId</c>: the numbers have holes, and an update names the one before it. A trade's <c>tradeId</c>: several trades may have one <c>seqId</c>.
    /// </summary>
    public override long? SequenceOf(ReadOnlySpan<byte> update) => NumberOf(update, IsOfTrades(update) ? OkxFacts.TradeId : "\"seqId\":"u8);

    /// <summary>
    /// The <c>prevSeqId</c> of a book's update. Of trades the id before the first of those that are put together: their last id less their <c>count</c>. OKX puts those
    /// together that one order made at one price with orders of one <c>source</c>: where it made them with both, ids of the two messages may lie between each other.
    /// </summary>
    public override long? PreviousSequenceOf(ReadOnlySpan<byte> update) => IsOfTrades(update)
        ? FirstNumberOf(update, OkxFacts.TradeId) - (FirstNumberOf(update, OkxFacts.TradeCount) ?? 1)
        : NumberOf(update, OkxFacts.PreviousSequence) is >= 0 and var previous ? previous : null;

    /// <summary>A book that names no update before it stands for itself: a snapshot (<c>prevSeqId</c> -1), or one of few levels. Trades have no state.</summary>
    public override UpdateKind KindOf(ReadOnlySpan<byte> update) => IsOfTrades(update) || SequenceOf(update) is null ? UpdateKind.Unknown
        : PreviousSequenceOf(update) is null ? UpdateKind.Snapshot
        : UpdateKind.Delta;

    /// <summary>The configured endpoint; the numbers of instruments are made ready on the way.</summary>
    public override async ValueTask<ConnectionEndpoint> GetEndpointAsync(ConnectionEndpoint configured, CancellationToken cancellationToken)
    {
        if (_instruments is not null)
            await _instruments.LoadAsync(cancellationToken).ConfigureAwait(false);
        return configured;
    }

    /// <inheritdoc/>
    public override OutboundMessage BuildSubscribe(IReadOnlyList<Topic> topics, RequestId id) => Build("subscribe", topics, id);

    /// <inheritdoc/>
    public override OutboundMessage BuildUnsubscribe(IReadOnlyList<Topic> topics, RequestId id) => Build("unsubscribe", topics, id);

    /// <summary>60 s for tickers and order books: OKX repeats a quiet book about each minute, and every other topic may be silent for long.</summary>
    public override TimeSpan? DefaultMaxAgeOf(Topic topic) => OkxTopic.IsLively(topic) ? VenueAges.Lively : null;

    /// <summary>
    /// OKX confirms each argument on its own, and refuses one in words. Past 30 connections for one channel and account it confirms first and then ends
    /// the subscription with <c>channel-conn-count-error</c> (https://www.okx.com/docs-v5/en/#overview-websocket-connection-count-limit, checked
    /// 2026-11-29): all topics of that channel on this connection count as withdrawn.
    /// </summary>
    public override Acknowledgement? ReadAcknowledgement(ReadOnlySpan<byte> message)
    {
        var read = new OkxEvent(message);
        if (read.Is(OkxFacts.SubscriptionEnded))
        {
            var channel = read.Channel;
            return new Acknowledgement
            {
                Withdrawal = new Withdrawal(topic => OkxTopic.IsOfChannel(topic, channel), $"OKX ended the subscription: {read.ConnectionCount} connections have the channel {channel}"),
            };
        }

        if (read.Is("subscribe"u8) || read.Is("unsubscribe"u8))
            return read.HasArg ? new Acknowledgement { Topics = [OkxTopic.Read(read.Arg.Of(message))], OfUnsubscribe = read.Is("unsubscribe"u8) } : null;
        if (!read.Is("error"u8))
            return null;
        var words = $"{read.Words} (code {read.Code})";
        var topic = read.HasArg ? OkxTopic.Read(read.Arg.Of(message)) : OkxTopic.FromError(read.Words);
        if (topic is { } refused)
            return new Acknowledgement { Topics = [], Failures = [new TopicFailure(refused, words)] };
        return read.HasId ? new Acknowledgement { RequestId = new RequestId(read.Id.GetText(message)), Rejection = words } : null;
    }

    /// <inheritdoc/>
    public override async ValueTask<OutboundMessage> BuildAuthenticationAsync(CancellationToken cancellationToken)
    {
        var credentials = await (_credentials ?? throw new MissingCredentialsException($"the {nameof(ICredentialsProvider)} of the handler of OKX's {_stream} socket")).GetAsync(cancellationToken).ConfigureAwait(false);
        var timestamp = _clock.GetUtcNow().ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        return JsonBody.Message(json =>
        {
            json.WriteString("op", "login");
            json.WriteStartArray("args");
            json.WriteStartObject();
            json.WriteString("apiKey", credentials.Key);
            json.WriteString("passphrase", credentials.Passphrase ?? throw new MissingCredentialsException("the passphrase of the OKX key"));
            json.WriteString("timestamp", timestamp);
            json.WriteString("sign", Sign(credentials, timestamp));
            json.WriteEndObject();
            json.WriteEndArray();
        });
    }

    /// <inheritdoc/>
    public override AuthenticationVerdict ReadAuthentication(ReadOnlySpan<byte> message)
    {
        var read = new OkxEvent(message);
        if (read.Is("login"u8))
            return read.IsCode("0"u8) ? AuthenticationVerdict.Accepted : AuthenticationVerdict.Rejected(WhyRejected(read));
        return read.IsLoginError ? AuthenticationVerdict.Rejected(WhyRejected(read)) : AuthenticationVerdict.NotAnAnswer;
    }

    /// <summary>Logins and their answers.</summary>
    public override bool IsSensitive(ReadOnlySpan<byte> message)
    {
        var read = new OkxEvent(message);
        return read.Is("login"u8) || read.IsLoginError || (read.Operation.Has() && read.Operation.TextIs(message, "login"u8));
    }

    /// <summary>The <c>clOrdId</c> of the order that the request speaks of; null in batches of several.</summary>
    public override string? ClientOrderIdOf(ReadOnlyMemory<byte> payload) => JsonBody.OfOrder(payload, "args", "clOrdId");

    /// <summary>The payload with the id and, in an order operation (<c>order</c>, <c>amend-order</c>, <c>cancel-order</c> and their batches), the instrument's number in place of its name.</summary>
    /// <exception cref="UnknownInstrumentException">No number is known of the instrument that an order names.</exception>
    /// <exception cref="ArgumentException">The id is none that OKX takes: at most 32 letters and digits.</exception>
    public override OutboundMessage EncodeRequest(RequestId id, ReadOnlyMemory<byte> payload)
    {
        if (id.Value.Length > OkxFacts.MaxRequestIdLength || !id.Value.All(char.IsAsciiLetterOrDigit))
            throw new ArgumentException($"OKX takes ids of at most {OkxFacts.MaxRequestIdLength} letters and digits.", nameof(id));
        return new OutboundMessage(JsonBody.With(OkxOrder.WithCodes(payload, _instruments), "id", JsonBody.Write(json => json.WriteStringValue(id.Value)).Span));
    }

    /// <summary>Result, refusal or open outcome. Where OKX knows no instrument by the number (51001), the numbers are got anew.</summary>
    public override ResponseVerdict ReadResponse(ReadOnlyMemory<byte> message)
    {
        var read = new OkxEvent(message.Span);
        if (read.IsCode("0"u8))
            return Result(read, message);
        List<(string Code, string Words)> failures = read.Data.Kind == JsonValueKind.Array ? FailuresIn(read.Data.Of(message.Span)) : [];
        if (failures.Count == 0)
            failures = [(read.Code, read.Words)];
        if (failures.Exists(failure => failure.Code == OkxFacts.NoSuchInstrument))
            _instruments?.Refresh();
        if (read.IsCode("2"u8))
            return Result(read, message);
        var open = failures.FindIndex(failure => OkxFacts.OpenOutcomes.Contains(failure.Code));
        return open < 0 ? ResponseVerdict.Error(failures[0].Code, failures[0].Words) : ResponseVerdict.OutcomeUnknown(failures[open].Code, failures[open].Words);
    }

    /// <summary>The text <c>ping</c>.</summary>
    public override OutboundMessage? BuildPing() => OutboundMessage.Utf8("ping"u8);

    /// <inheritdoc/>
    public override bool IsPong(ReadOnlySpan<byte> message) => message.SequenceEqual("pong"u8);

    /// <summary>OKX tells ahead, 30 or 60 s by its documents, that it will close the connection for a service upgrade (notice 64008).</summary>
    public override bool ShouldReconnect(ReadOnlySpan<byte> message)
    {
        var read = new OkxEvent(message);
        return read.Is("notice"u8) && read.IsCode(OkxFacts.UpgradeNotice);
    }

    /// <summary>OKX's private close codes (https://www.okx.com/docs-v5/en/#error-code-websocket, close frame).</summary>
    public override ErrorClass? ClassifyClose(int closeCode, string reason) => closeCode switch
    {
        4001 => ErrorClass.AuthenticationRejected, // login failed
        4002 => ErrorClass.ProtocolViolation, // invalid request
        4003 or 4008 => ErrorClass.PolicyViolation, // too many subscriptions
        4004 => ErrorClass.Idle, // nothing sent or received in 30 s
        4005 or 4006 or 4007 => ErrorClass.AbnormalClosure, // its buffer is full, abnormal end, the key was changed
        _ => null,
    };

    /// <summary>Whether the other speaks with the same socket, by keys of an equal provider and with the same source of instruments' numbers.</summary>
    public override bool IsInterchangeableWith(ProtocolHandler other) => other is OkxHandler okx
        && okx._stream == _stream && Equals(okx._credentials, _credentials) && okx._clock == _clock && Equals(okx._instruments, _instruments);

    /// <summary>The socket; never the credentials.</summary>
    public override string ToString() => $"{nameof(OkxHandler)} ({_stream})";

    /// <summary>Base64 of HMAC-SHA-256 over the timestamp in Unix seconds and <c>GET/users/self/verify</c>.</summary>
    internal static string Sign(ApiCredentials credentials, string timestamp) => Signature.Base64(credentials.Secret, timestamp + "GET/users/self/verify");

    // A quote inside a string would be escaped: these bytes are the field. It stands near the end, of a trade in quotes.
    private static long? NumberOf(ReadOnlySpan<byte> update, ReadOnlySpan<byte> name) => NumberAt(update, update.LastIndexOf(name), name);

    private static long? FirstNumberOf(ReadOnlySpan<byte> update, ReadOnlySpan<byte> name) => NumberAt(update, update.IndexOf(name), name);

    private static long? NumberAt(ReadOnlySpan<byte> update, int at, ReadOnlySpan<byte> name) =>
        at >= 0 && System.Buffers.Text.Utf8Parser.TryParse(update[(at + name.Length)..].TrimStart(" \""u8), out long number, out _) ? number : null;

    // Of trades and trades-all; the channel stands near the beginning.
    private static bool IsOfTrades(ReadOnlySpan<byte> update)
    {
        var name = "\"channel\":"u8;
        var at = update.IndexOf(name);
        return at >= 0 && update[(at + name.Length)..].TrimStart((byte)' ').StartsWith("\"trades"u8);
    }

    private static OutboundMessage Build(string operation, IReadOnlyList<Topic> topics, RequestId id) => JsonBody.Message(json =>
    {
        json.WriteString("id", id.Value);
        json.WriteString("op", operation);
        json.WriteStartArray("args");
        foreach (var topic in topics)
            OkxTopic.Write(json, topic);
        json.WriteEndArray();
    });

    private static string WhyRejected(OkxEvent read) => read.IsCode(OkxFacts.UnknownKeyCode)
        ? $"{read.Words} (code {read.Code}): a key works on the hosts of the site that gave it out only, and one of demo trading on those of demo trading ({nameof(OkxHost)})"
        : $"{read.Words} (code {read.Code})";

    // Where the argument ends, if it is followed by what an update has; else 0. Its values are strings, so it holds no other brace unless in one.
    private static int EndOfArg(ReadOnlySpan<byte> message)
    {
        var length = message[UpdateHead.Length..].IndexOf((byte)'}');
        if (length < 0)
            return 0;
        var end = UpdateHead.Length + length + 1;
        var rest = message[end..];
        var isUpdate = rest.StartsWith(",\"data\":"u8) || rest.StartsWith(",\"action\":"u8);
        return isUpdate && !message[UpdateHead.Length..(end - 1)].ContainsAny((byte)'{', (byte)'\\') ? end : 0;
    }

    private static ResponseVerdict Result(OkxEvent read, ReadOnlyMemory<byte> message) => ResponseVerdict.Ok(read.Data.Has() ? read.Data.Of(message) : message);

    private static List<(string Code, string Words)> FailuresIn(ReadOnlySpan<byte> data)
    {
        List<(string Code, string Words)> failures = [];
        var reader = new Utf8JsonReader(data);
        if (!JsonElement.TryParseValue(ref reader, out var entries))
            return failures;
        foreach (var entry in entries.Value.EnumerateArray())
        {
            if (entry.ValueKind == JsonValueKind.Object && entry.TryGetProperty("sCode", out var code) && code.ToString() is { Length: > 0 } failed && failed != "0")
                failures.Add((failed, entry.TryGetProperty("sMsg", out var words) ? words.ToString() : ""));
        }

        return failures;
    }
}
