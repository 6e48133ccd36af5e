namespace AkkaWs.Primitives;

/// <summary>
/// The number of the physical connection behind a logical one: 0 before the first, then growing by one with each attempt to connect.
/// </summary>
/// <param name="Value">The number.</param>
public readonly record struct Epoch(long Value)
{
    /// <summary>No physical connection yet.</summary>
    public static Epoch None => default;

    /// <summary>The epoch of the next physical connection.</summary>
    public Epoch Next() => new(Value + 1);

    /// <summary>The number.</summary>
    public override string ToString() => Value.ToString(System.Globalization.CultureInfo.InvariantCulture);
}
