using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;

namespace AkkaWs.Routing;

/// <summary>The first and the last sixteen bytes of a key, which overlap in one shorter than 32, and its length.</summary>
/// <remarks>The hash is seeded, because the server chooses the keys.</remarks>
internal readonly record struct KeyWords
{
    /// <summary>A key of at most so many bytes is told by its words alone.</summary>
    public const int Bytes = 4 * sizeof(ulong);

    private const ulong Multiplier = 0x9E3779B97F4A7C15;

    private static readonly ulong Seed = ((ulong)RandomNumberGenerator.GetInt32(int.MaxValue) << 32) | 1;

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

    /// <summary>A hash whose high bits depend on all of the key: take as many of them as are needed.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ulong Hash(ReadOnlySpan<byte> key)
    {
        var hash = Mix(_first ^ Seed, _last ^ (ulong)_length);
        if (key.Length <= 2 * sizeof(ulong))
            return hash;
        hash = Mix(Mix(hash, _second), _lastButOne);
        return key.Length > Bytes ? HashMiddle(key[(2 * sizeof(ulong))..^(2 * sizeof(ulong))], hash) : hash;
    }

    private static ulong HashMiddle(ReadOnlySpan<byte> middle, ulong hash)
    {
        for (; middle.Length >= sizeof(ulong); middle = middle[sizeof(ulong)..])
            hash = Mix(hash, BinaryPrimitives.ReadUInt64LittleEndian(middle));
        foreach (var b in middle)
            hash = Mix(hash, b);
        return hash;
    }

    // A multiplication carries each bit to the higher ones alone; turned half round, the second one carries them to the rest.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Mix(ulong hash, ulong value) => (BitOperations.RotateLeft(hash * Multiplier, 32) ^ value) * Multiplier;
}
