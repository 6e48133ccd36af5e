using AkkaWs.Requests;

namespace AkkaWs.Connection;

// The actors of requests: those that are idle take the next, and those that nobody needed for a while are let go.
internal sealed partial class ConnectionActor
{
    private int _requestActors;

    private RequestSeat TakeSeat()
    {
        if (_core.Requests.TryTakeIdle() is { } idle)
            return idle;
        var seat = new RequestSeat();
        seat.Actor = Context.ActorOf(RequestActor.Props(Name, _core.Handler, seat).WithDispatcher(_core.Dispatcher), $"request-{++_core.NextChild}");
        _requestActors++;
        ScheduleShrink();
        return seat;
    }

    private void ScheduleShrink()
    {
        if (_requestActors > 0 && !Timers.IsTimerActive(nameof(ShrinkPool)))
            Timers.StartSingleTimer(nameof(ShrinkPool), ShrinkPool.Instance, _core.Options.Requests.CleanupInterval);
    }

    private void ShrinkPoolOfRequests()
    {
        Stop(_core.Requests.TakeSpare());
        ScheduleShrink();
    }

    private void Stop(IReadOnlyList<RequestSeat> seats)
    {
        foreach (var seat in seats)
            Context.Stop(seat.Actor);
        _requestActors -= seats.Count;
    }
}
