using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using AkkaWs.Primitives;

namespace AkkaWs.Routing;

/// <summary>The first and the last sixteen bytes of a key, which overlap in one shorter than 32, and its length.</summary>
/// <remarks>The hash is keyed, because the server chooses the keys.</remarks>
internal readonly record struct KeyWords
{
    /// <summary>A key of at most so many bytes is told by its words alone.</summary>
    public const int Bytes = 4 * sizeof(ulong);

    private static readonly ulong Shift = KeyedHash.NewKey();
    private static readonly ulong LengthKey = KeyedHash.NewKey();
    private static readonly ulong MiddleKey = KeyedHash.NewKey();
    private static readonly ulong FirstLow = KeyedHash.NewKey();
    private static readonly ulong FirstHigh = KeyedHash.NewKey();
    private static readonly ulong LastLow = KeyedHash.NewKey();
    private static readonly ulong LastHigh = KeyedHash.NewKey();
    private static readonly ulong SecondLow = KeyedHash.NewKey();
    private static readonly ulong SecondHigh = KeyedHash.NewKey();
    private static readonly ulong LastButOneLow = KeyedHash.NewKey();
    private static readonly ulong LastButOneHigh = KeyedHash.NewKey();

    private readonly ulong _first;
    private readonly ulong _second;
    private readonly ulong _lastButOne;
    private readonly ulong _last;
    private readonly int _length;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public KeyWords(ReadOnlySpan<byte> key)
    {
        _length = key.Length;
        if (key.Length >= sizeof(ulong))
        {
            _first = BinaryPrimitives.ReadUInt64LittleEndian(key);
            _last = BinaryPrimitives.ReadUInt64LittleEndian(key[^sizeof(ulong)..]);
            if (key.Length > 2 * sizeof(ulong))
            {
                _second = BinaryPrimitives.ReadUInt64LittleEndian(key[sizeof(ulong)..]);
                _lastButOne = BinaryPrimitives.ReadUInt64LittleEndian(key[^(2 * sizeof(ulong))..]);
            }
        }
        else
        {
            foreach (var b in key)
                _first = (_first << 8) | b;
        }
    }

    /// <summary>Whether the key is longer than its words tell.</summary>
    public bool IsPart => _length > Bytes;

    /// <summary>A hash whose upper 32 bits depend on all of the key, see <see cref="KeyedHash"/>: take as many of them as are needed, the highest first.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ulong Hash(ReadOnlySpan<byte> key)
    {
        var hash = Shift + ((uint)_length * LengthKey) + KeyedHash.Share(_first, FirstLow, FirstHigh) + KeyedHash.Share(_last, LastLow, LastHigh);
        if (_length <= 2 * sizeof(ulong))
            return hash;
        hash += KeyedHash.Share(_second, SecondLow, SecondHigh) + KeyedHash.Share(_lastButOne, LastButOneLow, LastButOneHigh);
        return IsPart ? hash + (KeyedHash.Of(key[(2 * sizeof(ulong))..^(2 * sizeof(ulong))]) * MiddleKey) : hash;
    }
}
