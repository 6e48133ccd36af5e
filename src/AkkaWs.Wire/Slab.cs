namespace AkkaWs.Wire;

/// <summary>
/// A read buffer shared by the reader and the batches that lie in it. It returns to the pool when the last of them let go
/// and none kept a slice; otherwise the garbage collector takes it with the last slice.
/// </summary>
internal sealed class Slab(SlabPool pool)
{
    private int _references = 1;
    private volatile bool _kept;

    public byte[] Array { get; } = pool.Rent();

    /// <summary>Whether only the reader holds the slab, so that its bytes may be overwritten.</summary>
    public bool IsExclusive => Volatile.Read(ref _references) == 1 && !_kept;

    public void Retain() => Interlocked.Increment(ref _references);

    public void Release(bool kept)
    {
        if (kept)
            _kept = true;
        if (Interlocked.Decrement(ref _references) == 0 && !_kept)
            pool.Return(Array);
    }
}

/// <summary>
/// Buffers of one size that no slice is left of, for all connections of the process. Exact sizes, unlike the shared array pool's powers of two,
/// so that a slab has room for the headers of frames whose payloads fill it.
/// </summary>
internal sealed class SlabPool(int size)
{
    private const int MaxSizes = 16;
    private const int MaxFree = 32;
    private static readonly Lock PoolsLock = new();
    private static readonly Dictionary<int, SlabPool> Pools = [];
    private readonly byte[]?[] _free = new byte[MaxFree][];

    public int Size { get; } = size;

    /// <summary>The pool of a size; beyond a few sizes one of its own, so that the process never keeps buffers without bound.</summary>
    public static SlabPool Of(int size)
    {
        lock (PoolsLock)
        {
            if (Pools.TryGetValue(size, out var pool))
                return pool;
            pool = new SlabPool(size);
            if (Pools.Count < MaxSizes)
                Pools.Add(size, pool);
            return pool;
        }
    }

    public byte[] Rent()
    {
        for (var i = 0; i < _free.Length; i++)
        {
            if (_free[i] is not null && Interlocked.Exchange(ref _free[i], null) is { } array)
                return array;
        }

        return GC.AllocateUninitializedArray<byte>(Size);
    }

    public void Return(byte[] array)
    {
        for (var i = 0; i < _free.Length; i++)
        {
            if (_free[i] is null && Interlocked.CompareExchange(ref _free[i], array, null) is null)
                return;
        }
    }
}
