using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Runtime.Serialization;
using NUlid.Rng;

namespace NUlid;

/// <summary>A universally unique, lexicographically sortable identifier: 48 bits of Unix time in milliseconds, then 80 random bits.</summary>
[Serializable]
public readonly partial struct Ulid : IEquatable<Ulid>, IComparable<Ulid>, IComparable, ISerializable, IFormattable
{
    private const int Length = 16;
    private const int TimeLength = 6;

    public static readonly Ulid MinValue;
    public static readonly Ulid MaxValue = new(DateTimeOffset.MaxValue, UInt128.MaxValue);
    public static readonly Ulid Empty;

    private readonly UInt128 _value;

    private Ulid(UInt128 value) => _value = value;

    private Ulid(DateTimeOffset time, UInt128 random)
    {
        var milliseconds = time.ToUnixTimeMilliseconds();
        ArgumentOutOfRangeException.ThrowIfNegative(milliseconds, nameof(time));
        _value = ((UInt128)(ulong)milliseconds << 80) | (random & (UInt128.MaxValue >> 48));
    }

    /// <exception cref="ArgumentException">There are not 16 bytes.</exception>
    public Ulid(byte[] bytes) : this(bytes.AsSpan())
    {
    }

    /// <exception cref="ArgumentException">There are not 16 bytes.</exception>
    public Ulid(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length != Length)
            throw new ArgumentException($"{Length} bytes are required", nameof(bytes));
        _value = BinaryPrimitives.ReadUInt128BigEndian(bytes);
    }

    public Ulid(Guid guid) => _value = BinaryPrimitives.ReadUInt128BigEndian(MemoryMarshal.AsBytes(new ReadOnlySpan<Guid>(in guid)));

    public Ulid(string ulid) => this = Parse(ulid);

    public Ulid(ReadOnlySpan<char> ulid) => this = Parse(ulid);

    private Ulid(SerializationInfo info, StreamingContext context) => this = Parse(info.GetString("d"));

    /// <summary>When it was made, to the millisecond.</summary>
    public DateTimeOffset Time => DateTimeOffset.FromUnixTimeMilliseconds((long)(_value >> 80));

    /// <summary>The ten random bytes.</summary>
    public byte[] Random => ToByteArray()[TimeLength..];

    public static Ulid NewUlid() => NewUlid(TimeProvider.System.GetUtcNow(), BaseUlidRng.DEFAULTRNG);

    /// <exception cref="ArgumentOutOfRangeException">The time is before 1970.</exception>
    public static Ulid NewUlid(DateTimeOffset time) => NewUlid(time, BaseUlidRng.DEFAULTRNG);

    public static Ulid NewUlid(IUlidRng rng) => NewUlid(TimeProvider.System.GetUtcNow(), rng);

    /// <exception cref="ArgumentOutOfRangeException">The time is before 1970.</exception>
    public static Ulid NewUlid(DateTimeOffset time, IUlidRng rng)
    {
        ArgumentNullException.ThrowIfNull(rng);
        Span<byte> random = stackalloc byte[Length];
        rng.GetRandomBytes(random[TimeLength..], time);
        return new Ulid(time, BinaryPrimitives.ReadUInt128BigEndian(random));
    }

    public byte[] ToByteArray()
    {
        var bytes = new byte[Length];
        BinaryPrimitives.WriteUInt128BigEndian(bytes, _value);
        return bytes;
    }

    /// <summary>The same 16 bytes as a <see cref="Guid"/>, whose own order differs.</summary>
    public Guid ToGuid() => new(ToByteArray());

    public int CompareTo(Ulid other) => _value.CompareTo(other._value);

    /// <exception cref="ArgumentException">The object is no ULID.</exception>
    public int CompareTo(object obj) => obj switch
    {
        null => 1,
        Ulid other => CompareTo(other),
        _ => throw new ArgumentException("Object must be Ulid", nameof(obj)),
    };

    public bool Equals(Ulid other) => _value == other._value;

    public override bool Equals(object obj) => obj is Ulid other && Equals(other);

    public override int GetHashCode() => _value.GetHashCode();

    public void GetObjectData(SerializationInfo info, StreamingContext context) => info.AddValue("d", ToString());

    public static bool operator ==(Ulid x, Ulid y) => x.Equals(y);

    public static bool operator !=(Ulid x, Ulid y) => !x.Equals(y);

    public static bool operator <(Ulid left, Ulid right) => left._value < right._value;

    public static bool operator <=(Ulid left, Ulid right) => left._value <= right._value;

    public static bool operator >(Ulid left, Ulid right) => left._value > right._value;

    public static bool operator >=(Ulid left, Ulid right) => left._value >= right._value;
}
