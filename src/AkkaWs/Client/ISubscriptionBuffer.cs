using AkkaWs.Routing;

namespace AkkaWs.Client;

/// <summary>Between the read loop, which adds, and one reader, who takes.</summary>
internal interface ISubscriptionBuffer : IUpdateSink, IBacklog
{
    /// <summary>Told once if the buffer ends the subscription by itself, outside of any lock.</summary>
    Action? Failed { get; set; }

    /// <summary>What was unread when the buffer ended the subscription by itself; null: it has not.</summary>
    Lag? Lag { get; }

    /// <summary>Takes the next group if there is one. Its messages hold until the next call.</summary>
    bool TryTake(out StreamBuffer.Item item);

    /// <summary>Completes when there is something to take (true), or nothing will come any more (false). One waiter.</summary>
    ValueTask<bool> WaitAsync();

    /// <summary>Takes nothing more, gives all credits back and wakes the waiter.</summary>
    void Close();
}
