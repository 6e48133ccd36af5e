using AkkaWs.Policies;
using AkkaWs.Primitives;
using AkkaWs.Protocol;
using AkkaWs.Telemetry;
using AkkaWs.Transport;

namespace AkkaWs.Connection;

// Responses that answer no request: some venues answer logins and subscribe messages by id alone, as they answer requests.
internal sealed partial class ConnectionActor
{
    private void OnUnrequested(OpenData data, ResponseReceived response)
    {
        var meaning = Read(response, _core.Ledger, _loginSent);
        if (meaning.Login is { } verdict)
            OnAuthenticationAnswer(data, verdict);
        else if (meaning.Acknowledgement is { } answer)
            OnAcknowledgement(data, answer);
        else
            _core.LateResponses++;
    }

    /// <summary>Reads a response that answers no request, and gives its credit back.</summary>
    private FrameMeaning Read(ResponseReceived response, SubscriptionLedger ledger, bool isLoggingIn)
    {
        try
        {
            if (ledger.IsAwaited(response.Id))
                return new FrameMeaning(null, ReadAcknowledgement(response) with { RequestId = response.Id }, false);
            return isLoggingIn && _core.Handler.ReadAuthentication(response.Payload.Span) is { IsAnswer: true } verdict
                ? new FrameMeaning(verdict, null, false)
                : default;
        }
        catch (Exception e)
        {
            ReportHandlerError(e, response.Epoch, MessageKind.Response);
            return default;
        }
        finally
        {
            response.Credit.Release();
        }
    }

    private Acknowledgement ReadAcknowledgement(ResponseReceived response)
    {
        var answer = _core.Handler.ReadAcknowledgement(response.Payload.Span) ?? new Acknowledgement();
        if (answer is { Topics: null, Failures.Count: 0, Rejection: null } && _core.Handler.ReadResponse(response.Payload) is { IsError: true } error)
            return answer with { Rejection = $"{error.ErrorCode}: {error.ErrorMessage}" };
        return answer;
    }

    // A handler that fails on one message may fail on every one: the log tells of the 1st, 2nd, 4th, 8th …
    private void ReportHandlerError(Exception error, Epoch epoch, MessageKind kind)
    {
        var count = _core.Counters.AddHandlerError();
        if (long.IsPow2(count))
            _log.HandlerFailed(Scope with { Epoch = epoch.Value }, error, _core.Handler.GetType(), kind.ToString(), count);
    }
}
