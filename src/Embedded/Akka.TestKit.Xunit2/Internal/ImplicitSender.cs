using Akka.Actor;

namespace Akka.TestKit.Internal;

/// <summary>Makes the test actor the sender of what a test tells, before and after its awaits.</summary>
internal sealed class ImplicitSender : SynchronizationContext
{
    private readonly ActorCell _cell;
    private readonly SynchronizationContext _inner;

    private ImplicitSender(ActorCell cell, SynchronizationContext inner)
    {
        _cell = cell;
        _inner = inner;
    }

    public static void Install(ActorCell cell)
    {
        ActorCell.Current = cell;
        var inner = Current is ImplicitSender installed ? installed._inner : Current;
        SetSynchronizationContext(cell is null ? inner : new ImplicitSender(cell, inner));
    }

    /// <summary>Frees this thread of the sender, so that it does not outlive its system.</summary>
    public static void Remove(ActorSystem system)
    {
        if (ActorCell.Current is { Mailbox.IsClosed: true } ended && ReferenceEquals(ended.System, system))
            Install(null);
    }

    public override SynchronizationContext CreateCopy() => new ImplicitSender(_cell, _inner);

    public override void Post(SendOrPostCallback d, object state)
    {
        if (_inner is null)
            ThreadPool.UnsafeQueueUserWorkItem(work => Run(work.d, work.state), (d, state), preferLocal: false);
        else
            _inner.Post(_ => Run(d, state), null);
    }

    public override void Send(SendOrPostCallback d, object state) => Run(d, state);

    public override void OperationStarted() => _inner?.OperationStarted();

    public override void OperationCompleted() => _inner?.OperationCompleted();

    private void Run(SendOrPostCallback callback, object state)
    {
        var (formerCell, formerContext) = (ActorCell.Current, Current);
        ActorCell.Current = _cell;
        SetSynchronizationContext(this);
        try
        {
            callback(state);
        }
        finally
        {
            ActorCell.Current = formerCell;
            SetSynchronizationContext(formerContext);
        }
    }
}
