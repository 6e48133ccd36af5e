using System.Runtime.CompilerServices;

namespace Akka.Actor;

/// <summary>
/// One behaviour of a <see cref="ReceiveActor"/>: its handlers in the order in which they were added. They are linked, as most actors' first one
/// handles what comes.
/// </summary>
internal sealed class MessageHandlers
{
    private const int CacheSize = 16;
    private const int ScanLimit = 3;

    private MessageHandler _first;
    private MessageHandler _last;
    private int _count;
    private First[] _cache;

    public void Add(MessageHandler handler)
    {
        if (_last is { CatchesAll: true })
            throw new InvalidOperationException("A handler that catches all messages has been added. No handler can be added after that.");
        if (_last is null)
            _first = handler;
        else
            _last.Next = handler;
        _last = handler;
        _count++;
    }

    public bool Handle(object message)
    {
        for (var handler = _count > ScanLimit ? FirstFor(message.GetType()) : _first; handler is not null; handler = handler.Next)
        {
            if (handler.TryHandle(message))
                return true;
        }

        return false;
    }

    private MessageHandler FirstFor(Type type)
    {
        ref var known = ref (_cache ??= new First[CacheSize])[RuntimeHelpers.GetHashCode(type) & (CacheSize - 1)];
        if (known.Type == type)
            return known.Handler;
        var first = _first;
        while (first is not null && !first.MessageType.IsAssignableFrom(type))
            first = first.Next;
        known = new First { Type = type, Handler = first };
        return first;
    }

    // The first handler whose type a message's is; null if there is none.
    private struct First
    {
        public Type Type;
        public MessageHandler Handler;
    }
}

internal abstract class MessageHandler
{
    public MessageHandler Next { get; set; }

    public abstract Type MessageType { get; }

    public abstract bool CatchesAll { get; }

    public abstract bool TryHandle(object message);
}

internal sealed class Handler<T>(Action<T> handle, Predicate<T> shouldHandle) : MessageHandler
{
    public override Type MessageType => typeof(T);

    public override bool CatchesAll => typeof(T) == typeof(object) && shouldHandle is null;

    public override bool TryHandle(object message)
    {
        if (message is not T typed || (shouldHandle is not null && !shouldHandle(typed)))
            return false;
        handle(typed);
        return true;
    }
}

internal sealed class DecidingHandler<T>(Func<T, bool> handle) : MessageHandler
{
    public override Type MessageType => typeof(T);

    public override bool CatchesAll => false;

    public override bool TryHandle(object message) => message is T typed && handle(typed);
}

internal sealed class TypedHandler(Type type, Func<object, bool> handle, bool always) : MessageHandler
{
    public override Type MessageType => type;

    public override bool CatchesAll => always && type == typeof(object);

    public override bool TryHandle(object message) => type.IsInstanceOfType(message) && handle(message);
}
