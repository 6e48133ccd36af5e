using Akka.Actor;
using AkkaWs.Messages;

namespace AkkaWs.Tests.Model;

/// <summary>
/// What one subscriber of one topic gets, held against the venue's numbers: each is one more than the one before, unless there is a marker between the two;
/// nothing comes between <see cref="Interrupted"/> and <see cref="Restored"/>; epochs never go back; our own numbers have no hole.
/// </summary>
internal sealed class ContinuityLog
{
    private readonly Lock _lock = new();
    private readonly List<string> _violations = [];
    private readonly Queue<string> _recent = new();
    private readonly HashSet<string> _seen = [];
    private long _epoch;
    private long? _last;
    private long? _number;
    private long? _sequence;
    private bool _isInterrupted;
    private bool _hasLeft;

    public IReadOnlyList<string> Violations
    {
        get
        {
            lock (_lock)
                return [.. _violations];
        }
    }

    /// <summary>The venue's number of the last update, whatever markers came behind it.</summary>
    public long? Last
    {
        get
        {
            lock (_lock)
                return _last;
        }
    }

    /// <summary>The texts whose second coming is a violation: of a subscription to everything.</summary>
    public Func<string, bool> IsOnce { get; init; } = _ => false;

    public static (IActorRef Actor, ContinuityLog Log) Start(IActorRefFactory system, ContinuityLog? log = null)
    {
        log ??= new ContinuityLog();
        return (system.ActorOf(Props.Create(() => new Subscriber(log)).WithDeploy(Deploy.Local)), log);
    }

    /// <summary>It is about to leave: what comes from now on is nobody's concern.</summary>
    public void Leave()
    {
        lock (_lock)
            _hasLeft = true;
    }

    private void Note(object message)
    {
        lock (_lock)
        {
            if (_hasLeft)
                return;
            _recent.Enqueue(message is TopicUpdate recent ? $"{recent.Epoch}:{System.Text.Encoding.UTF8.GetString(recent.Payload.Span)}" : $"{message}");
            if (_recent.Count > 12)
                _recent.Dequeue();
            switch (message)
            {
                case TopicUpdates batch:
                    foreach (var update in batch.Updates)
                        OnUpdate(update);
                    break;
                case TopicUpdate update:
                    OnUpdate(update);
                    break;
                case Interrupted:
                    (_isInterrupted, _number) = (true, null);
                    break;
                case Restored:
                    (_isInterrupted, _number) = (false, null);
                    break;
                case TopicClosed:
                    (_isInterrupted, _number, _sequence) = (false, null, null);
                    break;
                default:
                    break;
            }
        }
    }

    private void OnUpdate(TopicUpdate update)
    {
        if (_isInterrupted)
            Violate($"{update} comes between the markers");
        if (update.Epoch.Value < _epoch)
            Violate($"{update} goes back from epoch {_epoch}");
        if (_sequence is { } last && update.Sequence != last + 1)
            Violate($"{update} comes after our #{last}");
        if (update.SourceSequence is { } number && _number is { } before && number != before + 1)
            Violate($"number {number} comes after {before} without a marker");
        var text = System.Text.Encoding.UTF8.GetString(update.Payload.Span);
        if (IsOnce(text) && !_seen.Add(text))
            Violate($"{text} comes twice");
        (_epoch, _sequence, _number) = (update.Epoch.Value, update.Sequence, update.SourceSequence);
        _last = update.SourceSequence;
    }

    private void Violate(string what)
    {
        if (_violations.Count < 5)
            _violations.Add($"{what}; last: {string.Join(" ", _recent)}");
    }

    private sealed class Subscriber : ReceiveActor
    {
        public Subscriber(ContinuityLog log) => ReceiveAny(log.Note);
    }
}
