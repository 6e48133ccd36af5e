using AkkaWs.Errors;
using AkkaWs.Primitives;

namespace AkkaWs.Protocol;

/// <summary>What a message says about the login that is under way.</summary>
public readonly record struct AuthenticationVerdict
{
    private AuthenticationVerdict(bool answered, string? rejection, TimeSpan? lifetime = null) =>
        (IsAnswer, Rejection, Lifetime) = (answered, rejection, lifetime);

    /// <summary>The message is not the answer to the login.</summary>
    public static AuthenticationVerdict NotAnAnswer => default;

    /// <summary>The server accepted the login.</summary>
    public static AuthenticationVerdict Accepted => new(true, null);

    /// <summary>Whether the message is the answer.</summary>
    public bool IsAnswer { get; }

    /// <summary>The server's words if it rejected the login; null if not.</summary>
    public string? Rejection { get; }

    /// <summary>How long the login is good for, as the server says; null: as <see cref="ProtocolHandler.AuthenticationLifetime"/> says.</summary>
    public TimeSpan? Lifetime { get; }

    /// <summary>The server accepted the login for a while: it is renewed on the open connection when nine tenths of it are over.</summary>
    /// <param name="lifetime">How long it is good for, above 0.</param>
    public static AuthenticationVerdict AcceptedFor(TimeSpan lifetime)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(lifetime, TimeSpan.Zero);
        return new(true, null, lifetime);
    }

    /// <summary>The server rejected the login.</summary>
    /// <param name="reason">The server's words; never the credentials.</param>
    public static AuthenticationVerdict Rejected(string reason) => new(true, OutsideText.Line(reason));
}

/// <summary>What a response says: a result, or an error of the server's.</summary>
public readonly record struct ResponseVerdict
{
    private ResponseVerdict(
        ReadOnlyMemory<byte> result, string? errorCode, string? errorMessage, ReadOnlyMemory<byte> errorData = default, bool isOutcomeUnknown = false) =>
        (Result, ErrorCode, ErrorMessage, ErrorData, IsOutcomeUnknown) = (result, errorCode, errorMessage, errorData, isOutcomeUnknown);

    /// <summary>The part of the message that the caller deserialises: the whole of it, or what the handler cuts out.</summary>
    public ReadOnlyMemory<byte> Result { get; }

    /// <summary>The server's error code as text; null for a result.</summary>
    public string? ErrorCode { get; }

    /// <summary>The server's words; null for a result.</summary>
    public string? ErrorMessage { get; }

    /// <summary>What the server added to its error, as it stands in the message; empty where it added nothing, and for a result.</summary>
    public ReadOnlyMemory<byte> ErrorData { get; }

    /// <summary>Whether the server answered with an error.</summary>
    public bool IsError => ErrorCode is not null;

    /// <summary>Whether the error leaves open what became of the request (<see cref="OutcomeUnknown"/>); false for a result and for a refusal.</summary>
    public bool IsOutcomeUnknown { get; }

    /// <summary>The error, or how long the result is; never the result.</summary>
    public override string ToString() => ErrorCode is null
        ? $"ResponseVerdict {{ {Result.Length} bytes }}"
        : $"ResponseVerdict {{ error {Readable.Shorten(ErrorCode)}: {Readable.Shorten(ErrorMessage ?? "")} }}";

    /// <summary>A result.</summary>
    public static ResponseVerdict Ok(ReadOnlyMemory<byte> result) => new(result, null, null);

    /// <summary>An error of the server's that refuses the request: it has done nothing of it.</summary>
    /// <param name="code">Its code as text.</param>
    /// <param name="message">Its words.</param>
    /// <param name="data">What it added, for <see cref="ProtocolHandler.CreateError"/>.</param>
    public static ResponseVerdict Error(string code, string message, ReadOnlyMemory<byte> data = default) => new(default, code, message, data);

    /// <summary>
    /// An error of the server's that does not refuse the request: it does not know itself whether it has done it, or has done a part. The caller gets
    /// <see cref="SentOutcomeUnknownException"/> with code and words, as where the connection breaks before the answer.
    /// </summary>
    /// <param name="code">Its code as text.</param>
    /// <param name="message">Its words.</param>
    /// <param name="data">What it added: <see cref="SentOutcomeUnknownException.ErrorData"/>.</param>
    /// <example><code>
    /// // -1007: timeout waiting for a response from the backend; send status unknown, execution status unknown
    /// public override ResponseVerdict ReadResponse(ReadOnlyMemory&lt;byte&gt; message) => ErrorOf(message) switch
    /// {
    ///     { Code: "-1007" } error => ResponseVerdict.OutcomeUnknown(error.Code, error.Words),
    ///     { } error => ResponseVerdict.Error(error.Code, error.Words),
    ///     null => ResponseVerdict.Ok(message),
    /// };
    /// </code></example>
    public static ResponseVerdict OutcomeUnknown(string code, string message, ReadOnlyMemory<byte> data = default) => new(default, code, message, data, true);
}

