using AkkaWs.Errors;
using AkkaWs.Messages;
using AkkaWs.Primitives;

namespace AkkaWs.Client;

/// <summary>
/// A subscription that calls user code, one message at a time and in order per topic, on the thread pool. Code that is slow meets the subscription's
/// overflow policy; code that throws is reported (<see cref="SubscriberFailed"/>, the log, <c>ConnectionStatus.CallbackErrors</c>) and by default called
/// again with the next message; code that does not return within <c>SubscriptionOptions.CallbackTimeout</c> ends its subscription. None of it harms
/// anyone else.
/// </summary>
/// <remarks>
/// Over a client that is no <see cref="WebSocketClient"/>, such as a fake, there is no connection to report to: errors are counted in <see cref="Errors"/> alone, and no time limit holds.
/// </remarks>
public sealed class CallbackSubscription : IAsyncDisposable
{
    private readonly ITopicSubscription _updates;
    private readonly Func<TopicMessage, CancellationToken, ValueTask> _onMessage;
    private readonly Func<Exception, TopicMessage, bool>? _onError;
    private readonly CallbackWatch? _watch;
    private readonly CancellationTokenSource _stopped = new();
    private readonly CancellationToken _token;
    private long _errors;
    private int _left;

    internal CallbackSubscription(
        ITopicSubscription updates, Func<TopicMessage, CancellationToken, ValueTask> onMessage, Func<Exception, TopicMessage, bool>? onError)
    {
        (_updates, _onMessage, _onError, _watch) = (updates, onMessage, onError, (updates as TopicSubscription)?.WatchCallback());
        _token = _stopped.Token;
        Completion = RunAsync();
    }

    /// <summary>The connection's name and the first topics.</summary>
    public override string ToString() => $"{_updates}";

    /// <summary>The topics.</summary>
    public IReadOnlyList<Topic> Topics => _updates.Topics;

    /// <summary>How many times the user code threw.</summary>
    public long Errors => Volatile.Read(ref _errors);

    /// <summary>
    /// Completes when the user code will not be called any more: the subscription was left, the connection closed, or the error handler said stop.
    /// Fails as the stream would (see <see cref="TopicSubscription"/>), with what the error handler threw, or with
    /// <see cref="CallbackTimeoutException"/>, when it may still be running.
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
        var calling = Task.Run(CallAsync, CancellationToken.None);
        using (_watch)
        {
            if (_watch is not null && await Task.WhenAny(calling, _watch.Expired).ConfigureAwait(false) != calling)
                throw await GiveUpAsync(_watch, calling).ConfigureAwait(false);
        }

        await calling.ConfigureAwait(false);
    }

    // The user code may return at any time, or never: nobody waits for it, nor for what it does when its token is cancelled.
    private async Task<CallbackTimeoutException> GiveUpAsync(CallbackWatch watch, Task calling)
    {
        var error = new CallbackTimeoutException(watch.Connection, (await watch.Expired.ConfigureAwait(false)).Topic, watch.Limit);
        (_updates as TopicSubscription)?.ReportStuck(error);
        await _updates.DisposeAsync().ConfigureAwait(false);
        Forget(StopAsync());
        Forget(calling);
        return error;
    }

    private static void Forget(Task task) => task.ContinueWith(
        static ended => ended.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted | TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);

    private async Task CallAsync()
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
            _watch?.Begin(message);
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
        finally
        {
            _watch?.End();
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
