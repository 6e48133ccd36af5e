namespace AkkaWs.Wire;

/// <summary>Takes the pings that were read, to answer them.</summary>
internal interface IPingSink
{
    void OnPing(ReadOnlySpan<byte> payload);
}
