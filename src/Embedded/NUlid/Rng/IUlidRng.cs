namespace NUlid.Rng;

/// <summary>Where the random part of a ULID comes from.</summary>
public interface IUlidRng
{
    /// <summary>Ten bytes for a ULID of the given time.</summary>
    byte[] GetRandomBytes(DateTimeOffset dateTime);

    /// <summary>Fills the first ten bytes of the buffer for a ULID of the given time.</summary>
    void GetRandomBytes(Span<byte> buffer, DateTimeOffset dateTime);
}
