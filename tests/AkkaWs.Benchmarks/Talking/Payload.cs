namespace AkkaWs.Benchmarks.Talking;

internal static class Payload
{
    /// <summary>ASCII text of a size.</summary>
    public static ReadOnlyMemory<byte> OfSize(int size)
    {
        var bytes = new byte[size];
        bytes.AsSpan().Fill((byte)'x');
        return bytes;
    }
}
