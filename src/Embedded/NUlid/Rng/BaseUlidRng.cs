namespace NUlid.Rng;

public abstract class BaseUlidRng : IUlidRng
{
    protected internal const int RANDLEN = 10;

    /// <summary>What ULIDs draw from when no source is named: <see cref="CSUlidRng"/>.</summary>
    public static readonly IUlidRng DEFAULTRNG = new CSUlidRng();

    public abstract byte[] GetRandomBytes(DateTimeOffset dateTime);

    public abstract void GetRandomBytes(Span<byte> buffer, DateTimeOffset dateTime);
}
