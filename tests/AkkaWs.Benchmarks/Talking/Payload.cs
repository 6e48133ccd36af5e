using System.Text;

namespace AkkaWs.Benchmarks.Talking;

internal static class Payload
{
    /// <summary>A JSON object of exactly so many bytes, which the generic handler can send as a request.</summary>
    public static ReadOnlyMemory<byte> OfSize(int size)
    {
        const string Start = "{\"op\":\"echo\",\"pad\":\"";
        const string End = "\"}";
        return Encoding.ASCII.GetBytes(Start.PadRight(size - End.Length, 'x') + End);
    }
}
