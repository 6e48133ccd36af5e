using System.Net.WebSockets;

namespace AkkaWs.Testing;

/// <summary>Joins a connection and the exchange for the dialect. Used under the exchange's lock.</summary>
internal sealed class VenueSession(ExchangeConnection connection, TopicHub hub, ReplyDelayer replies, VenueFaults faults, TimeProvider clock) : IVenueSession
{
    public string ConnectionId => connection.ConnectionId;

    public string Path => connection.Path;

    public string Query => connection.PathAndQuery.IndexOf('?', StringComparison.Ordinal) is >= 0 and var mark ? connection.PathAndQuery[(mark + 1)..] : "";

    public bool IsAuthenticated
    {
        get => connection.IsAuthenticated;
        set => connection.IsAuthenticated = value;
    }

    public long Now => clock.GetUtcNow().ToUnixTimeMilliseconds();

    public VenueFaults Faults => faults;

    public object? State { get; set; }

    public IReadOnlyCollection<string> Subscriptions => connection.Topics;

    public bool IsSubscribed(string topic) => connection.Topics.Contains(topic);

    public IReadOnlyCollection<string> OpenTopics => hub.Topics;

    public void Reshape(Func<ReadOnlyMemory<byte>, ReadOnlyMemory<byte>> shape) => connection.Shape = shape;

    public int CountConnections(Func<string, bool> isOne) => hub.CountConnections(isOne);

    public void Reply(byte[] message) => replies.Send(connection, message, faults.ReplyDelay);

    public void Subscribe(string topic) => hub.Subscribe(connection, topic, Now);

    public void Unsubscribe(string topic) => hub.Unsubscribe(connection, topic);

    public void PushPrivate(string topic, byte[] message) => hub.Publish(topic, message);

    public void Close(WebSocketCloseStatus status, string reason) => connection.EndWith(status, reason);

    public bool RememberRequest(string requestId) => connection.Requests.Add(requestId);
}
