using System.Threading.Channels;
using AkkaWs.Messages;

namespace AkkaWs.Client;

public sealed partial class TopicSubscription
{
    /// <summary>
    /// The same stream as a channel, for code that reads channels: updates and markers, under the subscription's own overflow policy, without a
    /// second buffer. It takes the place of the subscription's one reader for good.
    /// </summary>
    /// <remarks>
    /// Cancelling a read gives up that read alone; dispose the subscription to leave, which completes the channel at once. Otherwise the channel
    /// completes as the stream would end, when that is read: with the same error, where there is one.
    /// </remarks>
    /// <exception cref="InvalidOperationException">Someone reads already.</exception>
    public ChannelReader<TopicMessage> AsChannel()
    {
        ClaimReader();
        var channel = new SubscriptionReader(this);
        Interlocked.Exchange(ref _channel, channel);
        if (Volatile.Read(ref _disposed) != 0)
            channel.Complete(); // left before anyone could know of it
        return channel;
    }

    private void ClaimReader()
    {
        if (Interlocked.Exchange(ref _reading, 1) != 0)
            throw new InvalidOperationException("The subscription is read already; subscribe once more for a second reader.");
    }

    private sealed class SubscriptionReader(TopicSubscription subscription) : ChannelReader<TopicMessage>
    {
        private readonly TaskCompletionSource _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private Task<bool>? _waiting;

        public override Task Completion => _completion.Task;

        /// <summary>The subscription was left: nothing more can be read.</summary>
        public void Complete() => _completion.TrySetResult();

        public override bool TryRead(out TopicMessage item)
        {
            item = null!;
            try
            {
                while (!_completion.Task.IsCompleted && subscription._open > 0 && subscription.HasNext())
                {
                    item = subscription._group[subscription._next++];
                    if (item is not TopicClosed closed)
                        return true;
                    subscription.End(closed);
                }

                if (subscription._open == 0)
                    Finish();
            }
            catch (Exception e)
            {
                _completion.TrySetException(e);
            }

            return false;
        }

        public override async ValueTask<bool> WaitToReadAsync(CancellationToken cancellationToken = default)
        {
            while (!_completion.Task.IsCompleted && subscription._open > 0)
            {
                if (subscription.HasNext())
                {
                    if (subscription._group[subscription._next] is not TopicClosed)
                        return true;
                    TryReadEnd();
                    continue;
                }

                // A wait that was given up goes on: the buffer knows one waiter.
                _waiting ??= subscription._buffer.WaitAsync().AsTask();
                var more = await _waiting.WaitAsync(cancellationToken).ConfigureAwait(false);
                _waiting = null;
                if (!more)
                    _completion.TrySetResult();
            }

            Finish();
            if (_completion.Task.IsFaulted)
                await _completion.Task.ConfigureAwait(false);
            return false;
        }

        private void Finish()
        {
            (subscription._group, subscription._next) = ([], 0);
            if (subscription._error is { } error)
                _completion.TrySetException(error);
            else
                _completion.TrySetResult();
        }

        private void TryReadEnd()
        {
            try
            {
                subscription.End((TopicClosed)subscription._group[subscription._next++]);
            }
            catch (Exception e)
            {
                _completion.TrySetException(e);
            }
        }
    }
}
