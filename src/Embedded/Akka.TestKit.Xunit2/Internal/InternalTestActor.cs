using Akka.Actor;
using Akka.Event;

namespace Akka.TestKit.Internal;

/// <summary>Queues what it receives.</summary>
internal sealed class InternalTestActor(MessageQueue queue, TaskCompletionSource<IActorContext> started) : ActorBase
{
    [ThreadStatic]
    private static MessageQueue _running;

    private Func<object, bool> _ignores;
    private AutoPilot _pilot = AutoPilot.NoAutoPilot;

    protected override void PreStart() => started.TrySetResult(Context);

    protected override void PostStop() => queue.Close();

    /// <summary>Whether this thread is running the actor that fills the queue, as a pilot does.</summary>
    public static bool IsRunning(MessageQueue queue) => ReferenceEquals(_running, queue);

    protected override bool Receive(object message)
    {
        var outer = _running;
        _running = queue;
        try
        {
            Handle(message);
        }
        finally
        {
            _running = outer;
        }

        return true;
    }

    private void Handle(object message)
    {
        switch (message)
        {
            case SetIgnore set:
                _ignores = set.Ignores;
                set.Done.TrySetResult();
                return;
            case SetPilot set:
                _pilot = set.Pilot;
                set.Done.TrySetResult();
                return;
            case InContext work:
                work.Work(Context);
                work.Done.TrySetResult();
                return;
        }

        Fly(message);
        if (_ignores?.Invoke(message) != true)
            queue.Add(new RealMessageEnvelope(message, Sender));
    }

    private void Fly(object message)
    {
        if (_pilot is NoAutoPilot)
            return;
        var next = _pilot.Run(Sender, message);
        if (next is not KeepRunning)
            _pilot = next;
    }

    /// <summary>Something done by the test actor before the caller goes on.</summary>
    internal abstract class Command : INoSerializationVerificationNeeded, IDeadLetterSuppression
    {
        public TaskCompletionSource Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    internal sealed class SetIgnore(Func<object, bool> ignores) : Command
    {
        public Func<object, bool> Ignores { get; } = ignores;
    }

    internal sealed class SetPilot(AutoPilot pilot) : Command
    {
        public AutoPilot Pilot { get; } = pilot;
    }

    internal sealed class InContext(Action<IActorContext> work) : Command
    {
        public Action<IActorContext> Work { get; } = work;
    }
}
