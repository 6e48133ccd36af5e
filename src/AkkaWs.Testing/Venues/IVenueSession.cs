using System.Net.WebSockets;

namespace AkkaWs.Testing;

/// <summary>A client's connection as a dialect sees it.</summary>
internal interface IVenueSession
{
    string ConnectionId { get; }

    string Path { get; }

    /// <summary>What follows the question mark of the address, as it was sent; empty if nothing does.</summary>
    string Query { get; }

    bool IsAuthenticated { get; set; }

    /// <summary>Unix milliseconds.</summary>
    long Now { get; }

    /// <summary>What tests ask the venue to do wrong.</summary>
    VenueFaults Faults { get; }

    /// <summary>What the dialect remembers of this client.</summary>
    object? State { get; set; }

    IReadOnlyCollection<string> Subscriptions { get; }

    bool IsSubscribed(string topic);

    /// <summary>What at least one connection is subscribed to.</summary>
    IReadOnlyCollection<string> OpenTopics { get; }

    /// <summary>Changes every message before it is sent to this client.</summary>
    void Reshape(Func<ReadOnlyMemory<byte>, ReadOnlyMemory<byte>> shape);

    /// <summary>How many connections are subscribed to a topic of these.</summary>
    int CountConnections(Func<string, bool> isOne);

    /// <summary>Answers this client, after the delay that a test asked for.</summary>
    void Reply(byte[] message);

    /// <summary>Subscribes, and sends the topic's snapshot after the replies made so far.</summary>
    void Subscribe(string topic);

    void Unsubscribe(string topic);

    /// <summary>Pushes to every authenticated subscriber of a private topic.</summary>
    void PushPrivate(string topic, byte[] message);

    /// <summary>Sends a close frame behind what was sent by now.</summary>
    void Close(WebSocketCloseStatus status, string reason);

    /// <summary>Whether the id is new among the recent ones of this connection.</summary>
    bool RememberRequest(string requestId);
}
