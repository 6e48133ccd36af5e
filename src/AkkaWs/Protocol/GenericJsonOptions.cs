namespace AkkaWs.Protocol;

/// <summary>
/// How a venue names things whose messages are JSON objects of the shape <c>{"op":…,"args":[…]}</c>. The defaults are those of Bybit v5;
/// a name that is null says that the venue has no such thing.
/// </summary>
/// <example><code>
/// // Binance: {"method":"SUBSCRIBE","params":["btcusdt@trade"],"id":1}, answered by {"result":null,"id":1}, then {"stream":"btcusdt@trade","data":{…}}
/// var binance = new GenericJsonOptions
/// {
///     OperationField = "method", ArgumentsField = "params", SubscribeOperation = "SUBSCRIBE", UnsubscribeOperation = "UNSUBSCRIBE",
///     TopicField = "stream", SubscriptionIdField = "id", RequestIdField = "id", NumericRequestIds = true, ResultField = "result", ErrorField = "error",
/// };
///
/// // OKX: {"op":"subscribe","args":[{"channel":"tickers","instId":"BTC-USDT"}]}, one {"event":"subscribe","arg":{…}} each, then {"arg":{…},"data":[…]}
/// var okx = new GenericJsonOptions
/// {
///     TopicTemplate = "{arg.channel}:{arg.instId}", TopicsAsObjects = true, AcknowledgementsNameTopic = true, ServerOperationField = "event",
///     SubscriptionIdField = "id", RequestIdField = "id", AuthenticationOperation = "login", ErrorOperation = "error", PingText = "ping", PongText = "pong",
/// };
/// </code></example>
public sealed record GenericJsonOptions
{
    /// <summary>The field that names an update's topic: a message that has it is an update. Default: <c>topic</c>.</summary>
    public string TopicField { get; init; } = "topic";

    /// <summary>
    /// The topic as a template of several fields, nested ones with dots: <c>{channel}:{symbol}</c>, <c>{arg.channel}:{arg.instId}</c>; it takes the
    /// place of <see cref="TopicField"/>. A message that has all of them is an update, unless its operation says otherwise. Default: null.
    /// </summary>
    public string? TopicTemplate { get; init; }

    /// <summary>
    /// Whether a topic of <see cref="TopicTemplate"/> is subscribed as an object of its fields, <c>{"channel":"tickers","instId":"BTC-USDT"}</c>, instead
    /// of as text. Default: false.
    /// </summary>
    public bool TopicsAsObjects { get; init; }

    /// <summary>The field that names the operation, ours and, unless <see cref="ServerOperationField"/> is set, the server's. Default: <c>op</c>.</summary>
    public string OperationField { get; init; } = "op";

    /// <summary>The field that names the operation in the server's messages, where it differs from ours. Default: null, it does not.</summary>
    public string? ServerOperationField { get; init; }

    /// <summary>The field that holds the operation's arguments, such as topics. Default: <c>args</c>.</summary>
    public string ArgumentsField { get; init; } = "args";

    /// <summary>The fields that may hold the id in a message of the server's. Default: <c>req_id</c>, <c>reqId</c>, <c>id</c>.</summary>
    public IReadOnlyList<string> IdFields { get; init; } = ["req_id", "reqId", "id"];

    /// <summary>The field that we write the id of a subscribe or unsubscribe message to; null: none. Default: <c>req_id</c>.</summary>
    public string? SubscriptionIdField { get; init; } = "req_id";

    /// <summary>The field that we write the id of a request to. Default: <c>reqId</c>.</summary>
    public string RequestIdField { get; init; } = "reqId";

    /// <summary>Whether requests are numbered from 1 and ids written as JSON numbers, instead of ULIDs in strings. Default: false.</summary>
    public bool NumericRequestIds { get; init; }

    /// <summary>The operation that subscribes. Default: <c>subscribe</c>.</summary>
    public string SubscribeOperation { get; init; } = "subscribe";

    /// <summary>The operation that unsubscribes. Default: <c>unsubscribe</c>.</summary>
    public string UnsubscribeOperation { get; init; } = "unsubscribe";

    /// <summary>The operation of the server's answer to <see cref="SubscribeOperation"/>, where it differs: <c>subscribed</c>. Default: null, it does not.</summary>
    public string? SubscribedOperation { get; init; }

    /// <summary>The operation of the server's answer to <see cref="UnsubscribeOperation"/>, where it differs. Default: null, it does not.</summary>
    public string? UnsubscribedOperation { get; init; }

    /// <summary>The operation by which the server refuses whatever it was asked: the request with its id or, without one, the login. Default: null, none.</summary>
    public string? ErrorOperation { get; init; }

