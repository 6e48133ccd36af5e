using System.Globalization;

namespace Quickstart;

/// <summary>Prices for people: with all the decimals that the venue gives.</summary>
internal static class Prices
{
    public static string Show(decimal? price) => price is { } known ? known.ToString($"N{known.Scale}", CultureInfo.InvariantCulture) : "";
}
