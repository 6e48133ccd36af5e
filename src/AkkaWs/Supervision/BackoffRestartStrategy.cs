using Akka.Actor;
using AkkaWs.Options;
using AkkaWs.Policies;
using AkkaWs.Primitives;

namespace AkkaWs.Supervision;

/// <summary>
/// Restarts a failed child, and says how long the new instance should wait before it goes to work: longer with each crash within the window.
/// One crash more than allowed stops the child, with the cause recorded.
/// </summary>
/// <remarks>
/// <para>The restart itself is immediate, so mailbox and <see cref="IActorRef"/> go on; the delay is the new instance's to keep, by a timer of its
/// own. Hand it over in what survives the restart (an object in <c>Props</c>): <c>record</c> runs before the new instance is made.</para>
/// <para>What Akka.NET does not restart by default (a child that could not be made, was killed, or lost one that it watched) is stopped at
/// once. An instance belongs to one parent, and counts until that parent is restarted itself.</para>
/// </remarks>
/// <example><code>
/// protected override SupervisorStrategy SupervisorStrategy() => new BackoffRestartStrategy(
///     maxCrashes: 10, TimeSpan.FromMinutes(1), new ReconnectOptions(), () => Context.System.Scheduler.MonotonicClock, Random.Shared.NextDouble,
///     (child, crash) => _shared.ResumeAfter = crash.Delay);
/// </code></example>
public class BackoffRestartStrategy : OneForOneStrategy
{
    private readonly Dictionary<IActorRef, Queue<TimeSpan>> _crashes = [];
    private readonly int _maxCrashes;
    private readonly TimeSpan _window;
    private readonly Func<IActorRef, ReconnectOptions> _backoff;
    private readonly Func<TimeSpan> _clock;
    private readonly Func<double> _chance;
    private readonly Action<IActorRef, CrashReport> _record;

    /// <summary>Makes a strategy.</summary>
    /// <param name="maxCrashes">How many crashes of one child within the window are borne; 0: none.</param>
    /// <param name="window">How far back crashes count.</param>
    /// <param name="backoff">The delay's curve: initial, maximum, factor and jitter.</param>
    /// <param name="clock">A clock that never goes back, such as the scheduler's <c>MonotonicClock</c>; read within the parent.</param>
    /// <param name="chance">A uniform random number, 0 ≤ chance &lt; 1, for the jitter.</param>
    /// <param name="record">Is told of each crash, before the child is restarted or stopped. Runs within the parent; what it throws fails the parent.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="maxCrashes"/> is negative, or <paramref name="window"/> not positive.</exception>
    public BackoffRestartStrategy(
        int maxCrashes, TimeSpan window, ReconnectOptions backoff, Func<TimeSpan> clock, Func<double> chance, Action<IActorRef, CrashReport> record)
        : this(maxCrashes, window, Same(backoff), clock, chance, record)
    {
    }

    /// <summary>Makes a strategy for children that differ in how long they should wait.</summary>
    /// <param name="maxCrashes">How many crashes of one child within the window are borne; 0: none.</param>
    /// <param name="window">How far back crashes count.</param>
    /// <param name="backoff">The delay's curve of a child; what it throws fails the parent.</param>
    /// <param name="clock">A clock that never goes back, such as the scheduler's <c>MonotonicClock</c>; read within the parent.</param>
    /// <param name="chance">A uniform random number, 0 ≤ chance &lt; 1, for the jitter.</param>
    /// <param name="record">Is told of each crash, before the child is restarted or stopped. Runs within the parent; what it throws fails the parent.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="maxCrashes"/> is negative, or <paramref name="window"/> not positive.</exception>
    public BackoffRestartStrategy(
        int maxCrashes, TimeSpan window, Func<IActorRef, ReconnectOptions> backoff, Func<TimeSpan> clock, Func<double> chance, Action<IActorRef, CrashReport> record)
        : base(DefaultDecider)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(maxCrashes);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(window, TimeSpan.Zero);
        ArgumentNullException.ThrowIfNull(backoff);
        ArgumentNullException.ThrowIfNull(clock);
        ArgumentNullException.ThrowIfNull(chance);
        ArgumentNullException.ThrowIfNull(record);
        (_maxCrashes, _window, _backoff, _clock, _chance, _record) = (maxCrashes, window, backoff, clock, chance, record);
    }

    /// <summary>How many crashes of a child count now.</summary>
    public int CrashesOf(IActorRef child)
    {
        ArgumentNullException.ThrowIfNull(child);
        return _crashes.TryGetValue(child, out var crashes) ? Recent(crashes).Count : 0;
    }

    /// <inheritdoc/>
    public override void HandleChildTerminated(IActorContext actorContext, IActorRef child, IEnumerable<IInternalActorRef> children)
    {
        _crashes.Remove(child);
        base.HandleChildTerminated(actorContext, child, children);
    }

    /// <inheritdoc/>
    protected override Directive Handle(IActorRef child, Exception exception)
    {
        var directive = base.Handle(child, exception);
        if (!_crashes.TryGetValue(child, out var crashes))
            _crashes[child] = crashes = new Queue<TimeSpan>();
        crashes.Enqueue(_clock());
        var count = Recent(crashes).Count;
        if (directive == Directive.Restart && count > _maxCrashes)
            directive = Directive.Stop;
        var delay = directive == Directive.Restart ? Backoff.Delay(count, _backoff(child), _chance()) : TimeSpan.Zero;
        _record(child, new CrashReport(exception, count, delay, directive != Directive.Restart));
        return directive;
    }

    /// <summary>Logs the failure as the engine does, with what it says made fit for a log.</summary>
    protected override void LogFailure(IActorContext context, IActorRef child, Exception cause, Directive directive) =>
        base.LogFailure(context, child, OutsideText.Cause(cause)!, directive);

    private static Func<IActorRef, ReconnectOptions> Same(ReconnectOptions backoff)
    {
        ArgumentNullException.ThrowIfNull(backoff);
        return _ => backoff;
    }

    // Never more than one above what is borne: at that the child is stopped.
    private Queue<TimeSpan> Recent(Queue<TimeSpan> crashes)
    {
        var now = _clock();
        while (crashes.TryPeek(out var oldest) && now - oldest >= _window)
            crashes.Dequeue();
        return crashes;
    }
}

/// <summary>A child's crash, and what follows from it.</summary>
/// <param name="Cause">What it failed with.</param>
/// <param name="Count">How many of its crashes count, this one included.</param>
/// <param name="Delay">How long the new instance should wait before it goes to work; zero if there is none.</param>
/// <param name="GivesUp">Whether the child is not restarted but stopped.</param>
public sealed record CrashReport(Exception Cause, int Count, TimeSpan Delay, bool GivesUp);
