using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace AkkaWs.Primitives;

/// <summary>
/// Hashes what a server chooses, with keys that are drawn at random when the process starts: whoever does not know them finds no two inputs that collide
/// more often than by chance.
/// </summary>
/// <remarks>
/// Multilinear hashing (D. Lemire and O. Kaser, "Strongly universal string hashing is fast", 2014): the sum of 32-bit parts, each times a 64-bit key of its own.
/// The upper 32 bits of the sum are strongly universal, and so are any of them taken together. Inputs of any length go through the runtime's own keyed hash of strings first.
/// </remarks>
internal static class KeyedHash
{
    private static readonly ulong Shift = NewKey();
    private static readonly ulong EvenKey = NewKey();
    private static readonly ulong OddKey = NewKey();

    /// <summary>A key for one 32-bit part.</summary>
    public static ulong NewKey() => BinaryPrimitives.ReadUInt64LittleEndian(RandomNumberGenerator.GetBytes(sizeof(ulong)));

    /// <summary>A word's share of the sum.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Share(ulong word, ulong lowKey, ulong highKey) => ((uint)word * lowKey) + ((word >> 32) * highKey);

    /// <summary>The hash of bytes of any number.</summary>
    public static uint Of(ReadOnlySpan<byte> bytes)
    {
        var even = (uint)string.GetHashCode(MemoryMarshal.Cast<byte, char>(bytes));
        var odd = (bytes.Length & 1) == 0 ? 0u : 1u + bytes[^1];
        return (uint)((Shift + (even * EvenKey) + (odd * OddKey)) >> 32);
    }
}
