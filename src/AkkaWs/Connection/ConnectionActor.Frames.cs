using System.Diagnostics;
using AkkaWs.Errors;
using AkkaWs.Policies;
using AkkaWs.Primitives;
using AkkaWs.Protocol;
using AkkaWs.Transport;

namespace AkkaWs.Connection;

// What the server says that is neither an update nor the response to a request: logins, acknowledgements, questions, the unknown.
internal sealed partial class ConnectionActor
{
    private void OnFrame(OpenData data, FrameReceived frame, bool whileAuthenticating)
    {
        if (!TryRead(frame, _core.Ledger, _loginSent, out var meaning))
            return;
        if (meaning.Login is { } verdict)
            OnAuthenticationAnswer(data, verdict);
        else if (meaning.Withdrawn is { } topics)
            OnWithdrawn(topics, meaning.Acknowledgement!.Withdrawal!.Reason);
        else if (meaning.Acknowledgement is { } answer && !whileAuthenticating)
            OnAcknowledgement(data, answer);
        else if (meaning.WantsReconnect)
            Drop(data, new CloseReason(ErrorClass.RequestedByHandler, "the protocol handler asked for a new connection"), CloseTransport.Instance);
        else if (meaning.MayBeAsked)
            Answer(data, frame);
    }

    /// <summary>Reads a message with the protocol handler, and gives its credit back.</summary>
    private bool TryRead(FrameReceived frame, SubscriptionLedger ledger, bool isLoggingIn, out FrameMeaning meaning)
    {
        var begunAt = Stopwatch.GetTimestamp();
        try
        {
            if (!isLoggingIn)
                ShowReceived(frame.Kind, frame.Payload);
            meaning = Read(frame, isLoggingIn, ledger);
            _core.Telemetry.HandlerRead(begunAt);
            return true;
        }
        catch (Exception e)
        {
            ReportHandlerError(e, frame.Epoch, frame.Kind);
            meaning = default;
            return false;
        }
        finally
        {
            frame.Credit.Release();
        }
    }

    private FrameMeaning Read(FrameReceived frame, bool isLoggingIn, SubscriptionLedger ledger)
    {
        if (frame.Kind is not (MessageKind.System or MessageKind.Control))
        {
            _core.Handler.ObserveUnknown(frame.Kind, frame.Payload);
            return default;
        }

        if (frame.Kind == MessageKind.System && isLoggingIn
            && _core.Handler.ReadAuthentication(frame.Payload.Span) is { IsAnswer: true } verdict)
            return new FrameMeaning(verdict, null, false);
        if (frame.Kind == MessageKind.Control && _core.Handler.ReadAcknowledgement(frame.Payload.Span) is { } answer)
            return new FrameMeaning(null, answer, false) { Withdrawn = answer.Withdrawal is { } withdrawal ? [.. ledger.Confirmed.Where(withdrawal.Concerns)] : null };
        var wantsReconnect = _core.Handler.ShouldReconnect(frame.Payload.Span);
        return new FrameMeaning(null, null, wantsReconnect, !wantsReconnect);
    }

    private readonly record struct FrameMeaning(AuthenticationVerdict? Login, Acknowledgement? Acknowledgement, bool WantsReconnect, bool MayBeAsked = false)
    {
        /// <summary>The topics whose subscriptions the server says it has ended.</summary>
        public IReadOnlyList<Topic>? Withdrawn { get; init; }
    }
}
