using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;
using AkkaWs.Connection;
using AkkaWs.Errors;
using AkkaWs.Messages;
using AkkaWs.Primitives;
using AkkaWs.Routing;
using AkkaWs.Topics;

namespace AkkaWs.Client;

/// <summary>
/// The updates of one or several topics as a stream, in a buffer of its own: what is unread costs nobody else anything. A reader so slow that the
/// buffer is full (<c>SubscriptionOptions.BufferCapacity</c>, <c>BufferBytes</c>) fails, alone; other policies (<see cref="OverflowPolicy"/>) drop, count and
/// tell, or push back. It survives reconnects; <see cref="ReadAllAsync"/> shows where they were.
/// </summary>
/// <remarks>
/// One reader at a time. Requests and further subscriptions may be awaited while it reads. Disposing, or cancelling the reader's token, unsubscribes. The stream ends when the connection is closed on request,
/// and throws <see cref="ConnectionClosedException"/> when it closes by an error, <see cref="SubscriptionLaggedException"/> when its reader was too slow; each further read throws the
/// same error again.
/// </remarks>
public sealed partial class TopicSubscription : ITopicSubscription
{
    private readonly ConnectionHandle _life;
    private readonly OpenedConnection _connection;
    private readonly ISubscriptionBuffer _buffer;
    private int _open;
    private TopicMessage[] _group = [];
    private int _next;
    private BatchCredit? _credit;
    private int _reading;
    private int _disposed;

    // What has ended it, where that was an error: whoever reads it again gets it again.
    private Exception? _error;

    // The subscription as a channel, once somebody asked for that.
    private SubscriptionReader? _channel;

    /// <summary>A subscription that ends with the life of the connection that it is made for.</summary>
    internal TopicSubscription(ConnectionHandle life, OpenedConnection connection, IReadOnlyList<Topic> topics, ISubscriptionBuffer buffer)
    {
        _life = life;
        _connection = connection;
        _buffer = buffer;
        Topics = topics;
        _open = topics.Count;
        buffer.Failed = OnFailed;
        if (buffer is StreamBuffer stream)
            (stream.IsReading, stream.ReleaseReader) = (() => Volatile.Read(ref _credit) is not null, ReleaseCredit);
        life.Backlogs.Add(buffer, topics);
    }

    /// <summary>The topics.</summary>
    public IReadOnlyList<Topic> Topics { get; }

    /// <summary>Why it has ended by itself; null: it has not.</summary>
    internal SubscriptionLaggedException? Lagged => _buffer.Lag is { } lag ? ErrorOf(lag.Reason) : null;

    /// <summary>Counts what its readers make of the messages.</summary>
    internal SubscriberCounters Counters => _life.Subscribers;

    /// <summary>The connection's name and the first topics.</summary>
    public override string ToString() => $"{_life.Name}: {Readable.List(Topics)}";

    /// <summary>The updates alone.</summary>
    public IAsyncEnumerator<TopicUpdate> GetAsyncEnumerator(CancellationToken cancellationToken = default) =>
        new UpdateEnumerator(this, ReadAllAsync(CancellationToken.None).GetAsyncEnumerator(cancellationToken));

