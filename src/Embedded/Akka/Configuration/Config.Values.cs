using Akka.Configuration.Hocon;

namespace Akka.Configuration;

public partial class Config
{
    /// <summary>Whether there is a value at the path, be it null.</summary>
    public virtual bool HasPath(string path) => GetValue(path) is not null;

    /// <summary>The value at the path, or null.</summary>
    public HoconValue GetValue(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        return HoconPath.Find(Root, HoconPath.Split(path));
    }

    /// <summary>The section at the path, or null.</summary>
    public virtual Config GetConfig(string path) => GetValue(path) is { } value ? new Config(value, null) : null;

    public virtual string GetString(string path, string @default = null) => GetValue(path) is { } value ? value.GetString() : @default;

    /// <exception cref="NotSupportedException">The value is none of <c>on</c>, <c>off</c>, <c>true</c>, <c>false</c>.</exception>
    public virtual bool GetBoolean(string path, bool @default = false) => GetValue(path)?.GetBoolean() ?? @default;

    public virtual int GetInt(string path, int @default = 0) => GetValue(path)?.GetInt() ?? @default;

    public virtual long GetLong(string path, long @default = 0) => GetValue(path)?.GetLong() ?? @default;

    public virtual float GetFloat(string path, float @default = 0) => GetValue(path)?.GetFloat() ?? @default;

    public virtual double GetDouble(string path, double @default = 0) => GetValue(path)?.GetDouble() ?? @default;

    public virtual decimal GetDecimal(string path, decimal @default = 0) => GetValue(path)?.GetDecimal() ?? @default;

    /// <summary>A size in bytes (<c>512</c>, <c>64 KiB</c>, <c>1MB</c>), or null.</summary>
    public virtual long? GetByteSize(string path) => GetByteSize(path, null);

    public virtual long? GetByteSize(string path, long? def = null) => GetValue(path) is { } value ? value.GetByteSize() : def;

    /// <summary>A duration (<c>500</c> is milliseconds; <c>5s</c>, <c>2 minutes</c>; <c>infinite</c> is <see cref="Timeout.InfiniteTimeSpan"/> where allowed); zero without value and default.</summary>
    public virtual TimeSpan GetTimeSpan(string path, TimeSpan? @default = null, bool allowInfinite = true) =>
        GetValue(path)?.GetTimeSpan(allowInfinite) ?? @default.GetValueOrDefault();

    /// <summary>The elements of an array; empty when the path has no value or another kind of value.</summary>
    public virtual IList<string> GetStringList(string path) => GetStringList(path, []);

    public virtual IList<string> GetStringList(string path, string[] defaultPaths) => GetValue(path) is { } value ? value.GetStringList() : defaultPaths;

    public virtual IList<bool> GetBooleanList(string path) => Required(path).GetBooleanList();

    public virtual IList<byte> GetByteList(string path) => Required(path).GetByteList();

    public virtual IList<int> GetIntList(string path) => Required(path).GetIntList();

    public virtual IList<long> GetLongList(string path) => Required(path).GetLongList();

    public virtual IList<float> GetFloatList(string path) => Required(path).GetFloatList();

    public virtual IList<double> GetDoubleList(string path) => Required(path).GetDoubleList();

    public virtual IList<decimal> GetDecimalList(string path) => Required(path).GetDecimalList();

    private HoconValue Required(string path) => GetValue(path) ?? throw new ConfigurationException($"The configuration holds no value at '{path}'.");
}
