using AkkaWs.Primitives;

namespace AkkaWs.Errors;

/// <summary>A bound was reached: too many pending requests, or a full queue. Nothing was sent; try later or raise the bound.</summary>
public sealed class CapacityExceededException(string connection, string what, long limit)
    : WebSocketClientException(connection, $"{what} reached its bound of {limit}; nothing was sent")
{
    /// <summary>The bound that was reached.</summary>
    public long Limit { get; } = limit;
}

/// <summary>
/// The message is larger than <c>max-message-size</c> allows in either direction, so that it was not sent: a server that takes no more ends the connection for
/// one (close code 1009). Split it, or raise the option where the server takes more.
/// </summary>
public sealed class MessageTooLargeException(string connection, string what, int limit)
    : WebSocketClientException(connection, $"not sent: {what} is larger than max-message-size, {limit} bytes")
{
    /// <summary>The bound, in bytes.</summary>
    public int Limit { get; } = limit;
}

/// <summary>The command was not sent, for certain: it may be repeated.</summary>
public sealed class NotSentException(string connection, string why, Exception? inner = null)
    : WebSocketClientException(connection, $"not sent: {why}", inner);

/// <summary>
/// The connection broke after the request was written and before it was answered, or while a message was being written, or the server answered that it does
/// not know itself: the venue may or may not have acted on it. Reconcile before repeating it.
/// </summary>
public sealed class SentOutcomeUnknownException : WebSocketClientException
{
    /// <summary>A request was written and not answered.</summary>
    public SentOutcomeUnknownException(string connection, RequestId requestId, DateTimeOffset writtenAt, CloseReason reason)
        : base(connection, $"request {requestId} was written, then the connection was lost ({Of(reason).Description}); its outcome is unknown") =>
        (RequestId, WrittenAt, Reason) = (requestId, writtenAt, reason);

    /// <summary>The server answered a request with an error that leaves open whether it was done (<c>ResponseVerdict.OutcomeUnknown</c>).</summary>
    public SentOutcomeUnknownException(string connection, RequestId requestId, DateTimeOffset writtenAt, string code, string description)
        : base(connection, $"the server answered request {requestId} with error {Readable.Shorten(code)}: {Readable.Shorten(description)}; its outcome is unknown") =>
        (RequestId, WrittenAt, Code, Reason) = (
            requestId, writtenAt, OutsideText.Line(code), new CloseReason(ErrorClass.ServerUnavailable, $"the server answered with error {code}: {description}"));

    /// <summary>The write of a plain message had begun and did not end.</summary>
    public SentOutcomeUnknownException(string connection, DateTimeOffset writtenAt, CloseReason reason, Exception inner)
        : base(connection, $"the connection was lost during the write ({Of(reason).Description}); part of the message may have left", inner) =>
        (WrittenAt, Reason) = (writtenAt, reason);

    /// <summary>The request's id on the wire; empty for a plain message, which has none.</summary>
    public RequestId RequestId { get; }

    /// <summary>When it was handed to the transport, for the first time if it was written again.</summary>
    public DateTimeOffset WrittenAt { get; }

    /// <summary>
    /// The caller's own id of the order, to look for at the venue: one line of at most 1,024 characters, which no venue's ids exceed. Null if the protocol handler
    /// does not know one (<c>ProtocolHandler.ClientOrderIdOf</c>).
    /// </summary>
    public string? ClientOrderId { get; init => field = value is null ? null : OutsideText.Line(value); }

    /// <summary>The code of the server's error, as text: one line of at most 1,024 characters. Null where the connection was lost: there is no answer.</summary>
    public string? Code { get; }

    /// <summary>
    /// What the server added to its error, as it stands in its message, such as what became of each half of a cancel-replace; not part of the exception's words.
    /// Empty where it added nothing, and where the connection was lost.
    /// </summary>
    public ReadOnlyMemory<byte> ErrorData { get; init; }

    /// <summary>How the connection was lost; where it was not, the server's error.</summary>
    public CloseReason Reason { get; }

    private static CloseReason Of(CloseReason reason)
    {
        ArgumentNullException.ThrowIfNull(reason);
        return reason;
    }
}

