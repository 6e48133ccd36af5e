using System.Collections.Concurrent;
using System.Diagnostics;
using AkkaWs.Errors;
using AkkaWs.Primitives;

namespace AkkaWs.Telemetry;

/// <summary>
/// The activities of one connection, of the source <c>AkkaWs</c>: <c>connect</c> with its phases as events, <c>auth</c> within it, <c>subscribe</c>,
/// <c>request</c>, <c>rotate</c>. Where nobody listens there are none. The connection's actor calls it; requests may end on any thread.
/// </summary>
internal sealed class ConnectionSpans(bool isEnabled, string connection, Uri url, ListenerGuard listeners)
{
    private static readonly ActivitySource Source = new(Instruments.Name, typeof(ConnectionSpans).Assembly.GetName().Version?.ToString(3));

    // Made with the first: most connections have no listener.
    private ConcurrentDictionary<RequestId, Activity>? _byId;
    private Activity? _connect;
    private Activity? _auth;
    private Activity? _rotate;

    /// <summary>Whether an activity is recorded for a request that starts now.</summary>
    public bool IsListenedTo => isEnabled && Source.HasListeners();

    public void Connecting(Epoch epoch, int attempt)
    {
        Fail(ref _connect, ErrorClass.Internal, "superseded");
        _connect = Start("connect", epoch, default);
        _connect?.SetTag("akkaws.attempt", attempt);
    }

    /// <summary>A phase of connecting is over.</summary>
    public void Reached(string phase) => _connect?.AddEvent(new ActivityEvent(phase));

    public void Ready()
    {
        Reached("ready");
        End(ref _connect);
    }

    public void LoggingIn(Epoch epoch)
    {
        Fail(ref _auth, ErrorClass.AuthenticationFailed, "superseded");
        _auth = Start("auth", epoch, _connect?.Context ?? default);
    }

    public void LoggedIn()
    {
        Reached("authenticated");
        End(ref _auth);
    }

    public void Rotating(Epoch epoch) => _rotate = Start("rotate", epoch, default);

    public void Rotated(Epoch to)
    {
        _rotate?.SetTag("akkaws.epoch.new", to.Value);
        End(ref _rotate);
    }

    public void RotationFailed(string why) => Fail(ref _rotate, ErrorClass.Rotation, why);

    public void Subscribing(string operation, RequestId id, Epoch epoch, int topics)
    {
        if (Start(operation, epoch, default) is not { } span)
            return;
        span.SetTag("akkaws.topics", topics);
        Keep(id, span);
    }

    /// <summary>A request is on its way.</summary>
    /// <returns>Its activity; null where it is not recorded.</returns>
    public Activity? Requesting(RequestId id, Epoch epoch, string? traceParent, string? traceState)
    {
        ActivityContext.TryParse(traceParent, traceState, isRemote: true, out var parent);
        if (Start("request", epoch, parent) is not { } span)
            return null;
        span.SetTag("akkaws.request.id", id.ToString());
        Keep(id, span);
        return span;
    }

    /// <summary>What began under this id has ended; a null outcome is not named, a null error is success.</summary>
    public void Ended(RequestId id, string? outcome, string? error)
    {
        if (Volatile.Read(ref _byId) is not { } spans || !spans.TryRemove(id, out var span))
            return;
        if (outcome is not null)
            span.SetTag("akkaws.outcome", outcome);
        if (error is not null)
        {
            span.SetTag("error.type", error);
            span.SetStatus(ActivityStatusCode.Error);
        }

        Stop(span);
    }

    /// <summary>The physical connection is gone. Requests end by themselves.</summary>
    public void Lost(CloseReason reason)
    {
        Fail(ref _auth, reason.Class, reason.Description);
        Fail(ref _connect, reason.Class, reason.Description);
        foreach (var (id, span) in _byId?.ToArray() ?? [])
        {
            if (span.OperationName != "request")
                Ended(id, null, Name(reason.Class));
        }
    }

    private void Keep(RequestId id, Activity span)
    {
        var spans = _byId ?? new ConcurrentDictionary<RequestId, Activity>();
        spans[id] = span;
        Volatile.Write(ref _byId, spans);
    }

    private Activity? Start(string name, Epoch epoch, ActivityContext parent)
    {
        if (!IsListenedTo)
            return null;

        // Neither the activity that happens to be current on the actor's thread is a parent, nor is ours to become current there.
        var current = Activity.Current;
        Activity? span = null;
        try
        {
            Activity.Current = null;
            span = Source.StartActivity(name, ActivityKind.Client, parent);
        }
        catch (Exception e)
        {
            listeners.Report(e);
        }
        finally
        {
            Activity.Current = current;
        }

        span?.SetTag("akkaws.connection", connection)
            .SetTag("akkaws.epoch", epoch.Value)
            .SetTag("server.address", url.IdnHost)
            .SetTag("server.port", url.Port)
            .SetTag("network.protocol.name", "websocket");
        return span;
    }

    private void End(ref Activity? span)
    {
        Stop(span);
        span = null;
    }

    private void Fail(ref Activity? span, ErrorClass of, string why)
    {
        span?.SetTag("error.type", Name(of));
        span?.SetStatus(ActivityStatusCode.Error, OutsideText.Line(why));
        End(ref span);
    }

    // Stopping makes the parent current.
    private void Stop(Activity? span)
    {
        var current = Activity.Current;
        try
        {
            span?.Stop();
        }
        catch (Exception e)
        {
            listeners.Report(e);
        }
        finally
        {
            Activity.Current = current;
        }
    }

    private static string Name(ErrorClass of) => (string)Instruments.Tag(of).Value!;
}
