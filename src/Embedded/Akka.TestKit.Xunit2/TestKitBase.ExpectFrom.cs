using Akka.Actor;

namespace Akka.TestKit;

public abstract partial class TestKitBase
{
    /// <summary>The next message, which must come from the sender.</summary>
    public T ExpectMsgFrom<T>(IActorRef sender, TimeSpan? duration = null, string hint = null, CancellationToken cancellationToken = default) =>
        Completed(ExpectAsync<T>(true, duration, (_, from) => SentBy(sender, from, hint), hint, cancellationToken));

    /// <summary>The next message, which must come from the sender and equal the given one.</summary>
    public T ExpectMsgFrom<T>(IActorRef sender, T message, TimeSpan? timeout = null, string hint = null, CancellationToken cancellationToken = default) =>
        Completed(ExpectAsync<T>(true, timeout, (actual, from) => { SentBy(sender, from, hint); _assertions.AssertEqual(message, actual, hint ?? ""); }, hint, cancellationToken));

    /// <summary>The next message, which must come from the sender and satisfy the predicate.</summary>
    public T ExpectMsgFrom<T>(IActorRef sender, Predicate<T> isMessage, TimeSpan? timeout = null, string hint = null, CancellationToken cancellationToken = default) =>
        Completed(ExpectAsync<T>(true, timeout, (actual, from) => { SentBy(sender, from, hint); Matches(isMessage(actual), actual, null, hint); }, hint, cancellationToken));

    /// <summary>The next message, which must, like its sender, satisfy a predicate.</summary>
    public T ExpectMsgFrom<T>(Predicate<IActorRef> isSender, Predicate<T> isMessage, TimeSpan? timeout = null, string hint = null, CancellationToken cancellationToken = default) =>
        Completed(ExpectAsync<T>(true, timeout, (actual, from) => { SentBy(isSender, from, hint); Matches(isMessage(actual), actual, null, hint); }, hint, cancellationToken));

    /// <summary>The next message, which must come from the sender and at which the action must not throw.</summary>
    public T ExpectMsgFrom<T>(IActorRef sender, Action<T> assertMessage, TimeSpan? timeout = null, string hint = null, CancellationToken cancellationToken = default) =>
        Completed(ExpectAsync<T>(true, timeout, (actual, from) => { SentBy(sender, from, hint); assertMessage(actual); }, hint, cancellationToken));

    /// <summary>The next message, at which, as at its sender, the actions must not throw.</summary>
    public T ExpectMsgFrom<T>(Action<IActorRef> assertSender, Action<T> assertMessage, TimeSpan? timeout = null, string hint = null, CancellationToken cancellationToken = default) =>
        Completed(ExpectAsync<T>(true, timeout, (actual, from) => { assertSender(from); assertMessage(actual); }, hint, cancellationToken));

    public ValueTask<T> ExpectMsgFromAsync<T>(IActorRef sender, TimeSpan? duration = null, string hint = null, CancellationToken cancellationToken = default) =>
        ExpectAsync<T>(false, duration, (_, from) => SentBy(sender, from, hint), hint, cancellationToken);

    public ValueTask<T> ExpectMsgFromAsync<T>(IActorRef sender, T message, TimeSpan? timeout = null, string hint = null, CancellationToken cancellationToken = default) =>
        ExpectAsync<T>(false, timeout, (actual, from) => { SentBy(sender, from, hint); _assertions.AssertEqual(message, actual, hint ?? ""); }, hint, cancellationToken);

    public ValueTask<T> ExpectMsgFromAsync<T>(IActorRef sender, Predicate<T> isMessage, TimeSpan? timeout = null, string hint = null, CancellationToken cancellationToken = default) =>
        ExpectAsync<T>(false, timeout, (actual, from) => { SentBy(sender, from, hint); Matches(isMessage(actual), actual, null, hint); }, hint, cancellationToken);

    public ValueTask<T> ExpectMsgFromAsync<T>(Predicate<IActorRef> isSender, Predicate<T> isMessage, TimeSpan? timeout = null, string hint = null, CancellationToken cancellationToken = default) =>
        ExpectAsync<T>(false, timeout, (actual, from) => { SentBy(isSender, from, hint); Matches(isMessage(actual), actual, null, hint); }, hint, cancellationToken);

    public ValueTask<T> ExpectMsgFromAsync<T>(IActorRef sender, Action<T> assertMessage, TimeSpan? timeout = null, string hint = null, CancellationToken cancellationToken = default) =>
        ExpectAsync<T>(false, timeout, (actual, from) => { SentBy(sender, from, hint); assertMessage(actual); }, hint, cancellationToken);

    public ValueTask<T> ExpectMsgFromAsync<T>(Action<IActorRef> assertSender, Action<T> assertMessage, TimeSpan? timeout = null, string hint = null, CancellationToken cancellationToken = default) =>
        ExpectAsync<T>(false, timeout, (actual, from) => { assertSender(from); assertMessage(actual); }, hint, cancellationToken);

    private void SentBy(IActorRef expected, IActorRef actual, string hint) =>
        _assertions.AssertEqual(expected, actual, $"Sender does not match. Got a message from sender {actual}. But expected {hint ?? expected?.ToString()}");

    private void SentBy(Predicate<IActorRef> isSender, IActorRef actual, string hint) =>
        _assertions.AssertTrue(isSender(actual), $"Sender does not match. Got a message from sender {actual}. {hint}");
}
