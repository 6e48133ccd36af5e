namespace NUlid.Rng;

/// <summary>
/// Makes ULIDs of one source sort in the order of their making: within the same millisecond each random part is the one before plus one.
/// Safe to use from many threads.
/// </summary>
public class MonotonicUlidRng : BaseUlidRng
{
    private readonly Lock _lock = new();
    private readonly IUlidRng _rng;
    private readonly byte[] _last;
    private long _lastTime;

    public MonotonicUlidRng() : this(DEFAULTRNG)
    {
    }

    /// <summary>Draws from <paramref name="rng"/>, continuing after <paramref name="lastValue"/> where one is known.</summary>
    public MonotonicUlidRng(IUlidRng rng, Ulid? lastValue = null)
    {
        ArgumentNullException.ThrowIfNull(rng);
        _rng = rng;
        _last = lastValue?.Random ?? new byte[RANDLEN];
        _lastTime = lastValue?.Time.ToUnixTimeMilliseconds() ?? long.MinValue;
    }

    /// <exception cref="OverflowException">More were made in one millisecond than can be told apart.</exception>
    public override byte[] GetRandomBytes(DateTimeOffset dateTime)
    {
        var bytes = new byte[RANDLEN];
        GetRandomBytes(bytes, dateTime);
        return bytes;
    }

    /// <exception cref="OverflowException">More were made in one millisecond than can be told apart.</exception>
    public override void GetRandomBytes(Span<byte> buffer, DateTimeOffset dateTime)
    {
        var time = dateTime.ToUnixTimeMilliseconds();
        lock (_lock)
        {
            if (time > _lastTime)
                Draw(dateTime, time);
            else
                Increment();
            _last.CopyTo(buffer);
        }
    }

    private void Draw(DateTimeOffset dateTime, long time)
    {
        _rng.GetRandomBytes(_last, dateTime);
        _last[0] &= 0x7F; // Leaves room to count up within the millisecond.
        _lastTime = time;
    }

    private void Increment()
    {
        for (var i = RANDLEN - 1; i >= 0; i--)
        {
            if (++_last[i] != 0)
                return;
        }

        _last.AsSpan().Fill(byte.MaxValue);
        throw new OverflowException("No further ULID can be made in this millisecond.");
    }
}
