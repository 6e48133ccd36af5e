namespace AkkaWs.Transport;

/// <summary>What a connection that stands by received and may not deliver yet, in order. Bounded by its owner, who reads no more once it is full.</summary>
internal sealed class StandbyBuffer(int maxMessages, long maxBytes)
{
    private Queue<HeldMessage> _messages = new();
    private long _bytes;

    public int Count => _messages.Count;

    public bool IsFull => _messages.Count >= maxMessages || _bytes >= maxBytes;

    public void Add(HeldMessage message)
    {
        _messages.Enqueue(message);
        _bytes += message.Payload.Length;
    }

    public bool TryTake(out HeldMessage message)
    {
        if (!_messages.TryDequeue(out message))
            return false;
        _bytes -= message.Payload.Length;
        return true;
    }

    public void RemoveWhere(Predicate<HeldMessage> needless)
    {
        _messages = new Queue<HeldMessage>(_messages.Where(message => !needless(message)));
        _bytes = _messages.Sum(message => (long)message.Payload.Length);
    }
}

/// <summary>A message that is held: a copy, so that it keeps no slab alive.</summary>
/// <param name="Payload">As received, decoded where it was binary.</param>
/// <param name="ReceivedAt">When it was read, in ticks of <c>Stopwatch</c>.</param>
/// <param name="IsUpdate">Whether it is a topic's update; others are held for those who want every message.</param>
/// <param name="IsPart">Whether it came in a batch, which is what those get who want every message.</param>
internal readonly record struct HeldMessage(byte[] Payload, long ReceivedAt, bool IsUpdate, bool IsPart = false);
