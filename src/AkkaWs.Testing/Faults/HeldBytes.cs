using System.Buffers;

namespace AkkaWs.Testing;

/// <summary>What was read from one side and not yet passed to the other, in order and bounded by the memory that it takes: one reader fills it, one pump empties it.</summary>
internal sealed class HeldBytes
{
    private const int Capacity = 1024 * 1024;

    private readonly Lock _gate = new();
    private readonly Queue<HeldChunk> _chunks = new();
    private readonly ChangeSignal _emptied = new();
    private int _size;

    /// <summary>Whether nothing comes after what is held.</summary>
    internal bool HasEnded { get; private set; }

    /// <summary>Whether the stream ended by a failure, not in order.</summary>
    internal bool IsBroken { get; private set; }

    /// <summary>The oldest bytes; null: none are held.</summary>
    internal HeldChunk? First
    {
        get
        {
            lock (_gate)
                return _chunks.TryPeek(out var first) ? first : null;
        }
    }

    internal async Task WaitForRoomAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            var emptied = _emptied.Next;
            lock (_gate)
            {
                if (_size < Capacity)
                    return;
            }

            await emptied.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    internal void Add(HeldChunk chunk)
    {
        lock (_gate)
        {
            _chunks.Enqueue(chunk);
            _size += chunk.Size;
        }
    }

    internal void End(bool broken)
    {
        lock (_gate)
            (HasEnded, IsBroken) = (true, broken);
    }

    /// <summary>Forgets the first bytes of the oldest chunk.</summary>
    internal void Advance(int count)
    {
        lock (_gate)
        {
            var first = _chunks.Peek();
            first.Advance(count);
            if (first.Bytes.IsEmpty)
            {
                _size -= first.Size;
                _chunks.Dequeue().Dispose();
            }
        }

        _emptied.Pulse();
    }
}

/// <summary>Bytes that arrived together.</summary>
internal sealed class HeldChunk(byte[] rented, int length, TimeSpan arrivedAt) : IDisposable
{
    /// <summary>What is left of them.</summary>
    internal ReadOnlyMemory<byte> Bytes { get; private set; } = rented.AsMemory(0, length);

    /// <summary>The memory that they take, however many are left.</summary>
    internal int Size => rented.Length;

    internal TimeSpan ArrivedAt => arrivedAt;

    /// <summary>Which part of the jitter is theirs, 0 ≤ chance &lt; 1; drawn once.</summary>
    internal double? Chance { get; set; }

    public void Dispose() => ArrayPool<byte>.Shared.Return(rented);

    internal void Advance(int count) => Bytes = Bytes[count..];
}
