namespace Akka.Actor;

public static class GracefulStopSupport
{
    public static Task<bool> GracefulStop(this IActorRef target, TimeSpan timeout) => GracefulStop(target, timeout, PoisonPill.Instance);

    /// <summary>Asks an actor to stop; true when it has ended within <paramref name="timeout"/>.</summary>
    public static async Task<bool> GracefulStop(this IActorRef target, TimeSpan timeout, object stopMessage)
    {
        using var deadline = new CancellationTokenSource(timeout);
        var ended = target.WatchAsync(deadline.Token);
        target.Tell(stopMessage, ActorRefs.NoSender);
        return await ended.ConfigureAwait(false);
    }
}

public static class WatchAsyncSupport
{
    /// <summary>True when the actor has ended; false when <paramref name="token"/> was cancelled before.</summary>
    public static async Task<bool> WatchAsync(this IActorRef target, CancellationToken token = default)
    {
        var subject = Refs.Local(target) ?? throw new InvalidOperationException($"{target} is no reference that can be watched.");
        var watcher = new EndWatcher(subject.System);
        subject.SendSystem(new Watch(subject, watcher));
        await using var cancellation = token.UnsafeRegister(static state => ((EndWatcher)state).Report(ended: false), watcher).ConfigureAwait(false);
        var ended = await watcher.Ended.ConfigureAwait(false);
        if (!ended)
            subject.SendSystem(new Unwatch(watcher));
        return ended;
    }

    private sealed class EndWatcher(ActorSystemImpl system) : LocalRefBase(system)
    {
        private readonly TaskCompletionSource<bool> _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private ActorPath _path;

        public Task<bool> Ended => _ended.Task;

        public override ActorPath Path => _path ??= System.TempContainer.NewPath();

        public void Report(bool ended) => _ended.TrySetResult(ended);

        public override void SendSystem(SystemMessage message)
        {
            if (message is DeathWatchNotification)
                Report(ended: true);
        }

        protected override void TellInternal(object message, IActorRef sender) => System.DeadLetterRef.Bury(message, sender, this);
    }
}
