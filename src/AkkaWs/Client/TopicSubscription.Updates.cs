using System.Runtime.CompilerServices;
using AkkaWs.Messages;

namespace AkkaWs.Client;

public sealed partial class TopicSubscription
{
    /// <summary>
    /// Leaves the markers out of <paramref name="messages"/>. Updates of the group that was begun are taken from it at once: the messages go on behind
    /// them, for both keep to the subscription's one place in the group.
    /// </summary>
    private sealed class UpdateEnumerator(TopicSubscription subscription, IAsyncEnumerator<TopicMessage> messages) : IAsyncEnumerator<TopicUpdate>
    {
        private bool _reads;

        public TopicUpdate Current { get; private set; } = null!;

        public ValueTask<bool> MoveNextAsync()
        {
            if (!_reads || !subscription.TryTakeUpdate(out var update))
                return MoveToNextAsync();
            Current = update;
            return new(true);
        }

        public ValueTask DisposeAsync() => messages.DisposeAsync();

        [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
        private async ValueTask<bool> MoveToNextAsync()
        {
            (_reads, Current) = (false, null!); // a reader that waits keeps nothing alive
            while (await messages.MoveNextAsync().ConfigureAwait(false))
            {
                if (messages.Current is not TopicUpdate update)
                    continue;
                Current = update;
                _reads = true;
                break;
            }

            return _reads;
        }
    }
}
