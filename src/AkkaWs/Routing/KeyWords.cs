using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;

namespace AkkaWs.Routing;

/// <summary>The first and the last eight bytes of a key, which overlap in one shorter than sixteen, and its length.</summary>
/// <remarks>The hash is seeded, because the server chooses the keys.</remarks>
internal readonly record struct KeyWords
{
    public const int Bytes = 2 * sizeof(ulong);

    private static readonly ulong Seed = ((ulong)RandomNumberGenerator.GetInt32(int.MaxValue) << 32) | 1;

    private readonly ulong _first;
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
        }
        else
        {
            foreach (var b in key)
                _first = (_first << 8) | b;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int Hash(ReadOnlySpan<byte> key)
    {
        var hash = Mix(Mix(_first ^ Seed) ^ _last ^ (ulong)_length);
        if (key.Length > Bytes)
            hash = HashMiddle(key[sizeof(ulong)..^sizeof(ulong)], hash);
        return (int)(hash ^ (hash >> 32));
    }

    private static ulong HashMiddle(ReadOnlySpan<byte> middle, ulong hash)
    {
        for (; middle.Length >= sizeof(ulong); middle = middle[sizeof(ulong)..])
            hash = Mix(hash ^ BinaryPrimitives.ReadUInt64LittleEndian(middle));
        foreach (var b in middle)
            hash = Mix(hash ^ b);
        return hash;
    }

    private static ulong Mix(ulong value)
    {
        var high = Math.BigMul(value, 0x9E3779B97F4A7C15, out var low);
        return high ^ low;
    }
}
