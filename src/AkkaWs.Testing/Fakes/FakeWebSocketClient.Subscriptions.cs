using AkkaWs.Client;
using AkkaWs.Errors;
using AkkaWs.Messages;
using AkkaWs.Primitives;

namespace AkkaWs.Testing;

// What the code under test is subscribed to.
public sealed partial class FakeWebSocketClient
{
    private readonly List<FakeSubscription> _subscriptions = [];
    private readonly Dictionary<Topic, long> _sequences = [];
    private readonly Dictionary<Topic, Interrupted> _interruptions = [];
    private readonly Dictionary<Topic, string> _refused = [];

    /// <summary>The topics that somebody is subscribed to at this moment, or will be as soon as the connection is Ready.</summary>
    public IReadOnlyCollection<Topic> Subscriptions
    {
        get
        {
            lock (_lock)
                return [.. OpenTopics()];
        }
    }

    /// <inheritdoc/>
    public async Task<ITopicSubscription> SubscribeAsync(IReadOnlyList<Topic> topics, SubscribeOptions options, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(topics);
        ArgumentOutOfRangeException.ThrowIfZero(topics.Count, nameof(topics));
        ArgumentNullException.ThrowIfNull(options);
        cancellationToken.ThrowIfCancellationRequested();
        var subscription = new FakeSubscription(Name, [.. topics.Distinct()], Forget);
        lock (_lock)
        {
            ThrowIfOver();
            Join(subscription);
            _changed.Pulse();
        }

        try
        {
            await subscription.Confirmation.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
            return subscription;
        }
        catch
        {
            await subscription.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    // All of these within the lock.
    private void Join(FakeSubscription subscription)
    {
        _subscriptions.Add(subscription);
        foreach (var topic in subscription.Topics)
        {
            if (_interruptions.TryGetValue(topic, out var interruption))
                subscription.Mark(interruption);
        }

        // The venue is not asked for everything.
        if (_state == ConnectionState.Ready || subscription.Topics.All(topic => topic.IsEverything))
            Confirm(subscription);
    }

    private void Confirm(FakeSubscription subscription)
    {
        TopicFailure[] refused = [.. subscription.Topics.Where(_refused.ContainsKey).Select(topic => new TopicFailure(topic, _refused[topic]))];
        if (refused.Length == 0)
            subscription.Confirmation.TrySetResult();
        else if (subscription.Confirmation.TrySetException(new SubscriptionFailedException(Name, refused)))
            _subscriptions.Remove(subscription);
    }

    private void Interrupt(CloseReason reason)
    {
        foreach (var topic in OpenTopics().ToArray())
            Mark(_interruptions[topic] = new Interrupted(topic, _epoch, reason));
        ForgetEnded();
    }

    private void Restore()
    {
        foreach (var subscription in _subscriptions.Where(subscription => !subscription.Confirmation.Task.IsCompleted).ToArray())
            Confirm(subscription);
        foreach (var topic in _interruptions.Keys)
            Mark(new Restored(topic, _epoch));
        _interruptions.Clear();
        ForgetEnded();
    }

    private void EndSubscriptions(CloseReason reason)
    {
        foreach (var subscription in _subscriptions)
        {
            subscription.Confirmation.TrySetException(ClosedError());
            subscription.End(reason);
        }

        _subscriptions.Clear();
        _sequences.Clear();
        _interruptions.Clear();
    }

    private void Forget(FakeSubscription subscription)
    {
        lock (_lock)
        {
            _subscriptions.Remove(subscription);
            ForgetDeserted();
            _changed.Pulse();
        }
    }

    // A topic that nobody is subscribed to has no numbers: who comes next begins with 1.
    private void ForgetDeserted()
    {
        HashSet<Topic> open = [.. OpenTopics()];
        foreach (var topic in _sequences.Keys.Concat(_interruptions.Keys).Where(topic => !open.Contains(topic)).ToArray())
        {
            _sequences.Remove(topic);
            _interruptions.Remove(topic);
        }
    }

    private bool IsSubscribed(Topic topic) => _subscriptions.Any(subscription => subscription.Open.Contains(topic));

    private IEnumerable<Topic> OpenTopics() => _subscriptions.SelectMany(subscription => subscription.Open).Distinct();

    // Whoever has no room is told of when all others have it.
    private int Deliver(TopicMessage message)
    {
        string? refused = null;
        var count = _subscriptions.Count(subscription =>
        {
            var isTaken = subscription.Offer(message, out var refusal);
            refused ??= refusal;
            return isTaken;
        });
        return refused is null ? count : throw new InvalidOperationException(refused);
    }

    private void Mark(TopicMessage marker)
    {
        foreach (var subscription in _subscriptions)
            subscription.Mark(marker);
    }

    private void ForgetEnded()
    {
        _subscriptions.RemoveAll(subscription => subscription.Open.Count == 0);
        ForgetDeserted();
    }
}
