using System.Runtime.CompilerServices;
using System.Threading.Channels;
using AkkaWs.Client;
using AkkaWs.Errors;
using AkkaWs.Messages;
using AkkaWs.Primitives;

namespace AkkaWs.Testing;

/// <summary>A subscription of a <see cref="FakeWebSocketClient"/>: a bounded channel that ends as the stream of a real one does.</summary>
internal sealed class FakeSubscription : ITopicSubscription
{
    private const int Capacity = 65_536;

    private readonly string _connection;
    private readonly Action<FakeSubscription> _onLeft;
    private readonly HashSet<Topic> _open;
    private readonly Channel<TopicMessage> _messages = Channel.CreateBounded<TopicMessage>(Capacity);
    private int _reading;
    private volatile bool _isOver;

    internal FakeSubscription(string connection, IReadOnlyList<Topic> topics, Action<FakeSubscription> onLeft)
    {
        (_connection, Topics, _onLeft) = (connection, topics, onLeft);
        _open = [.. topics];
    }

    public IReadOnlyList<Topic> Topics { get; }

    /// <summary>Completes when the venue has confirmed it; fails where it refuses.</summary>
    internal TaskCompletionSource Confirmation { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>The topics that were not closed; the client's, within its lock.</summary>
    internal IReadOnlySet<Topic> Open => _open;

    public async IAsyncEnumerator<TopicUpdate> GetAsyncEnumerator(CancellationToken cancellationToken = default)
    {
        await foreach (var message in ReadAllAsync(cancellationToken).ConfigureAwait(false))
        {
            if (message is TopicUpdate update)
                yield return update;
        }
    }

    public async IAsyncEnumerable<TopicMessage> ReadAllAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        ClaimReader();
        var cancellation = cancellationToken.UnsafeRegister(static subscription => ((FakeSubscription)subscription!).Leave(), this);
        try
        {
            while (await _messages.Reader.WaitToReadAsync(CancellationToken.None).ConfigureAwait(false))
            {
                while (_messages.Reader.TryRead(out var message))
                    yield return message;
            }

            cancellationToken.ThrowIfCancellationRequested();
        }
        finally
        {
            cancellation.Unregister();
            Volatile.Write(ref _reading, 0);
        }
    }

    public ChannelReader<TopicMessage> AsChannel()
    {
        ClaimReader();
        return _messages.Reader;
    }

    public Task UnsubscribeAsync(CancellationToken cancellationToken = default)
    {
        Leave();
        return Task.CompletedTask;
    }

    public ValueTask DisposeAsync()
    {
        Leave();
        return ValueTask.CompletedTask;
    }

    public override string ToString() => $"{_connection}: {Readable.List(Topics)}";

    /// <summary>Takes a message if it is of one of its topics.</summary>
    /// <param name="message">The message.</param>
    /// <param name="refusal">Set where it finds no room.</param>
    /// <returns>Whether it is of one of its topics.</returns>
    internal bool Offer(TopicMessage message, out string? refusal)
    {
        refusal = null;
        if (_isOver || !_open.Contains(message.Topic))
            return false;
        if (message is TopicClosed closed)
            Close(closed.Topic, closed.Reason);
        else if (!_messages.Writer.TryWrite(message) && !_isOver)
            refusal = $"The subscription {this} has {Capacity} messages that nobody reads.";
        return true;
    }

    /// <summary>Takes what happens to the connection; where nobody reads it ends, and nobody else.</summary>
    internal void Mark(TopicMessage marker)
    {
        if (Offer(marker, out var refusal) && refusal is not null)
            Close(marker.Topic, new CloseReason(ErrorClass.Lagged, refusal));
    }

    /// <summary>The connection is closed.</summary>
    internal void End(CloseReason reason)
    {
        foreach (var topic in _open.ToArray())
            Close(topic, reason);
    }

    // The first error ends the stream, and the last topic does.
    private void Close(Topic topic, CloseReason reason)
    {
        _open.Remove(topic);
        if (reason.IsGraceful && _open.Count > 0)
            return;
        _open.Clear();
        _messages.Writer.TryComplete(ErrorOf(reason));
    }

    private Exception? ErrorOf(CloseReason reason) =>
        reason.Class == ErrorClass.Lagged ? new SubscriptionLaggedException(_connection, Topics, reason.Description)
        : reason.IsGraceful ? null
        : ConnectionClosedException.Of(_connection, reason, inner: null);

    private void Leave()
    {
        if (_isOver)
            return;
        _isOver = true;
        _onLeft(this);
        _messages.Writer.TryComplete();
        while (_messages.Reader.TryRead(out _))
        {
            // What was not read is dropped.
        }
    }

    private void ClaimReader()
    {
        if (Interlocked.Exchange(ref _reading, 1) != 0)
            throw new InvalidOperationException("The subscription is read already; subscribe once more for a second reader.");
    }
}