    /// <summary>
    /// Updates and markers (<see cref="Interrupted"/>, <see cref="Restored"/>, <see cref="Lagged"/>), in order per topic. A reader that stops may start again later: it
    /// goes on where it stopped.
    /// </summary>
    /// <exception cref="InvalidOperationException">Someone reads already.</exception>
    public async IAsyncEnumerable<TopicMessage> ReadAllAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        ClaimReader();
        var cancellation = cancellationToken.UnsafeRegister(static s => ((TopicSubscription)s!).Leave(), this);
        try
        {
            if (_error is not null)
                ExceptionDispatchInfo.Throw(_error);
            while (_open > 0 && (HasNext() || await _buffer.WaitAsync().ConfigureAwait(false)))
            {
                while (HasNext())
                {
                    // No local holds the message, which would keep it while the reader waits.
                    if (_group[_next++] is TopicClosed closed)
                        End(closed);
                    else
                        yield return _group[_next - 1];
                }
            }

            cancellationToken.ThrowIfCancellationRequested();
        }
        finally
        {
            cancellation.Unregister();
            Interlocked.Exchange(ref _reading, 0);
            ForgetGroup();
        }
    }

    /// <summary>Unsubscribes, and completes when nothing more is delivered; where this was the topics' last subscriber, the server is told. Idempotent.</summary>
    public async Task UnsubscribeAsync(CancellationToken cancellationToken = default)
    {
        if (Close())
            await WebSocketClient.LeaveAsync(_life, new UnsubscribeSink(Topics, _buffer), cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Unsubscribes; idempotent. Updates not yet read are dropped.</summary>
    public ValueTask DisposeAsync()
    {
        Leave();
        return ValueTask.CompletedTask;
    }

    /// <summary>Whether a message is at hand. The credit of a group is held until the reader asks for more than the group has.</summary>
    private bool HasNext()
    {
        while (Volatile.Read(ref _disposed) == 0)
        {
            if (_next < _group.Length)
                return true;
            (_group, _next) = ([], 0); // a reader that waits keeps nothing alive
            Interlocked.Exchange(ref _credit, null)?.Release();
            if (!_buffer.TryTake(out var item))
                break;
            (_group, _next) = (item.Messages, 0);
            Interlocked.Exchange(ref _credit, item.Credit);
        }

        if (Volatile.Read(ref _disposed) != 0)
            Interlocked.Exchange(ref _credit, null)?.Release();
        return false;
    }

    /// <summary>The group's next message, if it is an update.</summary>
    private bool TryTakeUpdate([NotNullWhen(true)] out TopicUpdate? update)
    {
        update = _next < _group.Length && Volatile.Read(ref _disposed) == 0 ? _group[_next] as TopicUpdate : null;
        if (update is null)
            return false;
        _next++;
        return true;
    }

    // An error is the end of all topics: a subscription that lags is told it once, for one of them.
    private void End(TopicClosed closed)
    {
        _error = closed.Reason.Class == ErrorClass.Lagged ? ErrorOf(closed.Reason)
            : closed.Reason.IsGraceful ? null : ConnectionClosedException.Of(_life.Name, closed.Reason, inner: null);
        _open = _error is null ? _open - 1 : 0;
        if (_open == 0)
        {
            _buffer.Close();
            _life.Backlogs.Remove(_buffer);
        }

        if (_error is not null)
            throw _error;
    }

    private SubscriptionLaggedException ErrorOf(CloseReason reason) => _buffer.Lag is { } lag
        ? new(_life.Name, Topics, reason.Description) { Topic = TopicOf(lag), Lag = lag.Unread.Updates, Age = lag.Unread.Age }
        : new(_life.Name, Topics, reason.Description);

    private Topic TopicOf(Lag lag) => lag.Topic == default ? Topics[0] : lag.Topic;

    private void Leave()
    {
        if (Close())
            Withdraw();
    }

    private bool Close()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
            return false;
        _buffer.Close();
        _life.Backlogs.Remove(_buffer);
        Interlocked.Exchange(ref _credit, null)?.Release();
        Volatile.Read(ref _channel)?.Complete();
        ForgetGroup();
        return true;
    }

    // The reader's own, unless nobody reads; what was left of it is read no more.
    private void ForgetGroup()
    {
        if (Volatile.Read(ref _disposed) == 0 || Interlocked.CompareExchange(ref _reading, 1, 0) != 0)
            return;
        (_group, _next) = ([], 0);
        Volatile.Write(ref _reading, 0);
    }

    /// <summary>Code of the caller's that a message was given to threw.</summary>
    internal void Report(Topic topic, Exception error, long errors) => _connection.Actor.Tell(new ReportSubscriber(topic, error, errors), Akka.Actor.ActorRefs.NoSender);

    /// <summary>Code of the caller's did not return in time: the subscription ends.</summary>
    internal void ReportStuck(CallbackTimeoutException error)
    {
        Counters.AddLagged();
        ReportEnd(error.Topic, new CloseReason(ErrorClass.Lagged, error.Reason));
    }

    /// <summary>Finds code of the caller's that does not return in time; null where the options do not limit it.</summary>
    internal CallbackWatch? WatchCallback() => _life.Options!.Subscriptions.CallbackTimeout is { } limit
        ? new CallbackWatch(_life.Name, limit, _connection.System.Scheduler)
        : null;

    private void OnFailed()
    {
        _life.Backlogs.Remove(_buffer);
        if (_buffer.Lag is { } lag)
            ReportEnd(TopicOf(lag), lag.Reason);
        Withdraw();
    }

    private void ReportEnd(Topic topic, CloseReason reason) => _connection.Actor.Tell(new SubscriptionEnded(topic, reason), Akka.Actor.ActorRefs.NoSender);

    private void Withdraw() => _connection.Actor.Tell(new UnsubscribeSink(Topics, _buffer), Akka.Actor.ActorRefs.NoSender);

    private bool ReleaseCredit()
    {
        var credit = Interlocked.Exchange(ref _credit, null);
        credit?.Release();
        return credit is not null;
    }
}
