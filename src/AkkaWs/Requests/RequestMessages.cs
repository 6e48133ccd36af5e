using Akka.Actor;
using Akka.Event;
using AkkaWs.Errors;

namespace AkkaWs.Requests;

/// <summary>What ends a request other than its response. The request's actor drops it where the response was quicker.</summary>
internal abstract record RequestSignal(PendingRequest Request) : INoSerializationVerificationNeeded, IDeadLetterSuppression;

/// <summary>The physical connection ended before the request was written.</summary>
internal sealed record RequestNotWritten(PendingRequest Request, Exception Cause) : RequestSignal(Request);

/// <summary>Its caller no longer wants it.</summary>
internal sealed record AbandonRequest(PendingRequest Request) : RequestSignal(Request);

/// <summary>It will not be written: a queue let it go or had no room.</summary>
internal sealed record DropRequest(PendingRequest Request, WebSocketClientException Error) : RequestSignal(Request);

/// <summary>Its time to be written was over when its turn came.</summary>
internal sealed record ExpireRequest(PendingRequest Request) : RequestSignal(Request);

/// <summary>Its deadline is over.</summary>
internal sealed record TimeOutRequest(PendingRequest Request) : RequestSignal(Request)
{
    /// <summary>What kept its response from being read, as far as is known.</summary>
    public string? Why { get; init; }
}

/// <summary>The physical connection that it may have been written to is gone.</summary>
internal sealed record FailRequest(PendingRequest Request, CloseReason Reason) : RequestSignal(Request);

/// <summary>Told to the table's owner: the request has its outcome. Of one that was answered only where the owner asked for it.</summary>
internal sealed record RequestEnded(PendingRequest Request) : INoSerializationVerificationNeeded, IDeadLetterSuppression;
