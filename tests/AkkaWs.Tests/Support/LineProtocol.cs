using System.Globalization;
using System.Text;
using AkkaWs.Errors;
using AkkaWs.Primitives;
using AkkaWs.Protocol;

namespace AkkaWs.Tests.Support;

/// <summary>
/// The plainest protocol that has everything: fields between bars. Server: <c>U|topic|data</c>, <c>R|id|ok|data</c>, <c>R|id|err|code|words</c>, <c>R|id|open|code|words</c>,
/// <c>A|id|ok</c> (the id may be empty), <c>A|id|no|topic,topic|words</c>, <c>A|id|rejected|words</c>, <c>A|id|rejected|words|topic</c>, <c>A||ended|topic,topic|words</c>, <c>S|auth|ok</c>, <c>S|auth|no|words</c>, <c>S|ping</c>, <c>S|pong</c>, <c>S|reconnect</c>. Client:
/// <c>sub|id|topic,topic</c>, <c>unsub|id|topic,topic</c>, <c>req|id|data</c>, <c>auth|secret</c>, <c>ping</c>, <c>pong</c>.
/// </summary>
internal sealed class LineProtocol : ProtocolHandler
{
    public bool Authenticates { get; init; }

    /// <summary>Whose orders go by its connection.</summary>
    public string Account { get; init; } = "";

    public override bool IsInterchangeableWith(ProtocolHandler other) => other is LineProtocol line && line.Account == Account;

    /// <summary>Asked right behind each subscribe message; what it returns crashes the connection's actor.</summary>
    public Func<Exception?>? FailSubscribe { get; set; }

    /// <summary>Called where a message is classified; may throw.</summary>
    public Action BeforeClassify { get; init; } = () => { };

    /// <summary>Called where a request is encoded; may throw.</summary>
    public Action BeforeEncode { get; init; } = () => { };

    /// <summary>Called where a close frame is classified; may throw.</summary>
    public Action BeforeClassifyClose { get; init; } = () => { };

    /// <summary>The topics that no message can be built for.</summary>
    public Func<Topic, bool> IsUnbuildable { get; set; } = _ => false;

    public IReadOnlyList<string> Greetings { get; init; } = [];

    public TimeSpan? LoginLifetime { get; init; }

    /// <summary>Whether an update's data is its sequence number.</summary>
    public bool IsNumbered { get; init; }

    public bool TakesOneSession { get; init; }

    public override bool AllowsConcurrentSessions => !TakesOneSession;

    public Func<ConnectionEndpoint, ConnectionEndpoint> Endpoint { get; init; } = configured => configured;

    /// <summary>Reads the venue's number out of an update's text.</summary>
    public Func<string, long?>? Sequence { get; init; }

    public bool HasSnapshots { get; init; }

    /// <summary>Writes the login; may throw.</summary>
    public Func<string> Login { get; init; } = () => "auth|secret";

    /// <summary>Makes the ids of messages; may throw.</summary>
    public Func<RequestId> Ids { get; set; } = RequestId.New;

    public override RequestId NextRequestId() => Ids();

    /// <summary>Writes a trace into a request's text.</summary>
    public Func<string, string>? Trace { get; init; }

    public bool Confirms { get; init; } = true;

    public int? MostBytes { get; init; }

    public override int? MaxSubscribeBytes => MostBytes;

    public override bool ConfirmsSubscriptions => FailSubscribe?.Invoke() is { } error ? throw error : Confirms;

    public Func<Topic, TimeSpan?> MaxAge { get; init; } = _ => null;

    public override TimeSpan? DefaultMaxAgeOf(Topic topic) => MaxAge(topic);

    /// <summary>Turns a binary message into text, within the bound that it is given.</summary>
    public Func<ReadOnlyMemory<byte>, int, ReadOnlyMemory<byte>> Decode { get; init; } = (payload, _) => payload;

    public override ReadOnlyMemory<byte> DecodeBinary(ReadOnlyMemory<byte> payload, int maxSize) => Decode(payload, maxSize);

    public Func<string, string?> ClientOrderId { get; init; } = _ => null;

    public override TimeSpan? AuthenticationLifetime => LoginLifetime;

    public override ValueTask<ConnectionEndpoint> GetEndpointAsync(ConnectionEndpoint configured, CancellationToken cancellationToken) => new(Endpoint(configured));

    public override bool RequiresAuthentication => Authenticates;

    public override ValueTask<OutboundMessage> BuildAuthenticationAsync(CancellationToken cancellationToken) => new(OutboundMessage.Text(Login()));

    /// <summary>What is shown to nobody; may throw.</summary>
    public Func<string, bool> Hidden { get; init; } = message => message.StartsWith("auth|", StringComparison.Ordinal) || message.StartsWith("S|auth|", StringComparison.Ordinal);

    public override bool IsSensitive(ReadOnlySpan<byte> message) => Hidden(Encoding.UTF8.GetString(message));

    public override IReadOnlyList<OutboundMessage> OnConnect() => [.. Greetings.Select(OutboundMessage.Text)];

    public override Classification Classify(ReadOnlySpan<byte> message)
    {
        BeforeClassify();
        if (message.StartsWith("!throw"u8))
            throw new FormatException("classify failed on purpose");
        if (message.Length < 3 || message[1] != '|')
            return Classification.Unknown;
        var end = message[2..].IndexOf((byte)'|');
        var keyLength = end < 0 ? message.Length - 2 : end;
        if (message[0] is (byte)'U' or (byte)'R' && (keyLength == 0 || message[2] <= ' '))
            return Classification.Unknown;
        return message[0] switch
        {
            (byte)'U' => Classification.Update(2, keyLength),
            (byte)'R' => Classification.Response(2, keyLength),
            (byte)'A' => Classification.Control,
            (byte)'S' => Classification.System,
            _ => Classification.Unknown,
        };
    }

