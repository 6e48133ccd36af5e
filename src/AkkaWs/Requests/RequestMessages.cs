using Akka.Actor;
using Akka.Event;
using AkkaWs.Errors;
using AkkaWs.Primitives;
using AkkaWs.Telemetry;

namespace AkkaWs.Requests;

/// <summary>
/// Takes a request on: from acceptance to outcome it is this actor's. The parent posts <paramref name="Write"/>, so that requests leave in the
/// order in which they came; this actor may withdraw it.
/// </summary>
internal sealed record BeginRequest(RequestId Id, RequestWrite Write, IActorRef Asker, object Command, TimeSpan Timeout)
    : INoSerializationVerificationNeeded;

/// <summary>The physical connection ended before the request was written.</summary>
internal sealed record RequestNotWritten(RequestId Id, Exception Cause) : INoSerializationVerificationNeeded, IDeadLetterSuppression;

/// <summary>Its response came; an error of the server's, or what the handler cut out as the result.</summary>
internal sealed record CompleteRequest(RequestId Id, ReadOnlyMemory<byte> Result, ServerErrorException? Error = null) : INoSerializationVerificationNeeded;

/// <summary>Its response came and cannot be read; <paramref name="Excerpt"/> is how it begins, without secrets.</summary>
internal sealed record RejectResponse(RequestId Id, Exception Cause, string Excerpt) : INoSerializationVerificationNeeded;

/// <summary>Its caller no longer wants it.</summary>
internal sealed record AbandonRequest(RequestId Id) : INoSerializationVerificationNeeded;

/// <summary>It will not be written: a queue let it go or had no room.</summary>
internal sealed record DropRequest(RequestId Id, WebSocketClientException Error) : INoSerializationVerificationNeeded;

/// <summary>Its time to be written was over when its turn came.</summary>
internal sealed record ExpireRequest(RequestId Id) : INoSerializationVerificationNeeded, IDeadLetterSuppression;

/// <summary>The physical connection that it may have been written to is gone.</summary>
internal sealed record FailRequest(RequestId Id, CloseReason Reason) : INoSerializationVerificationNeeded;

/// <summary>Told to the parent: the request has its outcome, the actor is free for the next. <paramref name="Answered"/>: the outcome is the response.</summary>
internal sealed record RequestEnded(RequestId Id, IActorRef Actor, bool Answered) : INoSerializationVerificationNeeded
{
    /// <summary>What it came to, as metrics name it.</summary>
    public string Outcome { get; init; } = OutcomeName.Response;
}
