using System.Text;

namespace AkkaWs.Testing;

public sealed partial class ExchangeSimulator
{
    /// <summary>Rejects every login from now on, be it signed right or not.</summary>
    /// <param name="reason">What the rejection says (<c>ret_msg</c>).</param>
    public void RejectLogins(string reason = "API key is invalid.")
    {
        ArgumentException.ThrowIfNullOrEmpty(reason);
        lock (_venue)
            _faults.LoginRejection = reason;
    }

    /// <summary>Ends <see cref="RejectLogins"/>.</summary>
    public void AcceptLogins()
    {
        lock (_venue)
            _faults.LoginRejection = null;
    }

    /// <summary>Rejects subscriptions to these topics, which must exist otherwise, as if they were unknown; replaces the topics of an earlier call. None ends it.</summary>
    public void RejectTopics(params IEnumerable<string> topics)
    {
        lock (_venue)
            _faults.RejectedTopics = [.. topics];
    }

    /// <summary>
    /// Holds back every answer (acknowledgements, logins, pongs of the protocol, order replies) by this time; pushes go on and may overtake them. <see cref="TimeSpan.Zero"/> ends it,
    /// <see cref="Timeout.InfiniteTimeSpan"/> answers nothing at all.
    /// </summary>
    public void DelayAcks(TimeSpan delay)
    {
        if (delay != Timeout.InfiniteTimeSpan)
            ArgumentOutOfRangeException.ThrowIfLessThan(delay, TimeSpan.Zero);
        lock (_venue)
            _faults.ReplyDelay = delay;
    }

    /// <summary>Pushes these bytes, as they are, to every subscriber of the topic, in order with the generated updates.</summary>
    /// <returns>How many subscribers there were.</returns>
    public int Publish(string topic, ReadOnlyMemory<byte> utf8)
    {
        lock (_venue)
            return _hub.Publish(topic, utf8);
    }

    /// <summary>Pushes this text, as it is, to every subscriber of the topic, in order with the generated updates.</summary>
    /// <returns>How many subscribers there were.</returns>
    public int Publish(string topic, string text) => Publish(topic, Encoding.UTF8.GetBytes(text));

    /// <summary>Makes a hole in the topic's sequence: its next update is generated and sent to nobody.</summary>
    /// <returns>Whether the topic was ever subscribed to, so that it has a sequence.</returns>
    public bool LoseNextUpdate(string topic)
    {
        lock (_venue)
            return _hub.LoseNext(topic, Clock.GetUtcNow().ToUnixTimeMilliseconds());
    }

    /// <summary>
    /// Has the next update of a book begin anew, as after a restart of the venue's service: of Bybit, a snapshot with <c>u</c> 1, or a delta with <c>u</c> 1 and without levels where the book has no snapshots.
    /// </summary>
    /// <returns>Whether the topic was ever subscribed to and can begin anew.</returns>
    public bool BeginAnew(string topic)
    {
        lock (_venue)
            return _hub.BeginAnew(topic);
    }

    /// <summary>Completes when at least one open connection is subscribed to the topic.</summary>
    /// <inheritdoc cref="LoopbackServer{TConnection}.WaitForAsync" path="/exception"/>
    public Task WaitForSubscriptionAsync(string topic, TimeSpan? timeout = null, CancellationToken cancellationToken = default) =>
        WaitForAsync(() => Subscriptions.Contains(topic), $"a subscription to {topic}", timeout, cancellationToken);

    /// <summary>Completes when no open connection is subscribed to the topic.</summary>
    /// <inheritdoc cref="LoopbackServer{TConnection}.WaitForAsync" path="/exception"/>
    public Task WaitForNoSubscriptionAsync(string topic, TimeSpan? timeout = null, CancellationToken cancellationToken = default) =>
        WaitForAsync(() => !Subscriptions.Contains(topic), $"no subscription to {topic}", timeout, cancellationToken);

    private protected override string Describe() => $"{base.Describe()}; subscribed topics: {string.Join(", ", Subscriptions)}";
}
