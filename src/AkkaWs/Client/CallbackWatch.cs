using Akka.Actor;
using AkkaWs.Messages;

namespace AkkaWs.Client;

/// <summary>
/// Finds user code that was called with a message and does not return: it is looked at four times within the time that a call may take. A call itself
/// costs two writes.
/// </summary>
internal sealed class CallbackWatch : IDisposable
{
    private const int LooksPerCall = 4;
    private static readonly TimeSpan ShortestLook = TimeSpan.FromMilliseconds(1);

    private readonly TaskCompletionSource<TopicMessage> _expired = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly ICancelable _looking;
    private TopicMessage? _current;
    private TopicMessage? _seen;
    private int _looks;

    public CallbackWatch(string connection, TimeSpan limit, IScheduler scheduler)
    {
        (Connection, Limit) = (connection, limit);
        var interval = limit / LooksPerCall > ShortestLook ? limit / LooksPerCall : ShortestLook;
        _looking = scheduler.Advanced.ScheduleRepeatedlyCancelable(interval, interval, Look);
    }

    /// <summary>The connection's name.</summary>
    public string Connection { get; }

    /// <summary>How long a call may take.</summary>
    public TimeSpan Limit { get; }

    /// <summary>Completes with the message of a call that took longer.</summary>
    public Task<TopicMessage> Expired => _expired.Task;

    /// <summary>User code is called with a message.</summary>
    public void Begin(TopicMessage message) => Volatile.Write(ref _current, message);

    /// <summary>It has returned.</summary>
    public void End() => Volatile.Write(ref _current, null);

    public void Dispose() => _looking.Cancel();

    private void Look()
    {
        var current = Volatile.Read(ref _current);
        if (current is null || !ReferenceEquals(current, _seen))
            (_seen, _looks) = (current, 0);
        else if (++_looks == LooksPerCall)
            _expired.TrySetResult(current);
    }
}
