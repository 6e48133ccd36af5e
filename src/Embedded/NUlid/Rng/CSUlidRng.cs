using System.Security.Cryptography;

namespace NUlid.Rng;

/// <summary>Unpredictable bytes.</summary>
public class CSUlidRng : BaseUlidRng
{
    public override byte[] GetRandomBytes(DateTimeOffset dateTime) => RandomNumberGenerator.GetBytes(RANDLEN);

    /// <exception cref="ArgumentException">The buffer is shorter than ten bytes.</exception>
    public override void GetRandomBytes(Span<byte> buffer, DateTimeOffset dateTime)
    {
        if (buffer.Length < RANDLEN)
            throw new ArgumentException($"The given buffer must be at least {RANDLEN} bytes long, actual: {buffer.Length}");
        RandomNumberGenerator.Fill(buffer[..RANDLEN]);
    }
}
