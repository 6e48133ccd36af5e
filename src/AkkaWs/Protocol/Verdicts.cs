using AkkaWs.Errors;
using AkkaWs.Primitives;

namespace AkkaWs.Protocol;

/// <summary>What a message says about the login that is under way.</summary>
public readonly record struct AuthenticationVerdict
{
    private AuthenticationVerdict(bool answered, string? rejection) => (IsAnswer, Rejection) = (answered, rejection);

    /// <summary>The message is not the answer to the login.</summary>
    public static AuthenticationVerdict NotAnAnswer => default;

    /// <summary>The server accepted the login.</summary>
    public static AuthenticationVerdict Accepted => new(true, null);

    /// <summary>Whether the message is the answer.</summary>
    public bool IsAnswer { get; }

    /// <summary>The server's words if it rejected the login; null if not.</summary>
    public string? Rejection { get; }

    /// <summary>The server rejected the login.</summary>
    /// <param name="reason">The server's words; never the credentials.</param>
    public static AuthenticationVerdict Rejected(string reason) => new(true, reason);
}

/// <summary>What a response says: a result, or an error of the server's.</summary>
public readonly record struct ResponseVerdict
{
    private ResponseVerdict(ReadOnlyMemory<byte> result, string? errorCode, string? errorMessage) =>
        (Result, ErrorCode, ErrorMessage) = (result, errorCode, errorMessage);

    /// <summary>The part of the message that the caller deserialises: the whole of it, or what the handler cuts out.</summary>
    public ReadOnlyMemory<byte> Result { get; }

    /// <summary>The server's error code as text; null for a result.</summary>
    public string? ErrorCode { get; }

    /// <summary>The server's words; null for a result.</summary>
    public string? ErrorMessage { get; }

    /// <summary>Whether the server answered with an error.</summary>
    public bool IsError => ErrorCode is not null;

    /// <summary>A result.</summary>
    public static ResponseVerdict Ok(ReadOnlyMemory<byte> result) => new(result, null, null);

    /// <summary>An error of the server's.</summary>
    public static ResponseVerdict Error(string code, string message) => new(default, code, message);
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

    /// <summary>Set when the whole message is refused: the server's words.</summary>
    public string? Rejection { get; init; }
}
