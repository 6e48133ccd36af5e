using System.Globalization;
using System.Text;

namespace AkkaWs.Benchmarks.Json;

/// <summary>Updates of 162 bytes, enough different ones that no branch predictor learns them by heart.</summary>
internal static class JsonUpdates
{
    public const int Size = 162;
    private const int Count = 512;

    /// <summary>The topic stands first, as with most venues.</summary>
    public static byte[][] TopicFirst { get; } = Make((topic, number, price) =>
        $$$"""{"topic":"{{{topic}}}","type":"delta","ts":{{{1700000000000 + number}}},"data":{"symbol":"{{{topic[8..]}}}","lastPrice":"{{{price}}}.5","bids":[["{{{price}}}.4","0.5"]],"pad":""");

    /// <summary>The topic stands last: all of the message must be walked over to find it.</summary>
    public static byte[][] TopicLast { get; } = Make((topic, number, price) =>
        $$$"""{"type":"delta","ts":{{{1700000000000 + number}}},"data":{"symbol":"{{{topic[8..]}}}","lastPrice":"{{{price}}}.5","bids":[["{{{price}}}.4","0.5"]],"pad":""",
        topic => $$""","topic":"{{topic}}"}""");

    private static byte[][] Make(Func<string, int, int, string> begin, Func<string, string>? end = null) => [.. Enumerable.Range(0, Count).Select(i =>
    {
        var topic = string.Create(CultureInfo.InvariantCulture, $"tickers.S{i % 100:D3}USDT");
        var head = begin(topic, i * 7, 27_000 + (i * 37 % 1000)) + '"';
        var tail = end is null ? "\"}}" : "\"}" + end(topic);
        return Encoding.ASCII.GetBytes(head + new string('0', Size - head.Length - tail.Length) + tail);
    })];
}
