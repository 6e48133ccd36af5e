namespace AkkaWs.Client;

/// <summary>
/// Brings a snapshot and the changes of the same state into order, for books whose snapshot comes by another way than the changes (a request, a
/// REST call) or later than the first of them: changes wait, bounded, until the snapshot is there; those it contains are dropped. No thread of its own,
/// no clock; one caller at a time.
/// </summary>
/// <typeparam name="T">What is ordered, such as <c>TopicUpdate</c> or a parsed change. Keep <c>Detach()</c>ed updates.</typeparam>
/// <example><code>
/// var order = new SnapshotOrder&lt;TopicUpdate&gt;();
/// foreach (var next in message is Snapshot ? order.Snapshot(number, update) : order.Delta(number, update))
///     book.Apply(next);
/// // after Interrupted, Gap or Lagged: order.Restart(); and ask for a snapshot
/// </code></example>
public sealed class SnapshotOrder<T>
{
    private readonly int _capacity;
    private readonly Queue<(long Number, T Delta)> _held = new();
    private long? _lost;
    private long _number;

    /// <summary>Waits for a snapshot.</summary>
    /// <param name="capacity">How many changes may wait. One more gives the oldest away; a snapshot that is older than that is not taken. Default: 1,024.</param>
    public SnapshotOrder(int capacity = 1_024)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(capacity, 1);
        _capacity = capacity;
    }

    /// <summary>Whether a snapshot is there, so that changes pass.</summary>
    public bool IsSynchronised { get; private set; }

    /// <summary>How many changes wait for the snapshot.</summary>
    public int Held => _held.Count;

    /// <summary>How many changes were dropped because the snapshot contained them.</summary>
    public long Superseded { get; private set; }

    /// <summary>A change has come.</summary>
    /// <param name="number">The venue's number of it.</param>
    /// <param name="delta">The change.</param>
    /// <returns>What is to be applied now: the change, or nothing.</returns>
    public IReadOnlyList<T> Delta(long number, T delta)
    {
        if (IsSynchronised)
        {
            if (number <= _number)
            {
                Superseded++;
                return [];
            }

            _number = number;
            return [delta];
        }

        if (_held.Count == _capacity)
            _lost = _held.Dequeue().Number;
        _held.Enqueue((number, delta));
        return [];
    }

    /// <summary>A snapshot has come. One that misses a change which had to be given away is not taken: ask for a newer one.</summary>
    /// <param name="number">The venue's number of the last change that it contains.</param>
    /// <param name="snapshot">The snapshot.</param>
    /// <returns>What is to be applied now: the snapshot and the changes after it, or nothing.</returns>
    public IReadOnlyList<T> Snapshot(long number, T snapshot)
    {
        if (!IsSynchronised && _lost > number)
            return [];
        List<T> ready = [snapshot];
        (IsSynchronised, _lost, _number) = (true, null, number);
        while (_held.TryDequeue(out var held))
            ready.AddRange(Delta(held.Number, held.Delta));
        return ready;
    }

    /// <summary>The state is not to be trusted any more: changes wait again until the next snapshot.</summary>
    public void Restart() => (IsSynchronised, _lost) = (false, null);
}
