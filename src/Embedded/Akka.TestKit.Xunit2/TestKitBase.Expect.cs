using Akka.Actor;

namespace Akka.TestKit;

public abstract partial class TestKitBase
{
    /// <summary>The next message, which must be of type <typeparamref name="T"/> and come in time.</summary>
    public T ExpectMsg<T>(TimeSpan? duration = null, string hint = null, CancellationToken cancellationToken = default) =>
        Completed(ExpectAsync<T>(true, duration, null, hint, cancellationToken));

    /// <summary>The next message, which must equal the given one.</summary>
    public T ExpectMsg<T>(T message, TimeSpan? timeout = null, string hint = null, CancellationToken cancellationToken = default) =>
        Completed(ExpectAsync<T>(true, timeout, (actual, _) => _assertions.AssertEqual(message, actual, hint ?? ""), hint, cancellationToken));

    /// <summary>The next message, for which the predicate must hold.</summary>
    public T ExpectMsg<T>(Predicate<T> isMessage, TimeSpan? timeout = null, string hint = null, CancellationToken cancellationToken = default) =>
        Completed(ExpectAsync<T>(true, timeout, (actual, _) => Matches(isMessage(actual), actual, null, hint), hint, cancellationToken));

    /// <summary>The next message, at which the action must not throw.</summary>
    public T ExpectMsg<T>(Action<T> assert, TimeSpan? timeout = null, string hint = null, CancellationToken cancellationToken = default) =>
        Completed(ExpectAsync<T>(true, timeout, (actual, _) => assert(actual), hint, cancellationToken));

    /// <summary>The next message, for which, with its sender, the function must answer true.</summary>
    public T ExpectMsg<T>(Func<T, IActorRef, bool> isMessageAndSender, TimeSpan? timeout = null, string hint = null, CancellationToken cancellationToken = default) =>
        Completed(ExpectAsync<T>(true, timeout, (actual, sender) => Matches(isMessageAndSender(actual, sender), actual, sender, hint), hint, cancellationToken));

    /// <summary>The next message, at which, with its sender, the action must not throw.</summary>
    public T ExpectMsg<T>(Action<T, IActorRef> assertMessageAndSender, TimeSpan? timeout = null, string hint = null, CancellationToken cancellationToken = default) =>
        Completed(ExpectAsync<T>(true, timeout, assertMessageAndSender, hint, cancellationToken));

    /// <summary>The next message, which must equal the given one by the comparer.</summary>
    public T ExpectMsg<T>(T expected, Func<T, T, bool> comparer, TimeSpan? timeout = null, string hint = null, CancellationToken cancellationToken = default) =>
        Completed(ExpectAsync<T>(true, timeout, (actual, _) => _assertions.AssertEqual(expected, actual, comparer, hint ?? ""), hint, cancellationToken));

    public ValueTask<T> ExpectMsgAsync<T>(TimeSpan? duration = null, string hint = null, CancellationToken cancellationToken = default) =>
        ExpectAsync<T>(false, duration, null, hint, cancellationToken);

    public ValueTask<T> ExpectMsgAsync<T>(T message, TimeSpan? timeout = null, string hint = null, CancellationToken cancellationToken = default) =>
        ExpectAsync<T>(false, timeout, (actual, _) => _assertions.AssertEqual(message, actual, hint ?? ""), hint, cancellationToken);

    public ValueTask<T> ExpectMsgAsync<T>(Predicate<T> isMessage, TimeSpan? timeout = null, string hint = null, CancellationToken cancellationToken = default) =>
        ExpectAsync<T>(false, timeout, (actual, _) => Matches(isMessage(actual), actual, null, hint), hint, cancellationToken);

    public ValueTask<T> ExpectMsgAsync<T>(Action<T> assert, TimeSpan? timeout = null, string hint = null, CancellationToken cancellationToken = default) =>
        ExpectAsync<T>(false, timeout, (actual, _) => assert(actual), hint, cancellationToken);

    public ValueTask<T> ExpectMsgAsync<T>(Func<T, IActorRef, bool> isMessageAndSender, TimeSpan? timeout = null, string hint = null, CancellationToken cancellationToken = default) =>
        ExpectAsync<T>(false, timeout, (actual, sender) => Matches(isMessageAndSender(actual, sender), actual, sender, hint), hint, cancellationToken);

    public ValueTask<T> ExpectMsgAsync<T>(Action<T, IActorRef> assertMessageAndSender, TimeSpan? timeout = null, string hint = null, CancellationToken cancellationToken = default) =>
        ExpectAsync<T>(false, timeout, assertMessageAndSender, hint, cancellationToken);

    public ValueTask<T> ExpectMsgAsync<T>(T expected, Func<T, T, bool> comparer, TimeSpan? timeout = null, string hint = null, CancellationToken cancellationToken = default) =>
        ExpectAsync<T>(false, timeout, (actual, _) => _assertions.AssertEqual(expected, actual, comparer, hint ?? ""), hint, cancellationToken);

    /// <summary>The next message, which must tell that the watched actor has stopped.</summary>
    public Terminated ExpectTerminated(IActorRef target, TimeSpan? timeout = null, string hint = null, CancellationToken cancellationToken = default) =>
        Completed(TerminatedAsync(true, target, timeout, hint, cancellationToken));

    public ValueTask<Terminated> ExpectTerminatedAsync(IActorRef target, TimeSpan? timeout = null, string hint = null, CancellationToken cancellationToken = default) =>
        TerminatedAsync(false, target, timeout, hint, cancellationToken);

    private ValueTask<Terminated> TerminatedAsync(bool blocking, IActorRef target, TimeSpan? timeout, string hint, CancellationToken cancellation)
    {
        var what = $"Terminated {target}. {hint}";
        return ExpectAsync<Terminated>(blocking, timeout, (actual, _) => _assertions.AssertEqual(target, actual.ActorRef, what), what, cancellation);
    }

    private async ValueTask<T> ExpectAsync<T>(bool blocking, TimeSpan? timeout, Action<T, IActorRef> assert, string hint, CancellationToken cancellation)
    {
        var limit = RemainingOrDilated(timeout);
        var next = await NextAsync(blocking, limit, cancellation).ConfigureAwait(false);
        if (next is null)
            _assertions.Fail("Failed: Timeout {0} while waiting for a message of type {1} {2}", limit, typeof(T), hint ?? "");
        if (next?.Message is not T typed)
        {
            _assertions.Fail("Failed: Expected a message of type {0}, but received {{{1}}} (type {2}) instead {3} from {4}", typeof(T), next?.Message, next?.Message?.GetType(), hint ?? "", next?.Sender);
            return default;
        }

        assert?.Invoke(typed, next.Sender);
        return typed;
    }

    private void Matches<T>(bool holds, T actual, IActorRef sender, string hint) => _assertions.AssertTrue(
        holds,
        "Got a message of the expected type <{0}>{1}. Also expected {2} but the message {{{3}}} of type <{4}> did not match",
        typeof(T),
        sender is null ? "" : $" from {sender}",
        hint ?? "the predicate to return true",
        actual,
        actual?.GetType());
}
