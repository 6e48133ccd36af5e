using System.Buffers;

namespace AkkaWs.Wire;

/// <summary>
/// Assembles one message that does not lie whole in a slab. Grows with the bytes that have arrived, at most doubling:
/// an announced length reserves nothing.
/// </summary>
internal sealed class AssemblyBuffer
{
    private const int FirstSize = 4096;

    private byte[] _array = [];

    public int Length { get; private set; }

    public ReadOnlySpan<byte> Written => _array.AsSpan(0, Length);

    public void Append(ReadOnlySpan<byte> bytes)
    {
        Reserve(bytes.Length, int.MaxValue);
        bytes.CopyTo(_array.AsSpan(Length));
        Length += bytes.Length;
    }

    /// <summary>Room for at least one and at most <paramref name="wanted"/> bytes after what is there.</summary>
    public Memory<byte> GetMemory(int wanted)
    {
        if (_array.Length == Length)
            Reserve(Math.Min(wanted, Math.Max(FirstSize, Length)), wanted);
        return _array.AsMemory(Length, Math.Min(wanted, _array.Length - Length));
    }

    public void Advance(int count) => Length += count;

    /// <summary>Hands the buffer over; this one is empty afterwards.</summary>
    public byte[] Detach(out int length)
    {
        (var array, length) = (_array, Length);
        (_array, Length) = ([], 0);
        return array;
    }

    public void Clear()
    {
        if (_array.Length > 0)
            ArrayPool<byte>.Shared.Return(_array);
        (_array, Length) = ([], 0);
    }

    private void Reserve(int count, int stillExpected)
    {
        if (count <= _array.Length - Length)
            return;
        var doubled = (int)Math.Min((long)Length * 2, (long)Length + stillExpected);
        var larger = ArrayPool<byte>.Shared.Rent(Math.Max(Math.Max(FirstSize, doubled), Length + count));
        Written.CopyTo(larger);
        if (_array.Length > 0)
            ArrayPool<byte>.Shared.Return(_array);
        _array = larger;
    }
}
