using AkkaWs.Primitives;

namespace AkkaWs.Protocol;

/// <summary>What a message told: updates with this key are of this topic. See <see cref="ProtocolHandler.TryLearn"/>.</summary>
/// <param name="Key">The key as it stands in updates.</param>
/// <param name="Topic">The topic that was subscribed.</param>
public sealed record LearnedTopic(ReadOnlyMemory<byte> Key, Topic Topic)
{
    /// <summary>The topic and how long its key is.</summary>
    public override string ToString() => $"LearnedTopic {{ {Topic}, key of {Key.Length} bytes }}";
}
