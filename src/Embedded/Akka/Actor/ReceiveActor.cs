namespace Akka.Actor;

public abstract class ReceiveActor : UntypedActor
{
    // Where Receive calls go: set during construction and inside Become(Action), otherwise null.
    private MessageHandlers _configuring = new();

    internal override Receive InitialBehavior => _configuring.Handle;

    internal override void EnterCell(ActorCell cell)
    {
        _configuring = null;
        base.EnterCell(cell);
    }

    protected sealed override void OnReceive(object message) => Unhandled(message);

    protected void Become(Action configure) => Become(Configured(configure));

    protected void BecomeStacked(Action configure) => BecomeStacked(Configured(configure));

    protected void Receive<T>(Action<T> handler, Predicate<T> shouldHandle = null) => Add(new Handler<T>(handler, shouldHandle));

    protected void Receive<T>(Predicate<T> shouldHandle, Action<T> handler) => Receive(handler, shouldHandle);

    protected void Receive<T>(Func<T, bool> handler) => Add(new DecidingHandler<T>(handler));

    protected void Receive(Type messageType, Action<object> handler, Predicate<object> shouldHandle = null) => Add(new TypedHandler(messageType, Handled(handler, shouldHandle), shouldHandle is null));

    protected void Receive(Type messageType, Predicate<object> shouldHandle, Action<object> handler) => Receive(messageType, handler, shouldHandle);

    protected void Receive(Type messageType, Func<object, bool> handler) => Add(new TypedHandler(messageType, handler, always: false));

    protected void ReceiveAny(Action<object> handler) => Add(new Handler<object>(handler, null));

    protected void ReceiveAsync<T>(Func<T, Task> handler, Predicate<T> shouldHandle = null) => Receive(message => RunTask(() => handler(message)), shouldHandle);

    protected void ReceiveAsync<T>(Predicate<T> shouldHandle, Func<T, Task> handler) => ReceiveAsync(handler, shouldHandle);

    protected void ReceiveAsync(Type messageType, Func<object, Task> handler, Predicate<object> shouldHandle = null) =>
        Receive(messageType, message => RunTask(() => handler(message)), shouldHandle);

    protected void ReceiveAsync(Type messageType, Predicate<object> shouldHandle, Func<object, Task> handler) => ReceiveAsync(messageType, handler, shouldHandle);

    protected void ReceiveAnyAsync(Func<object, Task> handler) => ReceiveAny(message => RunTask(() => handler(message)));

    private static Func<object, bool> Handled(Action<object> handler, Predicate<object> shouldHandle) => message =>
    {
        if (shouldHandle?.Invoke(message) == false)
            return false;
        handler(message);
        return true;
    };

    private Receive Configured(Action configure)
    {
        var outer = _configuring;
        var handlers = _configuring = new MessageHandlers();
        configure();
        _configuring = outer;
        return handlers.Handle;
    }

    private void Add(MessageHandler handler)
    {
        if (_configuring is null)
            throw new InvalidOperationException("You may only call Receive-methods when constructing the actor and inside Become().");
        _configuring.Add(handler);
    }
}
