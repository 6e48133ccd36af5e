using Akka.Actor;
using AkkaWs.Errors;
using AkkaWs.Messages;
using AkkaWs.Primitives;

namespace AkkaWs.Requests;

/// <summary>
/// One request in flight at a time, from acceptance to its one outcome; then idle until the next. Every message carries the request's id,
/// so that what belongs to an earlier request is dropped.
/// </summary>
internal sealed class RequestActor : ReceiveActor, IWithTimers
{
    private readonly string _connection;
    private BeginRequest? _current;

    public RequestActor(string connection)
    {
        _connection = connection;
        Receive<BeginRequest>(OnBegin);
        Receive<RequestNotWritten>(m => Concerning(m.Id, current =>
            Fail(current, new NotSentException(_connection, "the connection was lost before the write", m.Cause) { Command = current.Command })));
        Receive<CompleteRequest>(m => Concerning(m.Id, current => OnResponse(current, m)));
        Receive<RejectResponse>(m => Concerning(m.Id, current =>
            Fail(current, new ResponseFormatException(_connection, current.Id, "a response", m.Cause) { Command = current.Command })));
        Receive<AbandonRequest>(m => Concerning(m.Id, current =>
            Fail(current, new RequestCancelledException(_connection, current.Id, !current.Write.TryWithdraw()) { Command = current.Command })));
        Receive<DropRequest>(m => Concerning(m.Id, current => Fail(current, m.Error)));
        Receive<ExpireRequest>(m => Concerning(m.Id, current =>
            Fail(current, new NotSentException(_connection, "its time was over before the write") { Command = current.Command })));
        Receive<FailRequest>(m => Concerning(m.Id, current => OnLost(current, m.Reason)));
        Receive<Deadline>(m => Concerning(m.Id, current =>
            Fail(current, new RequestTimeoutException(_connection, current.Id, current.Timeout, !current.Write.TryWithdraw()) { Command = current.Command })));
    }

    public ITimerScheduler Timers { get; set; } = null!;

    public static Props Props(string connection) => Akka.Actor.Props.Create(() => new RequestActor(connection));

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
            Fail(request, error);
        else
            End(request, new Response(request.Id, message.Result));
    }

    private void OnLost(BeginRequest request, CloseReason reason) => Fail(request, request.Write.TryWithdraw()
        ? new NotSentException(_connection, $"the connection was lost before the write ({reason.Description})") { Command = request.Command }
        : new SentOutcomeUnknownException(_connection, request.Id, request.Write.PostedAt, reason) { Command = request.Command });

    private void Fail(BeginRequest request, WebSocketClientException error)
    {
        request.Write.TryWithdraw();
        End(request, new Status.Failure(error));
    }

    private void End(BeginRequest request, object outcome)
    {
        Timers.Cancel(nameof(Deadline));
        _current = null;
        // The parent first: a caller that has its answer finds its place free.
        Context.Parent.Tell(new RequestEnded(request.Id, Self));
        request.Asker.Tell(outcome, Context.Parent);
    }

    private sealed record Deadline(RequestId Id) : INoSerializationVerificationNeeded;
}
