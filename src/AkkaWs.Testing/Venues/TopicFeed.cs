namespace AkkaWs.Testing;

/// <summary>The messages of one public topic, shared by its subscribers. Times are Unix milliseconds.</summary>
internal abstract class TopicFeed
{
    /// <summary>What a new subscriber is sent first, so that the following updates apply to it; null when the topic has no such message.</summary>
    internal virtual byte[]? Snapshot(long now) => null;

    /// <summary>The next update.</summary>
    internal abstract byte[] Next(long now);

    /// <summary>What is sent again where nothing has changed for a while; null: nothing yet. Asked every few milliseconds.</summary>
    internal virtual byte[]? Repeat(long now) => null;

    /// <summary>Has the next update begin anew, as after a restart of the venue's service; false where the topic knows no such thing.</summary>
    internal virtual bool BeginAnew() => false;
}
