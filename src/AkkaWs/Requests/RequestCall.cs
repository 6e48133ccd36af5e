using Akka.Actor;
using Akka.Event;
using AkkaWs.Errors;
using AkkaWs.Messages;

namespace AkkaWs.Requests;

/// <summary>A request of a caller outside actors: the message that asks the connection's actor for it, and what its caller awaits.</summary>
internal sealed class RequestCall(Request command, OpenCalls calls)
    : TaskCompletionSource<Response>(TaskCreationOptions.RunContinuationsAsynchronously), IRequester, INoSerializationVerificationNeeded, IDeadLetterSuppression
{
    public Request Command => command;

    /// <summary>The request, once it was accepted; the connection's actor alone asks.</summary>
    public PendingRequest? Accepted { get; set; }

    internal RequestCall? Next { get; set; }

    internal RequestCall? Previous { get; set; }

    public void Succeed(Response response)
    {
        calls.Remove(this);
        TrySetResult(response);
    }

    public void Fail(WebSocketClientException error)
    {
        calls.Remove(this);
        TrySetException(error);
    }
}

/// <summary>The calls that have no outcome: what a connection's actor cannot answer any more is answered here. Thread-safe.</summary>
internal sealed class OpenCalls
{
    private readonly Lock _lock = new();
    private RequestCall? _first;
    private bool _ended;

    /// <summary>False if the connection's actor has stopped: nobody would answer.</summary>
    public bool TryAdd(RequestCall call)
    {
        lock (_lock)
        {
            if (_ended)
                return false;
            call.Next = _first;
            if (_first is not null)
                _first.Previous = call;
            _first = call;
            return true;
        }
    }

    public void Remove(RequestCall call)
    {
        lock (_lock)
        {
            if (call.Previous is not null)
                call.Previous.Next = call.Next;
            else if (_first == call)
                _first = call.Next;
            if (call.Next is not null)
                call.Next.Previous = call.Previous;
            (call.Next, call.Previous) = (null, null);
        }
    }

    /// <summary>The connection's actor has stopped: fails all that is open, and from now on takes nothing in.</summary>
    public void End(Func<RequestCall, WebSocketClientException> error)
    {
        while (EndAtFirst() is { } call)
            call.Fail(error(call));
    }

    private RequestCall? EndAtFirst()
    {
        lock (_lock)
        {
            _ended = true;
            return _first;
        }
    }
}
