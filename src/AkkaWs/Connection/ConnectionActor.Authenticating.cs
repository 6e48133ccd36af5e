using System.Diagnostics;
using Akka.Actor;
using AkkaWs.Errors;
using AkkaWs.Messages;
using AkkaWs.Policies;
using AkkaWs.Primitives;
using AkkaWs.Protocol;
using AkkaWs.Transport;

namespace AkkaWs.Connection;

internal sealed partial class ConnectionActor
{
    // A scheduler's delay must fit an int of milliseconds.
    private static readonly TimeSpan LongestLogin = TimeSpan.FromDays(20);

    // What comes before the login was sent cannot be its answer.
    private bool _loginSent;

    // What the server said of the last login.
    private TimeSpan? _loginLifetime;

    private void StartAuthenticating(OpenData data)
    {
        LogIn();
        Transition(ConnectionState.Authenticating, () => Authenticating(data));
    }

    private void LogIn()
    {
        var cancellation = new CancellationTokenSource(_core.Options.AuthenticationTimeout);
        var epoch = _core.Epoch;
        _loginSent = false;
        _spans.LoggingIn(epoch);
        BuildAuthenticationAsync(cancellation).PipeTo(
            Self,
            success: message => new AuthenticationBuilt(epoch, message),
            failure: error => new AuthenticationNotBuilt(epoch, error));
        StartLoginDeadline(TimeSpan.Zero);
    }

    // Its turn at the gate is not the server's to answer for: its time begins with the write.
    private void PostLogin(OpenData data, OutboundMessage login)
    {
        var gate = _core.Gates.Of(RateKind.Subscription);
        var verdict = Offer(gate, new ThrottledPost(_core.Epoch, login) { IsLogin = true }, RateLane.Urgent);
        if (verdict == RateVerdict.Passed)
            Write(data, login);
        else if (verdict == RateVerdict.Waiting)
            StartLoginDeadline(gate!.UntilLastUrgent(Clock));
    }

    private void StartLoginDeadline(TimeSpan turn) =>
        Timers.StartSingleTimer(nameof(AuthenticationDeadline), new AuthenticationDeadline(_core.Epoch), turn + _core.Options.AuthenticationTimeout);

    private async Task<OutboundMessage> BuildAuthenticationAsync(CancellationTokenSource cancellation)
    {
        using (cancellation)
        {
            var begunAt = Stopwatch.GetTimestamp();
            var login = _core.Login is { } provider
                ? await provider.BuildLoginAsync(cancellation.Token).ConfigureAwait(false)
                : await _core.Handler.BuildAuthenticationAsync(cancellation.Token).ConfigureAwait(false);
            _core.Telemetry.LoginBuilt(begunAt);
            return login;
        }
    }

    private void Authenticating(OpenData data)
    {
        HandleLogin(data);
        Receive<FrameReceived>(m => OnFrame(data, m, whileAuthenticating: true), m => m.Epoch == _core.Epoch);
        Receive<ResponseReceived>(m => OnResponse(m, data), m => m.Epoch == _core.Epoch);
        Throttling(data, isReady: false);
        HandleAnswers(data);
        Receive<Terminated>(_ => Lost(TakeCause()), m => m.ActorRef.Equals(data.Transport));
        Receive<Close>(_ => StartClosing(data.Transport, CloseReason.Requested));
        RecordSubscriptions();
        QueueCommands();
    }

    private void HandleLogin(OpenData data)
    {
        Receive<AuthenticationBuilt>(
            m =>
            {
                _loginSent = true;
                PostLogin(data, m.Message);
            },
            m => m.Epoch == _core.Epoch);
        Receive<AuthenticationNotBuilt>(
            m =>
            {
                Drop(data, LoginProblem(m.Error));
                _causeError ??= m.Error as MissingCredentialsException;
            },
            m => m.Epoch == _core.Epoch);
        Receive<AuthenticationDeadline>(
            _ => Drop(data, new CloseReason(ErrorClass.AuthenticationFailed, LoginIsLate())),
            m => m.Epoch == _core.Epoch);
    }

    private string LoginIsLate() =>
        $"{(_loginSent ? "no answer to the login" : "the login message was not built")} within {Readable.Duration(_core.Options.AuthenticationTimeout)}";

    // One that takes too long passes, others look permanent. What a provider of credentials throws may hold a secret: only the error that is made to
    // be shown is.
    private static CloseReason LoginProblem(Exception error) => error is OperationCanceledException or TimeoutException
        ? new CloseReason(ErrorClass.AuthenticationFailed, $"the login message could not be built in time: {error.GetType().Name}")
        : new CloseReason(
            ErrorClass.AuthenticationRejected,
            $"the login message could not be built: {(error is MissingCredentialsException missing ? missing.Message : error.GetType().Name)}");

    private void ScheduleRenewal()
    {
        if (_core.LogsIn && (_loginLifetime ?? _core.Handler.AuthenticationLifetime) is { } lifetime)
            Timers.StartSingleTimer(nameof(RenewalDue), new RenewalDue(_core.Epoch), Min(lifetime * 0.9, LongestLogin));
    }

    private void OnAuthenticationAnswer(OpenData data, AuthenticationVerdict verdict)
    {
        if (_cause is not null)
            return;
        if (verdict.Rejection is { } rejection)
        {
            Drop(data, new CloseReason(ErrorClass.AuthenticationRejected, $"the server rejected the login: {rejection}"), CloseTransport.Instance);
            return;
        }

        Timers.Cancel(nameof(AuthenticationDeadline));
        _loginSent = false;
        _loginLifetime = verdict.Lifetime;
        _spans.LoggedIn();
        Announce(new Authenticated(Name, _core.Epoch));
        if (_core.Handle.Current.State == ConnectionState.Ready)
            ScheduleRenewal();
        else
            GetReady(data);
    }

    /// <summary>Ends the physical connection for a reason of ours; the transition follows when its transport has stopped.</summary>
    private void Drop(OpenData data, CloseReason reason, CloseTransport? gently = null)
    {
        if (_cause is not null)
            return;
        _cause = reason;
        FlushNow();
        if (gently is not null)
            data.Transport.Tell(gently);
        else
            data.Transport.Tell(AbortTransport.Instance);
    }
}
