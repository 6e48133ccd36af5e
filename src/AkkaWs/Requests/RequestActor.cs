using Akka.Actor;
using Akka.Event;
using AkkaWs.Errors;
using AkkaWs.Messages;
using AkkaWs.Primitives;
using AkkaWs.Protocol;
using AkkaWs.Telemetry;

namespace AkkaWs.Requests;

/// <summary>
/// One request in flight at a time, from acceptance to its one outcome; then idle until the next. Every message carries the request's id,
/// so that what belongs to an earlier request is dropped.
/// </summary>
internal sealed class RequestActor : ReceiveActor, IWithTimers
{
    private readonly string _connection;
    private readonly ProtocolHandler _handler;
    private BeginRequest? _current;

    public RequestActor(string connection, ProtocolHandler handler)
    {
        (_connection, _handler) = (connection, handler);
        Receive<BeginRequest>(OnBegin);
        Receive<RequestNotWritten>(m => Concerning(m.Id, current => OnNotWritten(current, m)));
        Receive<CompleteRequest>(m => Concerning(m.Id, current => OnResponse(current, m)));
        Receive<RejectResponse>(m => Concerning(m.Id, current =>
            Fail(current, new ResponseFormatException(_connection, current.Id, "a response", m.Cause, m.Excerpt) { Command = current.Command }, answered: true)));
        Receive<AbandonRequest>(m => Concerning(m.Id, current =>
            Fail(current, new RequestCancelledException(_connection, current.Id, !current.Write.TryWithdraw()) { Command = current.Command })));
        Receive<DropRequest>(m => Concerning(m.Id, current => Fail(current, m.Error)));
        Receive<ExpireRequest>(m => Concerning(m.Id, OnExpired));
        Receive<FailRequest>(m => Concerning(m.Id, current => OnLost(current, m.Reason)));
        Receive<Deadline>(m => Concerning(m.Id, OnTimeout));
    }

    public ITimerScheduler Timers { get; set; } = null!;

    public static Props Props(string connection, ProtocolHandler handler) => Akka.Actor.Props.Create(() => new RequestActor(connection, handler));

    protected override void PostStop()
    {
        if (_current is { } current)
            OnLost(current, new CloseReason(ErrorClass.Internal, "the connection's actor stopped"));
    }

    private void Concerning(RequestId id, Action<BeginRequest> handle)
    {
        if (_current is { } current && current.Id == id)
            handle(current);
    }

    private void OnBegin(BeginRequest request)
    {
        _current = request;
        Timers.StartSingleTimer(nameof(Deadline), new Deadline(request.Id), request.Timeout);
    }

    private void OnResponse(BeginRequest request, CompleteRequest message)
    {
        message.Error?.Concern(request.Command);
        if (message.Error is { } error)
            Fail(request, error, answered: true);
        else
            End(request, new Response(request.Id, message.Result), answered: true);
    }

    // One that is written for the second time waits for the end of the connection: the parent knows how the first was lost.
    private void OnNotWritten(BeginRequest request, RequestNotWritten message)
    {
        if (!request.Write.HasBegun)
            Fail(request, new NotSentException(_connection, "the connection was lost before the write", message.Cause) { Command = request.Command });
    }

    private void OnExpired(BeginRequest request)
    {
        if (request.Write.HasBegun)
            OnTimeout(request);
        else
            Fail(request, new NotSentException(_connection, "its time was over before the write") { Command = request.Command });
    }

    private void OnTimeout(BeginRequest request)
    {
        var written = !request.Write.TryWithdraw();
        Fail(request, new RequestTimeoutException(_connection, request.Id, request.Timeout, written)
        {
            Command = request.Command,
            ClientOrderId = written ? ClientOrderIdOf(request) : null,
        });
    }

    private void OnLost(BeginRequest request, CloseReason reason) => Fail(request, request.Write.TryWithdraw()
        ? new NotSentException(_connection, $"the connection was lost before the write ({reason.Description})") { Command = request.Command }
        : new SentOutcomeUnknownException(_connection, request.Id, request.Write.PostedAt, reason)
        {
            Command = request.Command,
            ClientOrderId = ClientOrderIdOf(request),
        });

    private string? ClientOrderIdOf(BeginRequest request)
    {
        try
        {
            return request.Command is Request { Payload: var payload } ? _handler.ClientOrderIdOf(payload) : null;
        }
        catch (Exception e)
        {
            Context.GetLogger().ClientOrderIdFailed(new LogScope(_connection, 0, ConnectionState.Ready), e, _handler.GetType(), request.Id);
            return null;
        }
    }

    private void Fail(BeginRequest request, WebSocketClientException error, bool answered = false) => End(request, new Status.Failure(error), answered);

    private void End(BeginRequest request, object outcome, bool answered)
    {
        Timers.Cancel(nameof(Deadline));
        request.Write.End();
        _current = null;
        // The parent first: a caller that has its answer finds its place free.
        Context.Parent.Tell(new RequestEnded(request.Id, Self, answered) { Outcome = OutcomeName.Of((outcome as Status.Failure)?.Cause) });
        request.Asker.Tell(outcome, Context.Parent);
    }

    private sealed record Deadline(RequestId Id) : INoSerializationVerificationNeeded;
}
