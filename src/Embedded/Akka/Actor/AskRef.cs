using System.Globalization;

namespace Akka.Actor;

/// <summary>The temporary reference that takes the reply to an Ask. It is known to those alone who were given it; its path below /temp is made when somebody asks for it.</summary>
internal sealed class AskRef<T>(ActorSystemImpl system) : WheelTimer, ILocalRef
{
    private readonly TaskCompletionSource<T> _result = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private ActorPath _path;
    private TimeSpan _timeout;
    private CancellationTokenRegistration _cancellation;

    public Task<T> Result => _result.Task;

    public ActorSystemImpl System => system;

    public IInternalActorRef Parent => system.TempContainer;

    public IEnumerable<ILocalRef> Children => [];

    public ActorPath Path => _path ?? Interlocked.CompareExchange(ref _path, system.TempContainer.NewPath(), null) ?? _path;

    public void Start(TimeSpan timeout, CancellationToken cancellationToken)
    {
        if (timeout > TimeSpan.Zero)
        {
            _timeout = timeout;
            TimerWheel.Shared.Add(this, timeout);
        }

        if (cancellationToken.CanBeCanceled)
        {
            _cancellation = cancellationToken.UnsafeRegister(static (state, token) =>
            {
                var ask = (AskRef<T>)state;
                if (ask._result.TrySetCanceled(token))
                    ask.End();
            }, this);
        }
    }

    public ILocalRef Child(string name) => null;

    public void SendSystem(SystemMessage message)
    {
        if (message is Watch watch && _result.Task.IsCompleted)
            watch.Watcher.SendSystem(new DeathWatchNotification(this, existenceConfirmed: true));
    }

    public void Tell(object message, IActorRef sender)
    {
        var taken = message switch
        {
            T typed => _result.TrySetResult(typed),
            null => _result.TrySetResult(default),
            Status.Failure { Cause: { } cause } => _result.TrySetException(cause),
            Status.Failure => _result.TrySetException(new TaskCanceledException("Task cancelled by actor via Failure message.")),
            _ => _result.TrySetException(new ArgumentException($"Received message of type [{message.GetType()}] - Ask expected message of type [{typeof(T)}]")),
        };
        if (taken)
            End();
        else
            system.DeadLetterRef.Bury(message, this, system.DeadLetterRef);
    }

    public void Fail(Exception cause)
    {
        if (_result.TrySetException(cause))
            End();
    }

    public override void Fire()
    {
        var seconds = Math.Round(_timeout.TotalSeconds, 2).ToString(CultureInfo.InvariantCulture);
        Fail(new AskTimeoutException($"Timeout after {seconds} seconds"));
    }

    public bool Equals(IActorRef other) => ReferenceEquals(this, other);

    public int CompareTo(IActorRef other) => Path.CompareTo(other?.Path);

    public int CompareTo(object obj) => CompareTo((IActorRef)obj);

    public override string ToString() => $"[{Path}]";

    private void End()
    {
        if (_timeout != default)
            TimerWheel.Shared.Remove(this);
        _cancellation.Unregister();
    }
}