/// <summary>No response came in time. <see cref="Written"/> tells whether the venue may have seen the request.</summary>
public sealed class RequestTimeoutException(string connection, RequestId requestId, TimeSpan timeout, bool written, string? why = null)
    : WebSocketClientException(
        connection,
        $"request {requestId} timed out after {Readable.Duration(timeout)} ({(written ? "it was written: its outcome is unknown" : "it was never written")}{(why is null ? "" : $"; {why}")})")
{
    /// <summary>The request's id on the wire.</summary>
    public RequestId RequestId { get; } = requestId;

    /// <summary>How long it was waited for.</summary>
    public TimeSpan Timeout { get; } = timeout;

    /// <summary>Whether it had been handed to the transport. If not, it never will be.</summary>
    public bool Written { get; } = written;

    /// <summary>As <see cref="SentOutcomeUnknownException.ClientOrderId"/>; null also if the request was not written.</summary>
    public string? ClientOrderId { get; init => field = value is null ? null : OutsideText.Line(value); }
}

/// <summary>The request was cancelled by its caller. <see cref="Written"/> tells whether the venue may have seen it.</summary>
public sealed class RequestCancelledException(string connection, RequestId requestId, bool written)
    : WebSocketClientException(connection, $"request {requestId} was cancelled ({(written ? "it was written: its outcome is unknown" : "it was never written")})")
{
    /// <summary>The request's id on the wire.</summary>
    public RequestId RequestId { get; } = requestId;

    /// <summary>Whether it had been handed to the transport. If not, it never will be.</summary>
    public bool Written { get; } = written;
}

/// <summary>The server answered the request with an error. A protocol handler may give a type of its own, derived from this one.</summary>
public class ServerErrorException(string connection, RequestId requestId, string code, string description)
    : WebSocketClientException(connection, $"the server answered request {requestId} with error {Readable.Shorten(code)}: {Readable.Shorten(description)}")
{
    /// <summary>The request's id on the wire.</summary>
    public RequestId RequestId { get; } = requestId;

    /// <summary>The server's error code, as text: one line of at most 1,024 characters.</summary>
    public string Code { get; } = OutsideText.Line(code);

    /// <summary>The server's words: one line of at most 1,024 characters.</summary>
    public string Description { get; } = OutsideText.Line(description);
}

/// <summary>A response came, but it is not what the caller expects.</summary>
public sealed class ResponseFormatException(string connection, RequestId requestId, string expected, Exception inner, string excerpt = "")
    : WebSocketClientException(
        connection,
        $"the response to request {requestId} cannot be read as {expected}: {OutsideText.Of(inner)}{(excerpt.Length > 0 ? $" It begins with: {excerpt}" : "")}",
        inner)
{
    /// <summary>The request's id on the wire.</summary>
    public RequestId RequestId { get; } = requestId;

    /// <summary>
    /// How the response begins, at most 128 bytes of it, what looks secret by its name or shape masked; <c>(not shown)</c> where it has to do with a login. Empty if
    /// there is none.
    /// </summary>
    public string Excerpt { get; } = excerpt;
}

/// <summary>
/// The server did not confirm some topics, or the protocol handler could not ask for them: then the inner exception is what it threw. The others of the same
/// command are subscribed.
/// </summary>
public sealed class SubscriptionFailedException(string connection, IReadOnlyList<TopicFailure> failures, Exception? inner = null)
    : WebSocketClientException(connection, $"{Of(failures).Count} {(failures.Count == 1 ? "topic was" : "topics were")} not subscribed: {Readable.List(failures, "; ")}", inner)
{
    /// <summary>The topics that failed and why, at least one.</summary>
    public IReadOnlyList<TopicFailure> Failures { get; } = failures;

    private static IReadOnlyList<TopicFailure> Of(IReadOnlyList<TopicFailure> failures)
    {
        ArgumentNullException.ThrowIfNull(failures);
        return failures;
    }
}

/// <summary>One topic that the server refused, or did not confirm in time.</summary>
/// <param name="Topic">The topic.</param>
/// <param name="Reason">The server's words, or ours.</param>
public sealed record TopicFailure(Topic Topic, string Reason)
{
    /// <summary>The server's words, or ours: one line of at most 1,024 characters.</summary>
    public string Reason { get; init => field = OutsideText.Line(value); } = OutsideText.Line(Reason);

    /// <summary>Topic and reason in one line.</summary>
    public override string ToString() => $"{Topic} ({Readable.Shorten(Reason)})";
}
