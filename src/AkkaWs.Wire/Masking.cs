using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace AkkaWs.Wire;

/// <summary>Masks client payloads (RFC 6455, section 5.3): octet i is XORed with octet i mod 4 of the key.</summary>
internal static class Masking
{
    private const int KeysAtOnce = 1024;

    [ThreadStatic]
    private static uint[]? _keys;

    [ThreadStatic]
    private static int _keysLeft;

    /// <summary>A fresh key from the system's cryptographic generator, asked for many at once; each is used once.</summary>
    public static uint NextKey()
    {
        if (_keysLeft == 0)
            Refill();
        return _keys![--_keysLeft];
    }

    /// <summary>Copies <paramref name="source"/> to <paramref name="destination"/>, masked from the first octet of the key on.</summary>
    public static void CopyMasked(ReadOnlySpan<byte> source, Span<byte> destination, uint key)
    {
        ref var from = ref MemoryMarshal.GetReference(source);
        ref var to = ref MemoryMarshal.GetReference(destination[..source.Length]);
        var length = (nuint)source.Length;
        nuint i = 0;
        if (length >= (nuint)Vector<byte>.Count)
        {
            var mask = Vector.AsVectorByte(new Vector<uint>(key));
            for (var last = length - (nuint)Vector<byte>.Count; i <= last; i += (nuint)Vector<byte>.Count)
                (Vector.LoadUnsafe(ref from, i) ^ mask).StoreUnsafe(ref to, i);
        }

        for (; i + sizeof(uint) <= length; i += sizeof(uint))
        {
            var word = Unsafe.ReadUnaligned<uint>(ref Unsafe.Add(ref from, i)) ^ key;
            Unsafe.WriteUnaligned(ref Unsafe.Add(ref to, i), word);
        }

        ref var keyBytes = ref Unsafe.As<uint, byte>(ref key);
        for (; i < length; i++)
            Unsafe.Add(ref to, i) = (byte)(Unsafe.Add(ref from, i) ^ Unsafe.Add(ref keyBytes, i & 3));
    }

    /// <summary>The key whose first octet is octet <paramref name="offset"/> mod 4 of <paramref name="key"/>: for a payload that goes on in a further buffer.</summary>
    public static uint Advance(uint key, int offset)
    {
        var bits = (offset & 3) * 8;
        return BitConverter.IsLittleEndian ? BitOperations.RotateRight(key, bits) : BitOperations.RotateLeft(key, bits);
    }

    private static void Refill()
    {
        _keys ??= new uint[KeysAtOnce];
        RandomNumberGenerator.Fill(MemoryMarshal.AsBytes(_keys.AsSpan()));
        _keysLeft = KeysAtOnce;
    }
}
