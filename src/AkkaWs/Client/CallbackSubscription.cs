using AkkaWs.Messages;
using AkkaWs.Primitives;

namespace AkkaWs.Client;

/// <summary>
/// A subscription that calls user code, one message at a time and in order per topic, on the thread pool. Code that is slow meets the subscription's
/// overflow policy; code that throws is reported (<see cref="SubscriberFailed"/>, the log, <c>ConnectionStatus.CallbackErrors</c>) and by default called
/// again with the next message. Neither harms anyone else.
/// </summary>
public sealed class CallbackSubscription : IAsyncDisposable
{
    private readonly ITopicSubscription _updates;
    private readonly Func<TopicMessage, CancellationToken, ValueTask> _onMessage;
    private readonly Func<Exception, TopicMessage, bool>? _onError;
    private readonly CancellationTokenSource _stopped = new();
    private readonly CancellationToken _token;
    private long _errors;
    private int _left;

    internal CallbackSubscription(
        ITopicSubscription updates, Func<TopicMessage, CancellationToken, ValueTask> onMessage, Func<Exception, TopicMessage, bool>? onError)
    {
        (_updates, _onMessage, _onError) = (updates, onMessage, onError);
        _token = _stopped.Token;
        Completion = Task.Run(RunAsync, CancellationToken.None);
    }

    /// <summary>The connection's name and the first topics.</summary>
    public override string ToString() => $"{_updates}";

    /// <summary>The topics.</summary>
    public IReadOnlyList<Topic> Topics => _updates.Topics;

    /// <summary>How many times the user code threw.</summary>
    public long Errors => Volatile.Read(ref _errors);

    /// <summary>
    /// Completes when the user code will not be called any more: the subscription was left, the connection closed, or the error handler said stop.
    /// Fails as the stream would (see <see cref="TopicSubscription"/>), or with what the error handler threw.
    /// </summary>
    public Task Completion { get; }

    /// <summary>Unsubscribes, and completes when the server was told; the user code's token is cancelled.</summary>
    public async Task UnsubscribeAsync(CancellationToken cancellationToken = default)
    {
        await StopAsync().ConfigureAwait(false);
        await _updates.UnsubscribeAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Unsubscribes; idempotent. It does not wait for user code that is running: <see cref="Completion"/> does.</summary>
    public async ValueTask DisposeAsync()
    {
        await StopAsync().ConfigureAwait(false);
        await _updates.DisposeAsync().ConfigureAwait(false);
    }

    private async Task StopAsync()
    {
        if (Interlocked.Exchange(ref _left, 1) != 0)
            return;
        await _stopped.CancelAsync().ConfigureAwait(false);
        _stopped.Dispose();
    }

    private async Task RunAsync()
    {
        try
        {
            await foreach (var message in _updates.ReadAllAsync().ConfigureAwait(false))
            {
                if (!await TryCallAsync(message).ConfigureAwait(false))
                    break;
            }
        }
        finally
        {
            await _updates.DisposeAsync().ConfigureAwait(false);
        }
    }

    private async ValueTask<bool> TryCallAsync(TopicMessage message)
    {
        try
        {
            await _onMessage(message, _token).ConfigureAwait(false);
            return true;
        }
        catch (OperationCanceledException) when (_token.IsCancellationRequested)
        {
            return false;
        }
        catch (Exception e)
        {
            Report(message, e);
            return _onError?.Invoke(e, message) ?? true;
        }
    }

    // A callback that fails on one message may fail on every one: the 1st, 2nd, 4th, 8th … is told.
    private void Report(TopicMessage message, Exception error)
    {
        var errors = Interlocked.Increment(ref _errors);
        if (_updates is not TopicSubscription subscription)
            return;
        subscription.Counters.AddCallbackError();
        if (long.IsPow2(errors))
            subscription.Report(message.Topic, error, errors);
    }
}
