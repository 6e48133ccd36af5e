using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace AkkaWs.Testing;

/// <summary>
/// What a venue answers over HTTP to clients that ask before they subscribe: its instruments, its time. The engine calls it for one request at a time.
/// </summary>
internal abstract class VenueRest
{
    /// <summary>The JSON that answers a GET; null for what is not served.</summary>
    internal abstract byte[]? Get(PathString path, IQueryCollection query, long now);

    /// <summary>The instruments that the venue could have, by the names that they have.</summary>
    protected static IEnumerable<(Instrument Instrument, Pair Pair)> Listed(MarketBoard markets, Func<string, Pair?> pairOf) =>
        from instrument in markets.Instruments
        let pair = pairOf(instrument.Symbol)
        where pair is not null
        select (instrument, pair);

    protected static void WriteList<T>(Utf8JsonWriter json, string name, IEnumerable<T> items, Action<T> write)
    {
        json.WriteStartArray(name);
        foreach (var item in items)
        {
            json.WriteStartObject();
            write(item);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }
}
