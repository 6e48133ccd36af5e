using System.Globalization;

namespace Akka.Configuration.Hocon;

public partial class HoconValue
{
    public bool GetBoolean() => GetString() switch
    {
        "on" or "true" => true,
        "off" or "false" => false,
        var other => throw new NotSupportedException($"Unknown boolean format: {other}"),
    };

    public byte GetByte() => byte.Parse(GetString(), CultureInfo.InvariantCulture);

    public int GetInt() => int.Parse(GetString(), CultureInfo.InvariantCulture);

    public long GetLong() => long.Parse(GetString(), CultureInfo.InvariantCulture);

    public float GetFloat() => float.Parse(GetString(), CultureInfo.InvariantCulture);

    public double GetDouble() => double.Parse(GetString(), CultureInfo.InvariantCulture);

    public decimal GetDecimal() => decimal.Parse(GetString(), CultureInfo.InvariantCulture);

    /// <summary>A size in bytes, or null for a value that is null.</summary>
    public long? GetByteSize() => GetString() is { } text ? HoconUnits.Bytes(text) : null;

    /// <summary>A duration; <c>infinite</c>, where allowed, is <see cref="Timeout.InfiniteTimeSpan"/>.</summary>
    public TimeSpan GetTimeSpan(bool allowInfinite = true)
    {
        var text = GetString();
        return allowInfinite && text == "infinite" ? Timeout.InfiniteTimeSpan : HoconUnits.Duration(text);
    }

    public IList<string> GetStringList() => List(item => item.GetString());

    public IList<bool> GetBooleanList() => List(item => item.GetBoolean());

    public IList<byte> GetByteList() => List(item => item.GetByte());

    public IList<int> GetIntList() => List(item => item.GetInt());

    public IList<long> GetLongList() => List(item => item.GetLong());

    public IList<float> GetFloatList() => List(item => item.GetFloat());

    public IList<double> GetDoubleList() => List(item => item.GetDouble());

    public IList<decimal> GetDecimalList() => List(item => item.GetDecimal());

    private List<T> List<T>(Func<HoconValue, T> read) => [.. GetArray().Select(read)];
}
