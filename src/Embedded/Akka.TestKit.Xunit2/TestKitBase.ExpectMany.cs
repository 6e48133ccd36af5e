namespace Akka.TestKit;

public abstract partial class TestKitBase
{
    /// <summary>As many messages as are given, which must be the given ones in any order.</summary>
    public IReadOnlyCollection<T> ExpectMsgAllOf<T>(params T[] messages) => ExpectMsgAllOf((IReadOnlyCollection<T>)messages);

    public IReadOnlyCollection<T> ExpectMsgAllOf<T>(IReadOnlyCollection<T> messages, CancellationToken cancellationToken = default) =>
        Completed(AllOfAsync(true, RemainingOrDefault, messages, cancellationToken));

    public IReadOnlyCollection<T> ExpectMsgAllOf<T>(TimeSpan max, params T[] messages) => ExpectMsgAllOf(max, (IReadOnlyCollection<T>)messages);

    public IReadOnlyCollection<T> ExpectMsgAllOf<T>(TimeSpan max, IReadOnlyCollection<T> messages, CancellationToken cancellationToken = default) =>
        Completed(AllOfAsync(true, Dilated(max), messages, cancellationToken));

    public IAsyncEnumerable<T> ExpectMsgAllOfAsync<T>(IReadOnlyCollection<T> messages, CancellationToken cancellationToken = default) =>
        Stream(cancellation => AllOfAsync(false, RemainingOrDefault, messages, cancellation), cancellationToken);

    public IAsyncEnumerable<T> ExpectMsgAllOfAsync<T>(TimeSpan max, IReadOnlyCollection<T> messages, CancellationToken cancellationToken = default) =>
        Stream(cancellation => AllOfAsync(false, Dilated(max), messages, cancellation), cancellationToken);

    /// <summary>The next message, which must be one of those given.</summary>
    public T ExpectMsgAnyOf<T>(IEnumerable<T> messages, CancellationToken cancellationToken = default) =>
        Completed(AnyOfAsync(true, messages, cancellationToken));

    public ValueTask<T> ExpectMsgAnyOfAsync<T>(IEnumerable<T> messages, CancellationToken cancellationToken = default) =>
        AnyOfAsync(false, messages, cancellationToken);

    private async ValueTask<List<T>> AllOfAsync<T>(bool blocking, TimeSpan max, IReadOnlyCollection<T> messages, CancellationToken cancellation)
    {
        var missing = messages.Cast<object>().ToList();
        var received = await ManyAsync(blocking, missing.Count, max, cancellation).ConfigureAwait(false);
        var unexpected = received.FindAll(message => !missing.Remove(message));
        if (missing.Count + unexpected.Count > 0)
            _assertions.Fail("not found [{0}] found unexpected [{1}]", string.Join(", ", missing), string.Join(", ", unexpected));
        return [.. received.Cast<T>()];
    }

    private async ValueTask<T> AnyOfAsync<T>(bool blocking, IEnumerable<T> messages, CancellationToken cancellation)
    {
        var wanted = messages.ToList();
        var max = RemainingOrDefault;
        var next = await NextAsync(blocking, max, cancellation).ConfigureAwait(false);
        _assertions.AssertTrue(next is not null, "Timeout {0} during waiting for ExpectMsgAnyOf waiting for ({1})", max, string.Join(", ", wanted));
        var found = wanted.Exists(message => Equals(message, next?.Message));
        _assertions.AssertTrue(found, "ExpectMsgAnyOf found unexpected {0}", next?.Message);
        return found ? (T)next?.Message : default;
    }
}
