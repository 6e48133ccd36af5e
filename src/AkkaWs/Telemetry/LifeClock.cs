using Akka.Actor;

namespace AkkaWs.Telemetry;

/// <summary>
/// How long a connection has lived, by the scheduler's clock, which a test may hold. Where that steps back, as a wall clock does that is set, the steady clock
/// tells what has passed since the last look: no time that is measured here is negative. Thread-safe.
/// </summary>
internal sealed class LifeClock(IScheduler scheduler)
{
    private readonly Lock _lock = new();
    private DateTimeOffset _wall = scheduler.Now;
    private TimeSpan _steady = scheduler.HighResMonotonicClock;
    private TimeSpan _elapsed;

    /// <summary>Since the connection was opened.</summary>
    public TimeSpan Elapsed
    {
        get
        {
            lock (_lock)
            {
                var (wall, steady) = (scheduler.Now, scheduler.HighResMonotonicClock);
                _elapsed += wall < _wall ? steady - _steady : wall - _wall;
                (_wall, _steady) = (wall, steady);
                return _elapsed;
            }
        }
    }
}
