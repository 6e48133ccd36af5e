using System.Net;
using AkkaWs.Errors;
using AkkaWs.Primitives;
using AkkaWs.Protocol;
using AkkaWs.Wire;

namespace AkkaWs.Policies;

/// <summary>Names the class of a failure by its type and codes; the text of a message is never looked at. Pure.</summary>
public static class ErrorClassifier
{
    /// <summary>Names the class of a close frame's code (RFC 6455 section 7.4).</summary>
    public static ErrorClass Classify(CloseCode code) => (int)code switch
    {
        1005 or 1006 => ErrorClass.AbnormalClosure,
        1008 => ErrorClass.PolicyViolation,
        1013 => ErrorClass.RateLimited,
        1002 or 1003 or 1007 or 1009 or 1010 or 1015 => ErrorClass.ProtocolViolation,
        _ => ErrorClass.ServerUnavailable,
    };

    /// <summary>Tells why a physical connection ended, from what its transport threw.</summary>
    public static CloseReason Explain(Exception error)
    {
        ArgumentNullException.ThrowIfNull(error);
        return error switch
        {
            WireHandshakeException { HttpStatusCode: { } status } e => new(Classify(status, e.RetryAfter), e.Message) { RetryAfter = e.RetryAfter, HttpStatus = (int)status },
            WireHandshakeException e => new(ErrorClass.Reset, e.Message), // cut, or no HTTP: a server or a proxy that restarts
            WireConnectException { IsNameResolution: true } e => new(ErrorClass.Dns, e.Message),
            WireConnectException e => new(ErrorClass.Refused, e.Message),
            WireTlsException { IsCertificateRefused: false } e => new(ErrorClass.Reset, e.Message), // the same
            WireTlsException e => new(ErrorClass.Tls, e.Message),
            WireTimeoutException e => new(ErrorClass.ConnectTimeout, e.Message),
            WireResetException e => new(ErrorClass.Reset, e.Message, 1006),
            WireClosedException { CloseCode: { } code } e => new(Classify(code), e.Message, (int)code),
            WireException { CloseCode: { } code } e => new(ErrorClass.ProtocolViolation, e.Message, (int)code),
            WireArgumentException e => new(ErrorClass.HandshakeRejected, e.Message),
            _ => new(ErrorClass.Internal, $"{error.GetType().Name}: {OutsideText.Of(error)}"),
        };
    }

    /// <summary>Tells why a physical connection ended, from what its transport threw; the handler's word on the class counts first.</summary>
    /// <param name="error">What the transport threw.</param>
    /// <param name="handler">The venue's handler. Where it throws, the default class holds, and the description says so.</param>
    public static CloseReason Explain(Exception error, ProtocolHandler handler)
    {
        ArgumentNullException.ThrowIfNull(handler);
        return Refine(Explain(error), () => error is WireClosedException { CloseCode: { } code } closed
            ? handler.ClassifyClose((int)code, closed.Reason)
            : handler.ClassifyError(error));
    }

    /// <summary>Tells why a physical connection ended, from a close frame; the handler's word on the class counts first.</summary>
    /// <param name="code">The frame's code.</param>
    /// <param name="reason">The frame's reason; empty if it had none.</param>
    /// <param name="description">What happened, for people.</param>
    /// <param name="handler">The venue's handler. Where it throws, the default class holds, and the description says so.</param>
    public static CloseReason Explain(CloseCode code, string reason, string description, ProtocolHandler handler)
    {
        ArgumentNullException.ThrowIfNull(handler);
        return Refine(new CloseReason(Classify(code), description, (int)code), () => handler.ClassifyClose((int)code, reason));
    }

    private static CloseReason Refine(CloseReason reason, Func<ErrorClass?> handler)
    {
        try
        {
            return handler() is { } refined ? reason with { Class = refined } : reason;
        }
        catch (Exception e)
        {
            // The loss itself must still be dealt with.
            return reason with { Description = $"{reason.Description} (the handler failed to classify it: {e.GetType().Name}: {OutsideText.Of(e)})" };
        }
    }

    private static ErrorClass Classify(HttpStatusCode status, TimeSpan? retryAfter) => (int)status switch
    {
        429 or 418 => ErrorClass.RateLimited,
        408 or 425 or >= 500 => ErrorClass.ServerUnavailable,
        _ when retryAfter is not null => ErrorClass.RateLimited,
        _ => ErrorClass.HandshakeRejected,
    };
}
