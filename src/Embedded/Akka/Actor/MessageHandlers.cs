using System.Runtime.CompilerServices;

namespace Akka.Actor;

/// <summary>One behaviour of a <see cref="ReceiveActor"/>: its handlers in the order in which they were added.</summary>
internal sealed class MessageHandlers
{
    private const int CacheSize = 16;
    private const int ScanLimit = 3;

    private MessageHandler[] _handlers = [];
    private First[] _cache;

    public void Add(MessageHandler handler)
    {
        if (_handlers is [.., { CatchesAll: true }])
            throw new InvalidOperationException("A handler that catches all messages has been added. No handler can be added after that.");
        _handlers = [.. _handlers, handler];
    }

    public bool Handle(object message)
    {
        var handlers = _handlers;
        for (var i = handlers.Length > ScanLimit ? FirstFor(message.GetType()) : 0; i < handlers.Length; i++)
        {
            if (handlers[i].TryHandle(message))
                return true;
        }

        return false;
    }

    private int FirstFor(Type type)
    {
        ref var known = ref (_cache ??= new First[CacheSize])[RuntimeHelpers.GetHashCode(type) & (CacheSize - 1)];
        if (known.Type == type)
            return known.Index;
        var index = Array.FindIndex(_handlers, handler => handler.MessageType.IsAssignableFrom(type));
        known = new First { Type = type, Index = index < 0 ? _handlers.Length : index };
        return known.Index;
    }

    private struct First
    {
        public Type Type;
        public int Index;
    }
}

internal abstract class MessageHandler
{
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
