using System.Collections;
using System.Collections.Concurrent;
using Akka.Actor;

namespace Akka.Hosting;

/// <summary>The well-known actors of a system, each under a type as its key. Whoever asks before it is registered may wait for it.</summary>
public class ActorRegistry : IActorRegistry, IExtension
{
    private readonly Lock _gate = new();
    private readonly ConcurrentDictionary<Type, IActorRef> _actors = new();
    private readonly Dictionary<Type, List<TaskCompletionSource<IActorRef>>> _waiters = [];

    public static ActorRegistry For(ActorSystem actorSystem) => actorSystem.WithExtension<ActorRegistry, ActorRegistryExtension>();

    /// <exception cref="DuplicateActorRegistryException">The key is taken, and <paramref name="overwrite"/> is false.</exception>
    public void Register<TKey>(IActorRef actor, bool overwrite = false)
    {
        if (!TryRegister<TKey>(actor, overwrite))
            throw new DuplicateActorRegistryException($"An actor for the key {typeof(TKey)} is registered already; pass overwrite to replace it.");
    }

    public bool TryRegister<TKey>(IActorRef actor, bool overwrite = false) => TryRegister(typeof(TKey), actor, overwrite);

    public bool TryRegister(Type key, IActorRef actor, bool overwrite = false)
    {
        ArgumentNullException.ThrowIfNull(actor);
        List<TaskCompletionSource<IActorRef>> waiters;
        lock (_gate)
        {
            if (!overwrite && _actors.ContainsKey(key))
                return false;
            _actors[key] = actor;
            _waiters.Remove(key, out waiters);
        }

        foreach (var waiter in waiters ?? [])
            waiter.TrySetResult(actor);
        return true;
    }

    public bool TryGet<TKey>(out IActorRef actor) => TryGet(typeof(TKey), out actor);

    public bool TryGet(Type key, out IActorRef actor)
    {
        if (_actors.TryGetValue(key, out actor))
            return true;
        actor = ActorRefs.Nobody;
        return false;
    }

    /// <exception cref="MissingActorRegistryEntryException">Nothing is registered under the key.</exception>
    public IActorRef Get<TKey>() => TryGet<TKey>(out var actor)
        ? actor
        : throw new MissingActorRegistryEntryException($"No actor is registered for the key {typeof(TKey)}.");

    public Task<IActorRef> GetAsync<TKey>(CancellationToken ct = default) => GetAsync(typeof(TKey), ct);

    public Task<IActorRef> GetAsync(Type key, CancellationToken ct = default)
    {
        TaskCompletionSource<IActorRef> waiter;
        lock (_gate)
        {
            if (_actors.TryGetValue(key, out var actor))
                return Task.FromResult(actor);
            if (ct.IsCancellationRequested)
                return Task.FromCanceled<IActorRef>(ct);
            waiter = new TaskCompletionSource<IActorRef>(TaskCreationOptions.RunContinuationsAsynchronously);
            if (!_waiters.TryGetValue(key, out var waiters))
                _waiters[key] = waiters = [];
            waiters.Add(waiter);
        }

        return ct.CanBeCanceled ? WaitAsync(key, waiter, ct) : waiter.Task;
    }

    public IEnumerator<KeyValuePair<Type, IActorRef>> GetEnumerator() => _actors.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private async Task<IActorRef> WaitAsync(Type key, TaskCompletionSource<IActorRef> waiter, CancellationToken ct)
    {
        await using var registration = ct.UnsafeRegister(_ => Leave(), null).ConfigureAwait(false);
        return await waiter.Task.ConfigureAwait(false);

        void Leave()
        {
            lock (_gate)
            {
                if (_waiters.TryGetValue(key, out var waiters) && waiters.Remove(waiter) && waiters.Count == 0)
                    _waiters.Remove(key);
            }

            waiter.TrySetCanceled(ct);
        }
    }
}

public sealed class ActorRegistryExtension : ExtensionIdProvider<ActorRegistry>
{
    public override ActorRegistry CreateExtension(ExtendedActorSystem system) => new();
}