    public override OutboundMessage BuildSubscribe(IReadOnlyList<Topic> topics, RequestId id) => topics.Any(IsUnbuildable)
        ? throw new ArgumentException("no such channel")
        : OutboundMessage.Text($"sub|{id}|{string.Join(',', topics.Select(topic => topic.Value))}");

    public override OutboundMessage BuildUnsubscribe(IReadOnlyList<Topic> topics, RequestId id) =>
        OutboundMessage.Text($"unsub|{id}|{string.Join(',', topics.Select(topic => topic.Value))}");

    /// <summary>The payload for which no message is made.</summary>
    public string? Unwritable { get; init; }

    /// <summary>Whether no error is made of an answer that says one.</summary>
    public bool MakesNoErrors { get; init; }

    public override ServerErrorException CreateError(string connection, RequestId id, ResponseVerdict verdict) =>
        MakesNoErrors ? null! : base.CreateError(connection, id, verdict);

    public override OutboundMessage EncodeRequest(RequestId id, ReadOnlyMemory<byte> payload)
    {
        BeforeEncode();
        var text = Encoding.UTF8.GetString(payload.Span);
        return text == Unwritable ? null! : OutboundMessage.Text($"req|{id}|{text}");
    }

    public override ErrorClass? ClassifyClose(int closeCode, string reason)
    {
        BeforeClassifyClose();
        return null;
    }

    public override OutboundMessage AddTraceContext(OutboundMessage request, string traceParent, string? traceState) =>
        Trace is null ? request : OutboundMessage.Text($"{Encoding.UTF8.GetString(request.Payload.Span)}|{Trace(traceParent)}");

    public override string? ClientOrderIdOf(ReadOnlyMemory<byte> payload) => ClientOrderId(Encoding.UTF8.GetString(payload.Span));

    /// <summary>Which payloads speak of orders; may throw.</summary>
    public Predicate<string> Orders { get; init; } = _ => false;

    public override bool IsOrder(ReadOnlyMemory<byte> payload) => Orders(Encoding.UTF8.GetString(payload.Span));

    public override ResponseVerdict ReadResponse(ReadOnlyMemory<byte> message)
    {
        var fields = Fields(message.Span);
        return fields[2] switch
        {
            "ok" => ResponseVerdict.Ok(Encoding.UTF8.GetBytes(fields[3])),
            "open" => ResponseVerdict.OutcomeUnknown(fields[3], fields[4]),
            _ => ResponseVerdict.Error(fields[3], fields[4]),
        };
    }

    public override Acknowledgement? ReadAcknowledgement(ReadOnlySpan<byte> message)
    {
        if (message[0] != 'A')
            return null;
        var fields = Fields(message);
        var id = fields[1].Length > 0 ? new RequestId(fields[1]) : (RequestId?)null;
        return fields[2] == "ok"
            ? new Acknowledgement { RequestId = id }
            : fields[2] == "ended" ? new Acknowledgement { Withdrawal = new Withdrawal(topic => fields[3].Split(',').Contains(topic.Value), fields[4]) }
            : fields[2] == "rejected" ? new Acknowledgement { RequestId = id, Rejection = fields[3], Failures = [.. fields[4..].Select(t => new TopicFailure(t, fields[3]))] }
            : new Acknowledgement { RequestId = id, Failures = [.. fields[3].Split(',').Select(t => new TopicFailure(t, fields[4]))] };
    }

    public override AuthenticationVerdict ReadAuthentication(ReadOnlySpan<byte> message)
    {
        var fields = Fields(message);
        return fields[1] != "auth" ? AuthenticationVerdict.NotAnAnswer
            : fields[2] == "ok" ? AuthenticationVerdict.Accepted : AuthenticationVerdict.Rejected(fields[3]);
    }

    public override OutboundMessage? BuildPing() => OutboundMessage.Text("ping");

    public override bool IsPong(ReadOnlySpan<byte> message) => message.SequenceEqual("S|pong"u8);

    public override bool IsServerPing(ReadOnlySpan<byte> message) => message.SequenceEqual("S|ping"u8);

    public override OutboundMessage? BuildPong(ReadOnlySpan<byte> ping) => OutboundMessage.Text("pong");

    public override bool ShouldReconnect(ReadOnlySpan<byte> message) => message.SequenceEqual("S|reconnect"u8);

    public override long? SequenceOf(ReadOnlySpan<byte> update) => IsNumbered
        ? long.Parse(update[(update.LastIndexOf((byte)'|') + 1)..], CultureInfo.InvariantCulture)
        : Sequence?.Invoke(Encoding.UTF8.GetString(update));

    public override bool IsPattern(Topic topic) => topic.Value.EndsWith('*');

    public override bool Matches(Topic pattern, Topic topic) => topic.Value.StartsWith(pattern.Value[..^1], StringComparison.Ordinal);

    /// <summary>Called on the read loop with each update whose kind is asked for.</summary>
    public Action<string>? OnKind { get; init; }

    public override UpdateKind KindOf(ReadOnlySpan<byte> update)
    {
        OnKind?.Invoke(Encoding.UTF8.GetString(update));
        return update.IndexOf("|snap"u8) > 0 ? UpdateKind.Snapshot : UpdateKind.Unknown;
    }

    public override OutboundMessage? BuildSnapshotRequest(Topic topic, RequestId id) => HasSnapshots ? OutboundMessage.Text($"snap|{id}|{topic}") : null;

    private static string[] Fields(ReadOnlySpan<byte> message) => Encoding.UTF8.GetString(message).Split('|');
}
