namespace AkkaWs.Testing;

public abstract partial class LoopbackServer<TConnection>
{
    /// <summary>
    /// Completes as soon as the condition holds. It is checked at once and again whenever a connection opens or ends, a message or a control frame arrives, an upgrade is refused, or a subscription changes, and after 20 ms without any of it.
    /// </summary>
    /// <param name="condition">Quick and without side effects.</param>
    /// <param name="what">Names the condition in the error.</param>
    /// <param name="timeout">Default 30 s.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="TimeoutException">It did not come true in time; the message says what the server had seen.</exception>
    public Task WaitForAsync(Func<bool> condition, string what = "the condition", TimeSpan? timeout = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(condition);
        return ConditionWait.UntilAsync(IsTrue, Changed, what, timeout, Describe, cancellationToken);

        bool IsTrue()
        {
            ThrowIfFailed();
            return condition();
        }
    }

    /// <summary>Completes when exactly this many connections are open.</summary>
    /// <inheritdoc cref="WaitForAsync" path="/exception"/>
    public Task WaitForConnectionsAsync(int count, TimeSpan? timeout = null, CancellationToken cancellationToken = default) =>
        WaitForAsync(() => ConnectionCount == count, $"{count} open connections", timeout, cancellationToken);

    /// <summary>Completes with the n-th connection that the server accepts, from 1, be it still open or not: the second one is the first reconnect of a single client.</summary>
    /// <inheritdoc cref="WaitForAsync" path="/exception"/>
    public async Task<TConnection> WaitForConnectionAsync(int number, TimeSpan? timeout = null, CancellationToken cancellationToken = default)
    {
        TConnection? found = null;
        await WaitForAsync(() => (found = ConnectionHistory.FirstOrDefault(connection => connection.Number == number)) is not null, $"connection {number}", timeout, cancellationToken)
            .ConfigureAwait(false);
        return found!;
    }

    /// <summary>Completes with the first recorded message, of any connection, that satisfies the predicate; messages that arrived before the call count.</summary>
    /// <inheritdoc cref="WaitForAsync" path="/exception"/>
    public async Task<ReceivedMessage> WaitForMessageAsync(Func<ReceivedMessage, bool> predicate, string what = "the message", TimeSpan? timeout = null, CancellationToken cancellationToken = default)
    {
        ReceivedMessage? found = null;
        await WaitForAsync(() => (found = ConnectionHistory.SelectMany(connection => connection.Received).FirstOrDefault(predicate)) is not null, what, timeout, cancellationToken)
            .ConfigureAwait(false);
        return found!;
    }

    private protected virtual string Describe() =>
        $"{ConnectionsAccepted} connections accepted, {ConnectionCount} open, {UpgradesRefused} upgrades refused; last messages: "
        + string.Join(" | ", ConnectionHistory.SelectMany(connection => connection.Received).TakeLast(5));
}
