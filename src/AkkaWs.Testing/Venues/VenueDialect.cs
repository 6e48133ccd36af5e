namespace AkkaWs.Testing;

/// <summary>
/// How a venue talks: what it answers to a client's message and what its topics carry. The engine calls it for one message at a time; it keeps no thread, no clock and no socket.
/// </summary>
internal abstract class VenueDialect
{
    /// <summary>The path of the address that the simulator names.</summary>
    internal abstract string DefaultPath { get; }

    /// <summary>A client has connected.</summary>
    internal virtual void Open(IVenueSession session)
    {
    }

    /// <summary>A client's message; the dialect answers through the session.</summary>
    internal abstract void Receive(IVenueSession session, ReadOnlyMemory<byte> message);

    /// <summary>Time passes for a client; called every few milliseconds.</summary>
    internal virtual void Tick(IVenueSession session)
    {
    }

    /// <summary>The feed of a public topic that a session subscribed to; null for topics that only ever carry what happens.</summary>
    internal abstract TopicFeed? OpenFeed(string topic, long now);
}
