namespace AkkaWs.Hosting.Tests.Support;

/// <summary>Keeps what it is given in order, and lets a test wait for one of it.</summary>
internal sealed class Kept<T>
    where T : class
{
    private readonly Lock _lock = new();
    private readonly List<T> _all = [];
    private TaskCompletionSource _more = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public IReadOnlyList<T> All
    {
        get
        {
            lock (_lock)
                return [.. _all];
        }
    }

    public void Add(T item)
    {
        lock (_lock)
        {
            _all.Add(item);
            _more.TrySetResult();
            _more = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }
    }

    /// <summary>The first such item, there already or to come.</summary>
    public async Task<T> WhichAsync(Predicate<T> condition, CancellationToken cancellationToken)
    {
        while (true)
        {
            Task more;
            lock (_lock)
            {
                if (_all.Find(condition) is { } found)
                    return found;
                more = _more.Task;
            }

            await more.WaitAsync(cancellationToken);
        }
    }
}
