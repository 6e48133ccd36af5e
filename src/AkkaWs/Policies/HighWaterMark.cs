namespace AkkaWs.Policies;

/// <summary>Tells when more waits than a mark, and again each time that it has doubled since.</summary>
internal sealed class HighWaterMark(BufferLimits first)
{
    private long _messages = first.Messages;
    private long _bytes = first.Bytes;

    /// <summary>Whether the mark is passed that was not passed before.</summary>
    public bool IsPassed(long messages, long bytes)
    {
        if (messages <= _messages && bytes <= _bytes)
            return false;
        while (messages > _messages)
            _messages *= 2;
        while (bytes > _bytes)
            _bytes *= 2;
        return true;
    }
}
