namespace AkkaWs.Testing;

/// <summary>Waits for what a test wants to see, without sleeping.</summary>
internal static class ConditionWait
{
    private static readonly TimeSpan DefaultWait = TimeSpan.FromSeconds(30);

    // A test may note what it saw after the change was told: its own state changes without a signal.
    private static readonly TimeSpan LookAgain = TimeSpan.FromMilliseconds(20);

    /// <summary>Completes as soon as the condition holds, which is checked at once and with each change.</summary>
    /// <exception cref="TimeoutException">It did not come true in time.</exception>
    public static async Task UntilAsync(
        Func<bool> condition, ChangeSignal changed, string what, TimeSpan? timeout, Func<string> describe, CancellationToken cancellationToken)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(timeout ?? DefaultWait);
        try
        {
            while (true)
            {
                var change = changed.Next;
                if (condition())
                    return;
                await Task.WhenAny(change, Task.Delay(LookAgain, deadline.Token)).ConfigureAwait(false);
                deadline.Token.ThrowIfCancellationRequested();
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new TimeoutException($"{what} did not come true within {(timeout ?? DefaultWait).TotalSeconds} s. {describe()}");
        }
    }
}
