using AkkaWs.Errors;
using AkkaWs.Protocol;
using AkkaWs.Transport;

namespace AkkaWs.Connection;

// What the server says that is neither an update nor the response to a request: logins, acknowledgements, questions, the unknown.
internal sealed partial class ConnectionActor
{
    private void OnFrame(OpenData data, FrameReceived frame, bool whileAuthenticating)
    {
        FrameMeaning meaning;
        try
        {
            meaning = Read(frame);
        }
        catch (Exception e)
        {
            ReportHandlerError(e, frame.Kind);
            return;
        }
        finally
        {
            frame.Credit.Release();
        }

        if (meaning.Login is { } verdict)
            OnAuthenticationAnswer(data, verdict);
        else if (meaning.Acknowledgement is { } answer && !whileAuthenticating)
            OnAcknowledgement(data, answer);
        else if (meaning.WantsReconnect)
            Drop(data, new CloseReason(ErrorClass.RequestedByHandler, "the protocol handler asked for a new connection"), CloseTransport.Instance);
        else if (meaning.MayBeAsked)
            Answer(data, frame);
    }

    private FrameMeaning Read(FrameReceived frame)
    {
        if (frame.Kind is not (MessageKind.System or MessageKind.Control))
        {
            _core.Handler.ObserveUnknown(frame.Kind, frame.Payload);
            return default;
        }

        if (frame.Kind == MessageKind.System && _loginSent
            && _core.Handler.ReadAuthentication(frame.Payload.Span) is { IsAnswer: true } verdict)
            return new FrameMeaning(verdict, null, false);
        if (frame.Kind == MessageKind.Control && _core.Handler.ReadAcknowledgement(frame.Payload.Span) is { } answer)
            return new FrameMeaning(null, answer, false);
        var wantsReconnect = _core.Handler.ShouldReconnect(frame.Payload.Span);
        return new FrameMeaning(null, null, wantsReconnect, !wantsReconnect);
    }

    private readonly record struct FrameMeaning(AuthenticationVerdict? Login, Acknowledgement? Acknowledgement, bool WantsReconnect, bool MayBeAsked = false);
}
