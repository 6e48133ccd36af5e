namespace AkkaWs.Testing;

/// <summary>Every byte of a server passes here; while it is shut nothing moves and nothing breaks.</summary>
internal sealed class StallGate
{
    private TaskCompletionSource? _shut;

    internal bool IsShut => Volatile.Read(ref _shut) is not null;

    internal void Shut() =>
        Interlocked.CompareExchange(ref _shut, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously), null);

    internal void Open() => Interlocked.Exchange(ref _shut, null)?.TrySetResult();

    internal async ValueTask PassAsync(CancellationToken cancellationToken)
    {
        while (Volatile.Read(ref _shut) is { } shut)
            await shut.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
    }
}
