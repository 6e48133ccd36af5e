using AkkaWs.Messages;
using AkkaWs.Primitives;

namespace AkkaWs.Testing;

public sealed partial class FakeWebSocketClient
{
    /// <summary>
    /// Completes as soon as the condition holds. It is checked at once, whenever something is sent, subscribed, left, answered or changes its state, and after 20 ms without any of it.
    /// </summary>
    /// <param name="condition">Quick and without side effects.</param>
    /// <param name="what">Names the condition in the error.</param>
    /// <param name="timeout">Default 30 s, of the system's clock.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="TimeoutException">It did not come true in time; the message says what the client had seen.</exception>
    public Task WaitForAsync(Func<bool> condition, string what = "the condition", TimeSpan? timeout = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(condition);
        return ConditionWait.UntilAsync(condition, _changed, what, timeout, Describe, cancellationToken);
    }

    /// <summary>Completes with the first request that satisfies the predicate; those that came before the call count.</summary>
    /// <inheritdoc cref="WaitForAsync" path="/exception"/>
    /// <param name="predicate">Which one; null: any.</param>
    /// <param name="what">Names it in the error.</param>
    /// <param name="timeout">Default 30 s, of the system's clock.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async Task<FakeRequest> WaitForRequestAsync(
        Func<FakeRequest, bool>? predicate = null, string what = "the request", TimeSpan? timeout = null, CancellationToken cancellationToken = default)
    {
        FakeRequest? found = null;
        await WaitForAsync(() => (found = Requests.FirstOrDefault(predicate ?? (_ => true))) is not null, what, timeout, cancellationToken).ConfigureAwait(false);
        return found!;
    }

    /// <summary>Completes with the first message that was sent as it is and satisfies the predicate; those that came before the call count.</summary>
    /// <inheritdoc cref="WaitForAsync" path="/exception"/>
    /// <param name="predicate">Which one; null: any.</param>
    /// <param name="what">Names it in the error.</param>
    /// <param name="timeout">Default 30 s, of the system's clock.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async Task<Send> WaitForSendAsync(
        Func<Send, bool>? predicate = null, string what = "the message", TimeSpan? timeout = null, CancellationToken cancellationToken = default)
    {
        Send? found = null;
        await WaitForAsync(() => (found = Sent.FirstOrDefault(predicate ?? (_ => true))) is not null, what, timeout, cancellationToken).ConfigureAwait(false);
        return found!;
    }

    /// <summary>Completes when somebody is subscribed to the topic.</summary>
    /// <inheritdoc cref="WaitForAsync" path="/exception"/>
    public Task WaitForSubscriptionAsync(Topic topic, TimeSpan? timeout = null, CancellationToken cancellationToken = default) =>
        WaitForAsync(() => Subscriptions.Contains(topic), $"a subscription to {topic}", timeout, cancellationToken);

    /// <summary>Completes when nobody is subscribed to the topic.</summary>
    /// <inheritdoc cref="WaitForAsync" path="/exception"/>
    public Task WaitForNoSubscriptionAsync(Topic topic, TimeSpan? timeout = null, CancellationToken cancellationToken = default) =>
        WaitForAsync(() => !Subscriptions.Contains(topic), $"no subscription to {topic}", timeout, cancellationToken);

    private string Describe() =>
        $"{this}; subscribed topics: {string.Join(", ", Subscriptions)}; {Requests.Count} requests, {Sent.Count} messages; last requests: {string.Join(" | ", Requests.TakeLast(5))}";
}
