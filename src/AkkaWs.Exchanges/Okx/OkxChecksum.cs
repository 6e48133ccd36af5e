using System.Text;

namespace AkkaWs.Exchanges;

/// <summary>
/// The checksum that OKX sends with each update of a book of 400 levels: CRC-32 over the best 25 levels, bid and ask in turns, as
/// <c>price:size</c> joined by colons, with the digits as they were sent (https://www.okx.com/docs-v5/en/#order-book-trading-market-data-ws-order-book-channel).
/// </summary>
public static class OkxChecksum
{
    private const int Levels = 25;

    private static readonly uint[] Table = CreateTable();

    /// <summary>Computes the checksum of a book.</summary>
    /// <param name="bids">Prices and sizes from the highest bid on, digit by digit as received.</param>
    /// <param name="asks">Prices and sizes from the lowest ask on, digit by digit as received.</param>
    public static int Of(IEnumerable<(string Price, string Size)> bids, IEnumerable<(string Price, string Size)> asks)
    {
        List<(string Price, string Size)> best = [.. bids.Take(Levels)], lowest = [.. asks.Take(Levels)];
        var text = new StringBuilder();
        for (var level = 0; level < Math.Max(best.Count, lowest.Count); level++)
        {
            Append(text, best, level);
            Append(text, lowest, level);
        }

        return Crc32(Encoding.ASCII.GetBytes(text.ToString()));
    }

    private static void Append(StringBuilder text, List<(string Price, string Size)> side, int level)
    {
        if (level < side.Count)
            text.Append(text.Length > 0 ? ":" : "").Append(side[level].Price).Append(':').Append(side[level].Size);
    }

    private static int Crc32(ReadOnlySpan<byte> bytes)
    {
        var crc = uint.MaxValue;
        foreach (var b in bytes)
            crc = Table[(crc ^ b) & 0xFF] ^ (crc >> 8);
        return unchecked((int)~crc);
    }

    private static uint[] CreateTable()
    {
        const uint Polynomial = 0xEDB88320; // IEEE 802.3, reflected
        var table = new uint[256];
        for (uint i = 0; i < 256; i++)
        {
            var entry = i;
            for (var bit = 0; bit < 8; bit++)
                entry = (entry & 1) == 1 ? (entry >> 1) ^ Polynomial : entry >> 1;
            table[i] = entry;
        }

        return table;
    }
}
