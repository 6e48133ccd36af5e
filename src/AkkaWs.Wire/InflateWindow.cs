namespace AkkaWs.Wire;

/// <summary>The newest of what was inflated: as much as a later message may refer back to.</summary>
internal sealed class InflateWindow(int bits)
{
    /// <summary>The largest window that there is: 15 bits (RFC 7692, section 7.1.2.1).</summary>
    public const int Largest = 1 << 15;

    private readonly int _size = 1 << bits;
    private byte[] _kept = [];
    private int _length;

    public ReadOnlySpan<byte> Newest => _kept.AsSpan(_length - Math.Min(_length, _size), Math.Min(_length, _size));

    public void Keep(ReadOnlySpan<byte> inflated)
    {
        // Twice the size, so that what is kept moves once in many messages.
        if (_kept.Length == 0)
            _kept = new byte[2 * _size];
        inflated = inflated[^Math.Min(inflated.Length, _size)..];
        if (_length + inflated.Length > _kept.Length)
        {
            var newest = Newest;
            newest.CopyTo(_kept);
            _length = newest.Length;
        }

        inflated.CopyTo(_kept.AsSpan(_length));
        _length += inflated.Length;
    }
}
