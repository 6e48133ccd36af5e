namespace AkkaWs.Policies;

/// <summary>How much may wait for one subscriber.</summary>
/// <param name="Messages">Updates and markers.</param>
/// <param name="Bytes">Payload of the updates; one alone may be larger.</param>
internal readonly record struct BufferLimits(int Messages, long Bytes)
{
    /// <summary>No limits.</summary>
    public static BufferLimits None { get; } = new(int.MaxValue, long.MaxValue);

    /// <summary>Whether one more message of this size finds room beside what waits. What has no payload needs none, beside one that is larger too.</summary>
    public bool HasRoom(int messages, long bytes, int size) => messages < Messages && (bytes == 0 || size == 0 || bytes + size <= Bytes);
}
