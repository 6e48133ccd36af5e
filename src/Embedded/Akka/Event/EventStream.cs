using Akka.Actor;

namespace Akka.Event;

/// <summary>The system's bus: a subscriber to a type gets what is published of it and of all types below. Subscribers that end are unsubscribed.</summary>
public class EventStream : LoggingBus
{
    private readonly bool _debug;
    private IActorRef _unsubscriber;

    public EventStream(bool debug) => _debug = debug;

    public override bool Subscribe(IActorRef subscriber, Type channel)
    {
        ArgumentNullException.ThrowIfNull(subscriber);
        if (_debug)
            Publish(new Debug(nameof(EventStream), GetType(), $"subscribing {subscriber} to channel {channel}"));
        var added = base.Subscribe(subscriber, channel);
        if (added && Refs.Local(subscriber) is LocalActorRef local)
            _unsubscriber?.Tell(new Unsubscriber.Guard(local), ActorRefs.NoSender);
        return added;
    }

    public override bool Unsubscribe(IActorRef subscriber)
    {
        ArgumentNullException.ThrowIfNull(subscriber);
        if (_debug)
            Publish(new Debug(nameof(EventStream), GetType(), $"unsubscribing {subscriber} from all channels"));
        return base.Unsubscribe(subscriber);
    }

    public override bool Unsubscribe(IActorRef subscriber, Type channel)
    {
        ArgumentNullException.ThrowIfNull(subscriber);
        if (_debug)
            Publish(new Debug(nameof(EventStream), GetType(), $"unsubscribing {subscriber} from channel {channel}"));
        return base.Unsubscribe(subscriber, channel);
    }

    internal void StartUnsubscriber(ActorSystemImpl system) => _unsubscriber = system.SystemActorOf(Props.Create<Unsubscriber>(), "eventStreamUnsubscriber");

    private sealed class Unsubscriber : ReceiveActor
    {
        public Unsubscriber()
        {
            var stream = Context.System.EventStream;
            Receive<Guard>(guard => Context.Watch(guard.Subscriber));
            // A block: as an expression its bool would say "unhandled" of one that has unsubscribed itself before, and end in a death pact.
            Receive<Terminated>(ended => { stream.Unsubscribe(ended.ActorRef); });
        }

        public sealed record Guard(LocalActorRef Subscriber) : IDeadLetterSuppression;
    }
}

public static class EventStreamExtensions
{
    public static bool Subscribe<TChannel>(this EventStream eventStream, IActorRef subscriber) => eventStream.Subscribe(subscriber, typeof(TChannel));

    public static bool Unsubscribe<TChannel>(this EventStream eventStream, IActorRef subscriber) => eventStream.Unsubscribe(subscriber, typeof(TChannel));
}
