namespace AkkaWs.PackageTests;

/// <summary>A sample for <see cref="VisibleMembersTests"/>: public members of every kind that an id of a documentation comment is written differently for.</summary>
/// <typeparam name="T">Any.</typeparam>
public class EveryKindOfMember<T>
{
    /// <summary>Field.</summary>
    public static readonly int? Field;

    /// <summary>Constructor.</summary>
    public EveryKindOfMember(T value, params int[] numbers) => _ = (value, numbers);

    /// <summary>Constructor without parameters.</summary>
    protected EveryKindOfMember()
    {
    }

    /// <summary>Delegate.</summary>
    public delegate TResult Convert<in TValue, out TResult>(TValue value, ref T other);

    /// <summary>Event.</summary>
    public event EventHandler<List<T>>? Happened;

    /// <summary>Property.</summary>
    public (int Number, string? Text) Pair { get; private protected set; }

    /// <summary>Indexer.</summary>
    public T? this[int index, string name] => default;

    /// <summary>Operator.</summary>
    public static EveryKindOfMember<T> operator +(EveryKindOfMember<T> one, EveryKindOfMember<T> other) => one ?? other;

    /// <summary>Conversion.</summary>
    public static explicit operator int[,](EveryKindOfMember<T> value) => new int[value.Pair.Number, 1];

    /// <summary>Conversion to another type.</summary>
    public static implicit operator T?(EveryKindOfMember<T> value) => value[0, ""];

    /// <summary>Method without parameters.</summary>
    public void Method() => Happened?.Invoke(this, []);

    /// <summary>Generic method.</summary>
    public TOther[][] Method<TOther>(Dictionary<string, List<TOther?>> map, Func<T, Nested.Inner<TOther>?, Task<int?>> convert)
        where TOther : struct => [[.. map.Values.SelectMany(list => list).OfType<TOther>()], [.. convert is null ? [] : Array.Empty<TOther>()]];

    /// <summary>References.</summary>
    public virtual ref readonly DateTime Method(in ReadOnlySpan<byte> bytes, ref dynamic any, out nint native, ref readonly Guid id)
    {
        native = bytes.Length + any.GetHashCode() + id.GetHashCode();
        return ref Moment[0];
    }

    /// <summary>Nullable, optional and nested.</summary>
    protected internal void Method(TimeSpan? time, Convert<T?, int>? convert = null, Nested.Inner<T[,]?>? inner = null) => _ = (time, convert, inner);

    /// <summary>Not visible.</summary>
    internal void Hidden(int number) => _ = number;

    /// <summary>Not visible.</summary>
    private protected void Hidden(string text) => _ = text;

    /// <summary>Not visible.</summary>
    private static readonly DateTime[] Moment = [default];

    /// <summary>Type.</summary>
    public class Nested
    {
        /// <summary>Generic type in a type of a generic type.</summary>
        public class Inner<TInner>
        {
            /// <summary>Type parameters of every level.</summary>
            public void Method<TOther>(T outermost, TInner own, TOther other, EveryKindOfMember<TInner>.Nested.Inner<T> mixed) => _ = (outermost, own, other, mixed);
        }

        /// <summary>Not visible.</summary>
        internal sealed class Hidden
        {
            /// <summary>Not visible.</summary>
            public void Method(int number) => _ = number;
        }
    }
}
