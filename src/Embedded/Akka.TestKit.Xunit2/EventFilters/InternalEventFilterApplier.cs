using Akka.Actor;

namespace Akka.TestKit.Internal;

public partial class InternalEventFilterApplier : IEventFilterApplier
{
    private readonly TestKitBase _kit;
    private readonly ActorSystem _system;
    private readonly IReadOnlyList<EventFilterBase> _filters;

    public InternalEventFilterApplier(TestKitBase testkit, ActorSystem system, IReadOnlyList<EventFilterBase> filters)
    {
        _kit = testkit;
        _system = system;
        _filters = filters;
    }

    public EventFilterFactory And => new(_kit, _system, _filters);

    public void ExpectOne(Action action, CancellationToken cancellationToken = default) => Count(1, null, action, cancellationToken);

    public void ExpectOne(TimeSpan timeout, Action action, CancellationToken cancellationToken = default) => Count(1, timeout, action, cancellationToken);

    public T ExpectOne<T>(Func<T> func, CancellationToken cancellationToken = default) => Count(1, null, func, cancellationToken);

    public T ExpectOne<T>(TimeSpan timeout, Func<T> func, CancellationToken cancellationToken = default) => Count(1, timeout, func, cancellationToken);

    public Task ExpectOneAsync(Func<Task> action, CancellationToken cancellationToken = default) => CountAsync(1, null, action, cancellationToken);

    [Obsolete("Only for backwards compat. Use ExpectOneAsync(Func<Task>, CancellationToken) instead beginning in Akka.NET v1.5")]
    public Task ExpectOneAsync(Action action, CancellationToken cancellationToken = default) => CountAsync(1, null, Direct(action), cancellationToken);

    public Task ExpectOneAsync(TimeSpan timeout, Func<Task> action, CancellationToken cancellationToken = default) => CountAsync(1, timeout, action, cancellationToken);

    public Task<T> ExpectOneAsync<T>(Func<Task<T>> func, CancellationToken cancellationToken = default) => CountAsync(1, null, func, cancellationToken);

    public Task<T> ExpectOneAsync<T>(TimeSpan timeout, Func<Task<T>> func, CancellationToken cancellationToken = default) => CountAsync(1, timeout, func, cancellationToken);

    public void Expect(int expectedCount, Action action, CancellationToken cancellationToken = default) => Count(expectedCount, null, action, cancellationToken);

    public void Expect(int expectedCount, TimeSpan timeout, Action action, CancellationToken cancellationToken = default) => Count(expectedCount, timeout, action, cancellationToken);

    public T Expect<T>(int expectedCount, Func<T> func, CancellationToken cancellationToken = default) => Count(expectedCount, null, func, cancellationToken);

    public T Expect<T>(int expectedCount, TimeSpan timeout, Func<T> func, CancellationToken cancellationToken = default) => Count(expectedCount, timeout, func, cancellationToken);

    public Task ExpectAsync(int expectedCount, Func<Task> actionAsync, CancellationToken cancellationToken = default) => CountAsync(expectedCount, null, actionAsync, cancellationToken);

    public Task ExpectAsync(int expectedCount, Func<Task> actionAsync, TimeSpan? timeout, CancellationToken cancellationToken = default) => CountAsync(expectedCount, timeout, actionAsync, cancellationToken);

    public Task ExpectAsync(int expectedCount, TimeSpan timeout, Func<Task> action, CancellationToken cancellationToken = default) => CountAsync(expectedCount, timeout, action, cancellationToken);

    public Task ExpectAsync(int expectedCount, TimeSpan timeout, Action action, CancellationToken cancellationToken = default) => CountAsync(expectedCount, timeout, Direct(action), cancellationToken);

    public Task<T> ExpectAsync<T>(int expectedCount, Func<Task<T>> func, CancellationToken cancellationToken = default) => CountAsync(expectedCount, null, func, cancellationToken);

    public Task<T> ExpectAsync<T>(int expectedCount, TimeSpan timeout, Func<Task<T>> func, CancellationToken cancellationToken = default) => CountAsync(expectedCount, timeout, func, cancellationToken);

    public IUnmutableFilter Mute()
    {
        _system.EventStream.Publish(new TestEvent.Mute(_filters));
        return new InternalUnmutableFilter(_filters, _system);
    }

    public void Mute(Action action, CancellationToken cancellationToken = default)
    {
        using var muted = Mute();
        action();
    }

    public T Mute<T>(Func<T> func, CancellationToken cancellationToken = default)
    {
        using var muted = Mute();
        return func();
    }

    public async Task MuteAsync(Func<Task> action, CancellationToken cancellationToken = default)
    {
        using var muted = Mute();
        await action().ConfigureAwait(false);
    }

    public Task MuteAsync(Action action, CancellationToken cancellationToken = default) => MuteAsync(Direct(action), cancellationToken);

    public async Task<T> MuteAsync<T>(Func<Task<T>> func, CancellationToken cancellationToken = default)
    {
        using var muted = Mute();
        return await func().ConfigureAwait(false);
    }

    private static Func<Task> Direct(Action action) => () =>
    {
        action();
        return Task.CompletedTask;
    };

    protected class InternalUnmutableFilter : IUnmutableFilter
    {
        private readonly ActorSystem _system;
        private IReadOnlyCollection<EventFilterBase> _filters;

        public InternalUnmutableFilter(IReadOnlyCollection<EventFilterBase> filters, ActorSystem system)
        {
            _filters = filters;
            _system = system;
        }

        public void Unmute()
        {
            if (Interlocked.Exchange(ref _filters, null) is { } filters)
                _system.EventStream.Publish(new TestEvent.Unmute(filters));
        }

        public void Dispose()
        {
            Dispose(true);
            GC.SuppressFinalize(this);
        }

        protected virtual void Dispose(bool disposing) => Unmute();
    }
}
