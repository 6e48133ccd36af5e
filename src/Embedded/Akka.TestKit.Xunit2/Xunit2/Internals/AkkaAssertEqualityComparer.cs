using System.Collections;

namespace Akka.TestKit.Xunit2.Internals;

/// <summary>Equality as tests mean it: sequences are equal when their elements are.</summary>
public class AkkaAssertEqualityComparer<T> : IEqualityComparer<T>
{
    private readonly IEqualityComparer _inner;

    public AkkaAssertEqualityComparer(bool skipTypeCheck = false, IEqualityComparer innerComparer = null) => _inner = innerComparer;

    public bool Equals(T x, T y) => Same(x, y);

    public int GetHashCode(T obj) => obj?.GetHashCode() ?? 0;

    private bool Same(object x, object y)
    {
        if (x is null || y is null)
            return x is null && y is null;
        if (_inner is not null)
            return _inner.Equals(x, y);
        if (x.Equals(y) || (x is IComparable<T> ordered && y is T typed && ordered.CompareTo(typed) == 0))
            return true;
        return x is IEnumerable left and not string && y is IEnumerable right and not string && SameElements(left, right);
    }

    private bool SameElements(IEnumerable left, IEnumerable right)
    {
        var (x, y) = (left.GetEnumerator(), right.GetEnumerator());
        while (x.MoveNext())
        {
            if (!y.MoveNext() || !Same(x.Current, y.Current))
                return false;
        }

        return !y.MoveNext();
    }
}