/// <summary>
/// What a control message says about subscriptions. It speaks of the topics it names or, without names, of all topics of the message that
/// carried <see cref="RequestId"/>; without an id, of the only message that is open. Where several are open, their deadline decides.
/// </summary>
public sealed record Acknowledgement
{
    /// <summary>The id of the subscribe or unsubscribe message that is answered; null if the venue does not repeat it.</summary>
    public RequestId? RequestId { get; init; }

    /// <summary>The topics that are confirmed; null: all of that message which <see cref="Failures"/> does not name.</summary>
    public IReadOnlyList<Topic>? Topics { get; init; }

    /// <summary>The topics that are refused.</summary>
    public IReadOnlyList<TopicFailure> Failures { get; init; } = [];

    /// <summary>
    /// Set where the answer to <see cref="RequestId"/> names every topic that it confirms: all others of that message are refused, with these
    /// words. Default: null, they wait on.
    /// </summary>
    public string? RefusesOthers { get; init; }

    /// <summary>
    /// Set when the whole message is refused: the server's words. Where they name the topics at fault, those are in <see cref="Failures"/>: they alone
    /// are refused, and the others are asked for again. Where a topic is at fault because the server has it already, it is in <see cref="Topics"/>: it is
    /// confirmed, and the others are asked for again. Where they name none, the message is divided until each topic at fault stands alone.
    /// </summary>
    public string? Rejection { get; init; }

    /// <summary>
    /// Whether it answers an unsubscribe message (true) or a subscribe message (false), where it has no <see cref="RequestId"/> and the venue tells so.
    /// Default: null, not told; then it speaks of whatever message about its topics is open.
    /// </summary>
    public bool? OfUnsubscribe { get; init; }

    /// <summary>Set when the server ends subscriptions that it had confirmed. Such a message answers nothing: all else of it is ignored.</summary>
    public Withdrawal? Withdrawal { get; init; }

    /// <summary>Whose answer it is, and what it says.</summary>
    public override string ToString() =>
        $"Acknowledgement {{ {(RequestId is { } id ? $"of {id}" : "without an id")}, confirmed: {(Topics is null ? "all others" : Readable.List(Topics))}"
        + $"{(Failures.Count == 0 ? "" : $", failed: {Readable.List(Failures, "; ")}")}{(Rejection ?? RefusesOthers) switch { { } words => $", refused: {Readable.Shorten(words)}", null => "" }} }}";
}

/// <summary>
/// The server's word that it ended subscriptions of its own accord, as OKX does with <c>channel-conn-count-error</c>. Their subscribers are
/// interrupted, and the topics are asked for again, ever more slowly.
/// </summary>
/// <param name="Concerns">Whether it ended the subscription of this topic. Asked for each confirmed topic; must be pure.</param>
/// <param name="Reason">Why, in the server's words.</param>
public sealed record Withdrawal(Func<Topic, bool> Concerns, string Reason)
{
    /// <summary>Why, in the server's words: one line of at most 1,024 characters.</summary>
    public string Reason { get; init => field = OutsideText.Line(value); } = OutsideText.Line(Reason);
}
