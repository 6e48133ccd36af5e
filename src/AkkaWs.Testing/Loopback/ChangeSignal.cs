namespace AkkaWs.Testing;

/// <summary>Wakes everyone who waits for a change; a waiter takes <see cref="Next"/> first, then checks its condition, so no change is missed.</summary>
internal sealed class ChangeSignal
{
    private TaskCompletionSource _next = Create();

    internal Task Next => Volatile.Read(ref _next).Task;

    internal void Pulse() => Interlocked.Exchange(ref _next, Create()).TrySetResult();

    private static TaskCompletionSource Create() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
