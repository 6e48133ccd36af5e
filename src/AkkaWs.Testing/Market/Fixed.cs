namespace AkkaWs.Testing;

/// <summary>Whole units of a power of ten as the decimal they stand for: 6395860 at scale 2 is 63958.60, with its trailing zero.</summary>
internal static class Fixed
{
    internal static decimal At(int scale, long units)
    {
        var magnitude = (ulong)Math.Abs(units);
        return new decimal((int)magnitude, (int)(magnitude >> 32), 0, units < 0, (byte)scale);
    }

    internal static decimal At(int scale, decimal value) => decimal.Round(value, scale) + new decimal(0, 0, 0, false, (byte)scale);
}
