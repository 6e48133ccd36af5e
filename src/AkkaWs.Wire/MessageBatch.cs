using System.Buffers;

namespace AkkaWs.Wire;

/// <summary>
/// All complete messages found in one read, or in several that had their bytes at once, in order. Comes with one reference; whoever passes it to a further reader
/// calls <see cref="Retain"/>, and each calls <see cref="Release"/> or <see cref="ReleaseKeepingSlices"/> once. The batch is reused
/// after the last release: do not touch it then. A batch that is never released costs no more than its reuse.
/// </summary>
public sealed class MessageBatch
{
    private readonly BatchPool _pool;
    private readonly List<byte[]> _owned = [];
    private Entry[] _entries = [];
    private Slab? _slab;
    private int _references;
    private volatile bool _kept;

    internal MessageBatch(BatchPool pool) => _pool = pool;

    /// <summary>The number of messages; at least 1.</summary>
    public int Count { get; private set; }

    /// <summary>When the first read that completed any of these messages returned, by <see cref="TimeProvider.GetTimestamp"/> of <see cref="WireOptions.TimeProvider"/>; for the system's clock these are <see cref="System.Diagnostics.Stopwatch"/> ticks.</summary>
    public long ReceivedAtTimestamp { get; private set; }

    /// <summary>The message at <paramref name="index"/>.</summary>
    /// <param name="index">0 to <see cref="Count"/> − 1.</param>
    public WireMessage this[int index]
    {
        get
        {
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)index, (uint)Count, nameof(index));
            ref readonly var entry = ref _entries[index];
            var buffer = entry.Owner < 0 ? _slab!.Array : _owned[entry.Owner];
            return new WireMessage(entry.Opcode, new ReadOnlyMemory<byte>(buffer, entry.Offset, entry.Length));
        }
    }

    /// <summary>Adds a reference.</summary>
    public void Retain() => Interlocked.Increment(ref _references);

    /// <summary>Gives one reference back and says that its holder kept no slice of any payload: after the last one, the buffers are reused.</summary>
    /// <exception cref="InvalidOperationException">Released more often than retained.</exception>
    public void Release()
    {
        var left = Interlocked.Decrement(ref _references);
        if (left < 0)
            throw new InvalidOperationException("The batch was released more often than it was retained.");
        if (left == 0)
            Free();
    }

    /// <summary>Gives one reference back while slices of payloads live on: the buffers are left to the garbage collector. A slice pins its whole buffer.</summary>
    /// <exception cref="InvalidOperationException">Released more often than retained.</exception>
    public void ReleaseKeepingSlices()
    {
        _kept = true;
        Release();
    }

    /// <summary>
    /// Moves the messages of a small batch into an array of their own, so that slices of them do not keep the read buffer alive; a larger batch
    /// stays where it is. For consumers that keep messages of a quiet connection.
    /// </summary>
    /// <param name="limit">The most payload that is moved, in bytes of the whole batch.</param>
    public void Detach(int limit)
    {
        if (_slab is null || _owned.Count > 0)
            return;
        var total = 0;
        for (var i = 0; i < Count; i++)
        {
            total += _entries[i].Length;
            if (total > limit)
                return;
        }

        var own = total == 0 ? [] : new byte[total];
        var offset = 0;
        for (var i = 0; i < Count; i++)
        {
            var entry = _entries[i];
            _slab.Array.AsSpan(entry.Offset, entry.Length).CopyTo(own.AsSpan(offset));
            _entries[i] = new Entry(offset, entry.Length, 0, entry.Opcode);
            offset += entry.Length;
        }

        _owned.Add(own);
        _slab.Release(kept: false);
        _slab = null;
        _kept = true; // the array is no pool's
    }

    internal void Begin(long receivedAt)
    {
        _references = 1;
        ReceivedAtTimestamp = receivedAt;
        _entries = ArrayPool<Entry>.Shared.Rent(64);
    }

    internal void Add(Slab slab, int offset, int length, WireOpcode opcode)
    {
        if (_slab is null)
        {
            slab.Retain();
            _slab = slab;
        }

        Append(new Entry(offset, length, -1, opcode));
    }

    /// <summary>Adds a message with a pooled buffer of its own, which the batch takes over.</summary>
    internal void AddOwned(byte[] buffer, int length, WireOpcode opcode)
    {
        _owned.Add(buffer);
        Append(new Entry(0, length, _owned.Count - 1, opcode));
    }

    private void Append(Entry entry)
    {
        if (Count == _entries.Length)
            Grow();
        _entries[Count++] = entry;
    }

    private void Grow()
    {
        var larger = ArrayPool<Entry>.Shared.Rent(_entries.Length * 2);
        _entries.CopyTo(larger, 0);
        ArrayPool<Entry>.Shared.Return(_entries);
        _entries = larger;
    }

    private void Free()
    {
        _slab?.Release(_kept);
        if (!_kept)
        {
            foreach (var buffer in _owned)
                ArrayPool<byte>.Shared.Return(buffer);
        }

        ArrayPool<Entry>.Shared.Return(_entries);
        _entries = [];
        _owned.Clear();
        _slab = null;
        _kept = false;
        Count = 0;
        _pool.Return(this);
    }

    private readonly record struct Entry(int Offset, int Length, int Owner, WireOpcode Opcode);
}

/// <summary>Keeps a few released batches of one connection; batches never change connections, so a wrong release cannot mix two accounts' data.</summary>
internal sealed class BatchPool
{
    private readonly MessageBatch?[] _free = new MessageBatch?[8];

    public MessageBatch Rent()
    {
        for (var i = 0; i < _free.Length; i++)
        {
            if (_free[i] is not null && Interlocked.Exchange(ref _free[i], null) is { } batch)
                return batch;
        }

        return new MessageBatch(this);
    }

    public void Return(MessageBatch batch)
    {
        for (var i = 0; i < _free.Length; i++)
        {
            if (_free[i] is null && Interlocked.CompareExchange(ref _free[i], batch, null) is null)
                return;
        }
    }
}
