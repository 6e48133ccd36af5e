using Akka.Actor;
using AkkaWs.Errors;
using AkkaWs.Messages;
using AkkaWs.Primitives;
using AkkaWs.Protocol;
using AkkaWs.Telemetry;

namespace AkkaWs.Requests;

/// <summary>
/// Answers for one request at a time, from acceptance to outcome: deadline, cancellation, loss, and its own end. The response alone does not pass
/// here: the read loop hands it over where it was read. Idle ones take the next request; every signal names its own.
/// </summary>
internal sealed class RequestActor : ReceiveActor
{
    private readonly string _connection;
    private readonly ProtocolHandler _handler;
    private readonly RequestSeat _seat;

    public RequestActor(string connection, ProtocolHandler handler, RequestSeat seat)
    {
        (_connection, _handler, _seat) = (connection, handler, seat);
        Receive<RequestNotWritten>(m => OnNotWritten(m.Request, m.Cause));
        Receive<AbandonRequest>(m => End(m.Request, request => new RequestCancelledException(_connection, request.Id, request.Write.HasBegun)));
        Receive<DropRequest>(m => End(m.Request, _ => m.Error));
        Receive<ExpireRequest>(m => OnExpired(m.Request));
        Receive<TimeOutRequest>(m => End(m.Request, request => TimedOut(request, m.Why)));
        Receive<FailRequest>(m => End(m.Request, request => Lost(request, m.Reason)));
    }

    public static Props Props(string connection, ProtocolHandler handler, RequestSeat seat) =>
        Akka.Actor.Props.Create<RequestActor>(connection, handler, seat).WithDeploy(Deploy.Local);

    protected override void PreRestart(Exception reason, object message) =>
        EndCurrent(new CloseReason(ErrorClass.Internal, $"the request's actor failed: {OutsideText.Of(reason)}"));

    protected override void PostStop()
    {
        _seat.IsGone = true;
        EndCurrent(new CloseReason(ErrorClass.Internal, "the connection's actor stopped"));
    }

    private void EndCurrent(CloseReason reason)
    {
        if (_seat.Current is { } current)
            End(current, request => Lost(request, reason));
    }

    // One that is written for the second time waits for the end of the connection: the parent knows how the first was lost.
    private void OnNotWritten(PendingRequest request, Exception cause)
    {
        if (!request.Write.HasBegun)
            End(request, _ => new NotSentException(_connection, "the connection was lost before the write", cause));
    }

    private void OnExpired(PendingRequest request) => End(request, request.Write.HasBegun
        ? request => TimedOut(request, null)
        : _ => new NotSentException(_connection, "its time was over before the write"));

    private RequestTimeoutException TimedOut(PendingRequest request, string? why)
    {
        var written = request.Write.HasBegun;
        return new RequestTimeoutException(_connection, request.Id, request.Timeout, written, why) { ClientOrderId = written ? ClientOrderIdOf(request) : null };
    }

    private WebSocketClientException Lost(PendingRequest request, CloseReason reason) => request.Write.HasBegun
        ? new SentOutcomeUnknownException(_connection, request.Id, request.Write.PostedAt, reason) { ClientOrderId = ClientOrderIdOf(request) }
        : new NotSentException(_connection, $"the connection was lost before the write ({reason.Description})");

    private string? ClientOrderIdOf(PendingRequest request)
    {
        try
        {
            return _handler.ClientOrderIdOf(request.Command.Payload);
        }
        catch (Exception e)
        {
            LogTarget.Of(Context).ClientOrderIdFailed(new LogScope(_connection, 0, ConnectionState.Ready), e, _handler.GetType(), request.Id);
            return null;
        }
    }

    // Ended before the error is made: from then on its write neither begins nor is withdrawn.
    private static void End(PendingRequest request, Func<PendingRequest, WebSocketClientException> error)
    {
        if (request.TryEnd())
            request.Fail(error(request));
    }
}
