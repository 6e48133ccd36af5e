using AkkaWs.Primitives;

namespace AkkaWs.Errors;

/// <summary>Why a physical or logical connection ended, in words that cross nodes.</summary>
/// <param name="Class">What kind of end it was.</param>
/// <param name="Description">What happened, for people: one line of at most 1,024 characters; longer is cut, and control characters are escaped.</param>
/// <param name="CloseCode">The code of the close frame (RFC 6455 section 7.4), if there was one.</param>
public sealed record CloseReason(ErrorClass Class, string Description, int? CloseCode = null)
{
    // Say nothing that the description does not.
    private const int NormalClosure = 1000;
    private const int NoStatus = 1005;
    private const int NoCloseFrame = 1006;

    /// <summary>Closed because its owner asked for it.</summary>
    public static CloseReason Requested { get; } = new(ErrorClass.None, "closed on request", NormalClosure);

    /// <summary>What happened, for people: one line of at most 1,024 characters.</summary>
    public string Description { get; init => field = OutsideText.Line(value); } = OutsideText.Line(Description);

    /// <summary>How long the server asked to wait before the next attempt, if it did.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>The HTTP status that the upgrade was answered with, if that is why it failed.</summary>
    public int? HttpStatus { get; init; }

    /// <summary>Set when the connection was given up because its attempts were used up: how many were made in a row.</summary>
    public int? GaveUpAfter { get; init; }

    /// <summary>Whether the connection ended without an error.</summary>
    public bool IsGraceful => Class == ErrorClass.None;

    /// <summary>What happened, in one line of at most 330 characters; <see cref="Class"/> is not repeated.</summary>
    public override string ToString() => CloseCode is { } code and not (NormalClosure or NoStatus or NoCloseFrame)
        ? $"{Words} (close code {code})"
        : Words;

    private string Words => Readable.Shorten(Description.TrimEnd('.'));
}
