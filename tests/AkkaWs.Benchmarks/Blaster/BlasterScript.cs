using System.Collections.Specialized;
using System.Globalization;
using System.Web;

namespace AkkaWs.Benchmarks.Blaster;

/// <summary>What the server does on one connection; it travels in the URL.</summary>
internal sealed record BlasterScript
{
    public BlasterMode Mode { get; init; } = BlasterMode.Blast;

    /// <summary>Bytes of payload of each message.</summary>
    public int Size { get; init; } = 162;

    public int Topics { get; init; } = 100;

    /// <summary>Messages a second; 0 is as fast as TCP takes them.</summary>
    public int Rate { get; init; }

    public bool Tls { get; init; }

    public Uri Url(int port) => new(string.Create(
        CultureInfo.InvariantCulture,
        $"{(Tls ? "wss" : "ws")}://127.0.0.1:{port}/?mode={Mode}&size={Size}&topics={Topics}&rate={Rate}"));

    /// <summary>Reads the target of a request line.</summary>
    public static BlasterScript Parse(string target)
    {
        var query = HttpUtility.ParseQueryString(target[(target.IndexOf('?', StringComparison.Ordinal) + 1)..]);
        return new BlasterScript
        {
            Mode = Enum.Parse<BlasterMode>(query["mode"]!),
            Size = Number(query, "size"),
            Topics = Number(query, "topics"),
            Rate = Number(query, "rate"),
        };
    }

    private static int Number(NameValueCollection query, string key) => int.Parse(query[key]!, CultureInfo.InvariantCulture);
}

internal enum BlasterMode
{
    /// <summary>After the client's first message: updates without end.</summary>
    Blast,

    /// <summary>After the client's first message: updates without end. Every message comes back, too.</summary>
    BlastAndEcho,

    /// <summary>Every message comes back.</summary>
    Echo,

    /// <summary>Whatever arrives is read and forgotten.</summary>
    Blackhole,
}
