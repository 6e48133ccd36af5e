namespace AkkaWs.Protocol;

/// <summary>
/// How a venue names things whose messages are JSON objects of the shape <c>{"op":…,"args":[…]}</c>. The defaults are those of Bybit v5;
/// a name that is null says that the venue has no such thing.
/// </summary>
/// <example><code>
/// var options = new GenericJsonOptions { OperationField = "method", ArgumentsField = "params", SubscribeOperation = "SUBSCRIBE", NumericRequestIds = true };
/// </code></example>
public sealed record GenericJsonOptions
{
    /// <summary>The field that names an update's topic: a message that has it is an update. Default: <c>topic</c>.</summary>
    public string TopicField { get; init; } = "topic";

    /// <summary>The field that names the operation, ours and the server's. Default: <c>op</c>.</summary>
    public string OperationField { get; init; } = "op";

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

    /// <summary>The operation that logs in; a message that names it answers the login. Default: <c>auth</c>.</summary>
    public string? AuthenticationOperation { get; init; } = "auth";

    /// <summary>The operation that pings. Default: <c>ping</c>.</summary>
    public string? PingOperation { get; init; } = "ping";

    /// <summary>The operation, or the words of a ping's answer, that mean pong. Default: <c>pong</c>.</summary>
    public string? PongOperation { get; init; } = "pong";

    /// <summary>The field that says by true or false whether the server agrees. Default: <c>success</c>.</summary>
    public string? SuccessField { get; init; } = "success";

    /// <summary>The fields that may hold the server's code. Default: <c>retCode</c>, <c>ret_code</c>, <c>code</c>.</summary>
    public IReadOnlyList<string> CodeFields { get; init; } = ["retCode", "ret_code", "code"];

    /// <summary>The codes, as text, that mean success; any other is an error. Default: <c>0</c>.</summary>
    public IReadOnlyList<string> SuccessCodes { get; init; } = ["0"];

    /// <summary>The fields that may hold the server's words. Default: <c>retMsg</c>, <c>ret_msg</c>, <c>msg</c>.</summary>
    public IReadOnlyList<string> MessageFields { get; init; } = ["retMsg", "ret_msg", "msg"];

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
}
