namespace Akka.Actor;

public static class Futures
{
    public static Task<object> Ask(this ICanTell self, object message, TimeSpan? timeout = null) => Ask<object>(self, message, timeout, CancellationToken.None);

    public static Task<object> Ask(this ICanTell self, object message, CancellationToken cancellationToken) => Ask<object>(self, message, null, cancellationToken);

    public static Task<object> Ask(this ICanTell self, object message, TimeSpan? timeout, CancellationToken cancellationToken) => Ask<object>(self, message, timeout, cancellationToken);

    public static Task<T> Ask<T>(this ICanTell self, object message, TimeSpan? timeout = null) => Ask<T>(self, message, timeout, CancellationToken.None);

    public static Task<T> Ask<T>(this ICanTell self, object message, CancellationToken cancellationToken) => Ask<T>(self, message, null, cancellationToken);

    public static Task<T> Ask<T>(this ICanTell self, object message, TimeSpan? timeout, CancellationToken cancellationToken) =>
        Start<T>(self, timeout, cancellationToken, out var reply, out var refusal) ? Send(self, message, reply) : refusal;

    public static Task<T> Ask<T>(this ICanTell self, Func<IActorRef, object> messageFactory, TimeSpan? timeout, CancellationToken cancellationToken) =>
        Start<T>(self, timeout, cancellationToken, out var reply, out var refusal) ? Send(self, messageFactory(reply), reply) : refusal;

    private static bool Start<T>(ICanTell target, TimeSpan? timeout, CancellationToken cancellationToken, out AskRef<T> reply, out Task<T> refusal)
    {
        var system = Refs.SystemOf(target) ?? ActorCell.Current?.SystemImpl;
        reply = null;
        refusal = null;
        if (system is null)
        {
            refusal = Task.FromException<T>(target is Nobody
                ? new NotSupportedException("Nobody does not provide")
                : new ArgumentException("Unsupported recipient type, no provider could be resolved for it", nameof(target)));
        }
        else if (cancellationToken.IsCancellationRequested)
        {
            refusal = Task.FromCanceled<T>(cancellationToken);
        }
        else
        {
            reply = new AskRef<T>(system);
            reply.Start(timeout ?? system.Settings.AskTimeout, cancellationToken);
        }

        return refusal is null;
    }

    private static Task<T> Send<T>(ICanTell target, object message, AskRef<T> reply)
    {
        try
        {
            target.Tell(message, reply);
        }
        catch (ArgumentNullException e)
        {
            reply.Fail(e);
        }

        return reply.Result;
    }
}