    /// <summary>
    /// Makes the arguments of the login, afresh for each connect; with it, the handler logs in by <see cref="AuthenticationOperation"/>. Default: null, no
    /// login (a derived handler may have one).
    /// </summary>
    /// <example><code>
    /// Login = async ct =>
    /// {
    ///     var expires = clock.GetUtcNow().AddSeconds(10).ToUnixTimeMilliseconds();
    ///     return [await secrets.KeyAsync(ct), expires, await secrets.SignAsync($"GET/realtime{expires}", ct)];
    /// }
    /// </code></example>
    public Func<CancellationToken, ValueTask<IReadOnlyList<object>>>? Login { get; init; }

    /// <summary>The operation that logs in; a message that names it answers the login. Default: <c>auth</c>.</summary>
    public string? AuthenticationOperation { get; init; } = "auth";

    /// <summary>The operation that pings. Default: <c>ping</c>.</summary>
    public string? PingOperation { get; init; } = "ping";

    /// <summary>The operation, or the words of a ping's answer, that mean pong. Default: <c>pong</c>.</summary>
    public string? PongOperation { get; init; } = "pong";

    /// <summary>A ping that is plain text and no JSON, ours and the server's, such as <c>ping</c>; it takes the place of <see cref="PingOperation"/>. Default: null.</summary>
    public string? PingText { get; init; }

    /// <summary>A pong that is plain text and no JSON, such as <c>pong</c>. Default: null.</summary>
    public string? PongText { get; init; }

    /// <summary>The field that says by true or false whether the server agrees. Default: <c>success</c>.</summary>
    public string? SuccessField { get; init; } = "success";

    /// <summary>The fields that may hold the server's code. Default: <c>retCode</c>, <c>ret_code</c>, <c>code</c>.</summary>
    public IReadOnlyList<string> CodeFields { get; init; } = ["retCode", "ret_code", "code"];

    /// <summary>The codes, as text, that mean success; any other is an error. Default: <c>0</c>.</summary>
    public IReadOnlyList<string> SuccessCodes { get; init; } = ["0"];

    /// <summary>The fields that may hold the server's words. Default: <c>retMsg</c>, <c>ret_msg</c>, <c>msg</c>.</summary>
    public IReadOnlyList<string> MessageFields { get; init; } = ["retMsg", "ret_msg", "msg"];

    /// <summary>
    /// The field whose presence says that the server refuses: an object with <see cref="CodeFields"/> and <see cref="MessageFields"/> in it, or the words
    /// themselves; null in a message means success. Default: null, none.
    /// </summary>
    public string? ErrorField { get; init; }

    /// <summary>The field of a response that is its result; where it is missing, or null here, the whole message is. Default: <c>data</c>.</summary>
    public string? ResultField { get; init; } = "data";

    /// <summary>Where an update's sequence number stands, one field name per level, such as <c>data</c>, <c>u</c>. Default: nowhere.</summary>
    public IReadOnlyList<string> SequencePath { get; init; } = [];

    /// <summary>
    /// The end of a topic that stands for all topics which begin like it, such as <c>*</c>, where the venue takes such topics; null: it takes none.
    /// Default: null.
    /// </summary>
    public string? PatternSuffix { get; init; }

    /// <summary>The field of an update that says whether it is a snapshot, such as Bybit's <c>type</c>. Default: nowhere.</summary>
    public string? KindField { get; init; }

    /// <summary>The value of <see cref="KindField"/> that means a snapshot; any other means a change. Default: <c>snapshot</c>.</summary>
    public string SnapshotKind { get; init; } = "snapshot";

    /// <summary>Whether the server answers subscribe messages. Default: true.</summary>
    public bool ConfirmsSubscriptions { get; init; } = true;

    /// <summary>
    /// Whether such an answer has the <see cref="TopicField"/> and speaks of that topic alone. Costs a look at the whole of every message,
    /// because the operation may stand behind the topic. Default: false: the answer speaks of all topics of the message with its id.
    /// </summary>
    public bool AcknowledgementsNameTopic { get; init; }

    /// <summary>How many topics one subscribe or unsubscribe message may name. Default: 100; Bybit spot takes 10.</summary>
    public int MaxTopicsPerMessage { get; init; } = 100;

    /// <summary>Whether the other's are the same words, lists by what is in them.</summary>
    internal bool SpeakAs(GenericJsonOptions other) =>
        IdFields.SequenceEqual(other.IdFields)
        && CodeFields.SequenceEqual(other.CodeFields)
        && SuccessCodes.SequenceEqual(other.SuccessCodes)
        && MessageFields.SequenceEqual(other.MessageFields)
        && SequencePath.SequenceEqual(other.SequencePath)
        && this == other with { IdFields = IdFields, CodeFields = CodeFields, SuccessCodes = SuccessCodes, MessageFields = MessageFields, SequencePath = SequencePath };
}
