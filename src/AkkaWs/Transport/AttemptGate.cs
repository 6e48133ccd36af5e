using Akka.Actor;
using AkkaWs.Options;
using AkkaWs.Policies;

namespace AkkaWs.Transport;

/// <summary>
/// Whose turn it is to connect: the rate of attempts per host, shared by all connections of an actor system. Thread-safe; the scheduler wakes
/// who waits. A turn that is no longer wanted is taken out at once.
/// </summary>
internal sealed class AttemptGate(IScheduler scheduler, Func<TimeSpan> clock)
{
    // The scheduler's clock is coarse: waking for less gains nothing.
    private static readonly TimeSpan ShortestWait = TimeSpan.FromMilliseconds(1);

    private readonly Lock _lock = new();
    private readonly HostGates<TaskCompletionSource> _gates = new();
    private ICancelable? _wake;
    private TimeSpan _wakesAt;

    /// <summary>By the scheduler's own clock.</summary>
    public AttemptGate(IScheduler scheduler)
        : this(scheduler, () => scheduler.MonotonicClock)
    {
    }

    /// <summary>How many attempts wait, over all hosts.</summary>
    public int Waiting
    {
        get
        {
            lock (_lock)
                return _gates.All.Sum(gate => gate.Waiting);
        }
    }

    /// <summary>Completes when it is this attempt's turn.</summary>
    /// <param name="host">The host (<see cref="Uri.IdnHost"/>).</param>
    /// <param name="options">The rate that the connection's options ask for.</param>
    /// <param name="onWait">Is told how many are ahead if the attempt has to wait.</param>
    /// <param name="cancellationToken">Gives the place up.</param>
    /// <exception cref="TooManyAttemptsException">Too many wait already.</exception>
    public async Task EnterAsync(string host, RateOptions options, Action<int> onWait, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var turn = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        RateGate<TaskCompletionSource> gate;
        int ahead;
        lock (_lock)
        {
            var now = clock();
            gate = _gates.For(host, options, now);
            ahead = gate.Waiting;
            switch (gate.Offer(now, RateLane.Normal, turn))
            {
                case RateVerdict.Passed:
                    return;
                case RateVerdict.Rejected:
                    throw new TooManyAttemptsException(host, ahead);
                default:
                    WakeInTime(now);
                    break;
            }
        }

        onWait(ahead);
        await using (cancellationToken.UnsafeRegister((_, token) => Withdraw(gate, turn, token), null).ConfigureAwait(false))
            await turn.Task.ConfigureAwait(false);
    }

    private void Withdraw(RateGate<TaskCompletionSource> gate, TaskCompletionSource turn, CancellationToken token)
    {
        lock (_lock)
            gate.RemoveAll(waiting => waiting == turn);
        turn.TrySetCanceled(token);
    }

    private void Wake(ICancelable planned)
    {
        lock (_lock)
        {
            var now = clock();
            if (_wake == planned)
                _wake = null;
            foreach (var gate in _gates.All)
            {
                while (gate.TryRelease(now, out var turn))
                    turn.TrySetResult();
            }

            WakeInTime(now);
        }
    }

    // One wake-up is planned at a time: an earlier one takes the place of a later.
    private void WakeInTime(TimeSpan now)
    {
        if (_gates.All.Min(gate => gate.NextAvailable(now)) is not { } next)
            return;
        next = next > ShortestWait ? next : ShortestWait;
        if (_wake is not null && _wakesAt <= now + next)
            return;
        _wake?.Cancel();
        ICancelable planned = new Cancelable(scheduler);
        (_wake, _wakesAt) = (planned, now + next);
        scheduler.Advanced.ScheduleOnce(next, () => Wake(planned), planned);
    }
}

/// <summary>More attempts to connect to a host wait than its rate options allow.</summary>
internal sealed class TooManyAttemptsException(string host, int waiting)
    : Exception($"{waiting} attempts to connect to {host} wait for their turn already (rates.connection-attempts.max-waiting)");
